/** Where an error goes that is nobody's who is at work right now. */
export type ErrorHandler = (error: unknown) => void;

/** To whoever watches for errors that nobody caught, after all that is under way. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Calls what somebody else has written: what goes wrong there must not end what we are doing. */
export function isolate(work: () => void, onError: ErrorHandler = throwLater): void {
  try {
    work();
  } catch (error) {
    onError(error);
  }
}
