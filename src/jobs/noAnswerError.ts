/** The API answered, and its answer holds nothing: the model refused, or wrote nothing. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly reason: 'refused' | 'empty';

  constructor(reason: NoAnswerError['reason']) {
    super(`The answer holds nothing: ${reason}`);
    this.reason = reason;
  }

  static is(error: unknown): error is NoAnswerError {
    return error instanceof NoAnswerError;
  }
}
