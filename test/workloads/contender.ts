import type { Limits } from '../simulator/limits';
import type { Submission } from './workload';

/** What became of one submission. Times are epoch milliseconds. */
export interface Answer {
  /** Answered in full. */
  readonly ok: boolean;
  readonly firstTextAt: number | undefined;
  readonly endedAt: number;
  /** Why not, for people. */
  readonly reason?: string | undefined;
  /** For contenders that tell: the first estimate of when the request would start, and when that was said. */
  readonly readyAt?: number | undefined;
  readonly estimatedAt?: number | undefined;
  /** When its first attempt did start. */
  readonly startedAt?: number | undefined;
}

/** One way to send many requests through rate limits. */
export interface Contender {
  readonly name: string;
  /** Never rejects: what fails is an answer that is not `ok`. */
  send(submission: Submission): Promise<Answer>;
  /** Ends what still waits or runs; those answers may come as not `ok` or not at all. */
  close(): Promise<void>;
}

/** What a contender is given to work with. */
export interface Target {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** In place of the network, for a server in the same process. */
  readonly fetch?: typeof fetch | undefined;
  /** As published, for tools that are set up by hand. Sluice is not told. */
  readonly limits: Limits;
  readonly seed: number;
}

export type CreateContender = (target: Target) => Contender;
