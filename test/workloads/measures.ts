/** What is measured of one run. Shares are between 0 and 1; `undefined` where a workload has nothing to measure. */
export interface Figures {
  /** Usage of completed requests on the tightest dimension, of the physical bound. */
  readonly goodput: number;
  readonly failed: number;
  /** Answered in full within the measured time. */
  readonly completed: number;
  readonly attempts: number;
  /** 429s of all attempts. */
  readonly refusedShare: number;
  /** 429s to attempts sent after the first answer's headers. */
  readonly refusedAfterProbe: number;
  /** Input sent with attempts that brought nothing, of all input sent. */
  readonly wastedInputShare: number;
  /** Interactive requests, relative to the same requests alone on the same server without limits. */
  readonly firstTextP50: number | undefined;
  readonly firstTextP95: number | undefined;
  readonly answerP50: number | undefined;
  readonly answerP95: number | undefined;
  /** Jain's index over the bulk sources, in the time in which all of them have work waiting. */
  readonly fairness: number | undefined;
  /** The worst of the changes of limits: 429s it caused, and when the new bound was reached, counted from what is allowed. */
  readonly changeRefusals: number | undefined;
  readonly changeLateMs: number | undefined;
  /** Median of |estimate − actual| / actual wait, of those that waited over a second. */
  readonly readyAtError: number | undefined;
}
