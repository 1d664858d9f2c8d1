import type { BatchAnswer, Client, Priority } from '../client/types';
import type { Books, JobLog } from './books';
import type { Hold } from './failures';
import type { InFlight } from './inFlight';
import type { Delivery } from './job';
import type { QuestionLeases } from './questionLeases';
import type { RequestBoard } from './requestBoard';

export interface AcquiredClient {
  readonly client: Client;
  readonly keyId: string;
}

/** What the jobs of a window have in common. */
export interface JobSurroundings {
  readonly books: Books;
  readonly inFlight: InFlight;
  /** Without a key, that of now. Rejects with `ClientError`, and where there is none with another error. */
  readonly acquire: (keyId?: string) => Promise<AcquiredClient>;
  readonly account: (keyId: string, answer: BatchAnswer) => void;
  readonly log: JobLog;
  readonly now: () => number;
}

/** What the work on one job needs to ask. */
export interface AskingSurroundings extends JobSurroundings {
  readonly jobId: string;
  readonly leases: QuestionLeases;
  readonly board: RequestBoard;
  /** As they are now. */
  readonly settings: () => { readonly priority: Priority; readonly delivery: Delivery };
  /** Something was answered, or proved to have no answer. */
  readonly onProgress: () => void;
  /** The job cannot go on until something is done about it. It ends what is under way. */
  readonly onHold: (error: Hold) => void;
}
