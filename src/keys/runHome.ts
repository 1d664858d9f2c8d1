import type { ClientError } from '../client/errors';
import type { Client, ParkReason, Priority, Usage } from '../client/types';

/** What keeps requests from going out with a key. */
export interface Hindrance {
  readonly reason: ParkReason;
  /** Epoch milliseconds when it ends by itself; `undefined` where a person has to do something. */
  readonly until: number | undefined;
  /** Where somebody waits at the keyboard: whether it may go out all the same. */
  readonly ask?: (() => Promise<boolean>) | undefined;
}

/** What became of a run, for the account of its key: the host makes a `UsageEntry` of it. */
export interface RunRecord {
  readonly runId: string;
  readonly keyId: string;
  readonly model: string;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  /** `undefined` when nothing is known to have been used. */
  readonly usage: Usage | undefined;
  /** US dollars; `undefined` when unknown. */
  readonly costUsd: number | undefined;
  /** How often the API refused it for its rate limits (429). */
  readonly refusals: number;
  /** Why it failed or was cancelled. */
  readonly error: ClientError | undefined;
}

/** The pool, as its runs see it. */
export interface RunHome {
  /** `client` is where the run waits, if it does. */
  hindranceOf(keyId: string, priority: Priority, client: Client | undefined): Hindrance | undefined;
  /** @throws {ClientError} `closed` */
  clientOf(keyId: string): Client;
  /** Whether it waits where nothing of its key is to wait. Makes no client. */
  isForeign(client: Client, keyId: string): boolean;
  /** It waits for something other than the API. */
  parked(): void;
  /** Told once. */
  ended(runId: string, record: RunRecord | undefined): void;
}

/** Thrown to the client by the provider of the key, which then makes no attempt. */
export class Hindered extends Error {
  override readonly name = 'Hindered';
}
