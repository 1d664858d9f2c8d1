import { isLoopback, parseBaseUrl } from '../client/baseUrl';

/** Why nothing can be sent at all; a sentence for people is made by whoever shows it. */
export type NotReadyReason = 'noKey' | 'baseUrl' | 'hostRefused' | 'keyUnreadable';

export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly reason: NotReadyReason;

  constructor(reason: NotReadyReason, options?: ErrorOptions) {
    super(`Not ready to send: ${reason}`, options);
    this.reason = reason;
  }

  /** By its name: the chat is a bundle of its own, with a class of its own of this name. */
  static is(error: unknown): error is NotReadyError {
    return error instanceof Error && error.name === 'NotReadyError';
  }
}

const officialHost = 'api.anthropic.com';

/** Whether a person has to be asked before a key goes there. */
export function isStranger(url: URL): boolean {
  return url.host !== officialHost && !isLoopback(url);
}

/** @throws {NotReadyError} `baseUrl` */
export function readBaseUrl(baseUrl: string): URL {
  try {
    return new URL(parseBaseUrl(baseUrl));
  } catch (error) {
    throw new NotReadyError('baseUrl', { cause: error });
  }
}
