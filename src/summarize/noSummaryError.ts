/** The API answered, and its answer is no summary: the model refused the text, or wrote nothing. */
export class NoSummaryError extends Error {
  override readonly name = 'NoSummaryError';
  readonly reason: 'refused' | 'empty';

  constructor(reason: NoSummaryError['reason']) {
    super(`The answer holds no summary: ${reason}`);
    this.reason = reason;
  }

  static is(error: unknown): error is NoSummaryError {
    return error instanceof NoSummaryError;
  }
}
