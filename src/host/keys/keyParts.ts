import type { KeyRing } from '../../keys/keyRing';
import type { KeySecrets } from '../../keys/keySecrets';
import type { Log } from '../log';
import type { SluiceSettings } from '../settings';
import type { Ledger } from '../usage/ledger';

/** What all that is done with keys stands on. */
export interface KeyParts {
  readonly ring: KeyRing;
  readonly secrets: KeySecrets;
  readonly clients: KeyClients;
  /** Loaded with its first use. May reject: nothing that is done with keys waits for it, or fails with it. */
  readonly ledger: () => Promise<Ledger>;
  readonly readSettings: () => SluiceSettings;
  readonly log: Log;
  readonly now: () => number;
}

/** What of `ClientService` the keys use. */
export interface KeyClients {
  /** One free call. Rejects with `ClientError` or `NotReadyError`. */
  check(key: string): Promise<{ readonly organization: string | undefined }>;
  /** Waiting runs of the key go to another key, or are parked; running ones are aborted. Returns how many of each. */
  withdraw(
    keyId: string,
    to: string | undefined,
  ): { readonly moved: number; readonly parked: number; readonly aborted: number };
  /** Parked and waiting runs of a key go to another one; running ones end where they are. Returns how many were moved. */
  moveRuns(from: string, to: string): number;
  waitingOf(keyId: string): { readonly waiting: number; readonly running: number; readonly parked: number };
}
