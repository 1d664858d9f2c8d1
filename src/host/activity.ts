/** Something the person started that is not finished. */
export interface ActivityEntry {
  /** What it is: `Chat`, `Summary of retry.ts`. */
  readonly label: string;
  /** Where it stands, in words, at the time of asking. */
  readonly status: () => string;
  readonly cancel: () => void;
  /** Whether it waits in a way that `sendNow` can end. */
  readonly canSendNow: () => boolean;
  readonly sendNow: () => void;
}
