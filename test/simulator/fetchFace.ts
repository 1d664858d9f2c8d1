import type { Api } from './api';
import type { Sink } from './exchange';

/**
 * The API as a `fetch` in this process, whatever the host of the URL. As over a network, a lost connection rejects with
 * a TypeError, and an abort rejects the call or, once there is a response, errors its body.
 */
export function createFetch(api: Api): typeof fetch {
  return async (input, init) => {
    const { method, url, headers, body, signal } = await readRequest(input, init);
    signal?.throwIfAborted();
    return new Promise<Response>((resolve, reject) => {
      const answer = new FetchSink(resolve, reject);
      const connection = api.handle({ method, url, headers, body }, answer);
      answer.connect(signal, () => connection.abort());
    });
  };
}

interface FetchRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
}

/** Building a Request is the dear part of a call, so the common case does without. */
async function readRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<FetchRequest> {
  const { body = '', method = 'GET', headers, signal } = init ?? {};
  if (!(input instanceof Request) && typeof body === 'string') {
    return { method, url: new URL(input), headers: new Headers(headers), body, signal: signal ?? undefined };
  }
  const request = new Request(input, init);
  return {
    method: request.method,
    url: new URL(request.url),
    headers: request.headers,
    body: await request.text(),
    signal: request.signal,
  };
}

const encoder = new TextEncoder();

/** Turns what the API writes into one Response. */
class FetchSink implements Sink {
  readonly #resolve: (response: Response) => void;
  readonly #reject: (reason: unknown) => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** An errored stream drops what nobody has read, so the loss of a connection waits for the reader. */
  #loss: TypeError | undefined;
  #isOver = false;
  #disconnect = () => {};
  #abort = () => {};

  constructor(resolve: (response: Response) => void, reject: (reason: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** `abort` tells the API that the client went away. */
  connect(signal: AbortSignal | undefined, abort: () => void): void {
    if (this.#isOver) return;
    this.#abort = abort;
    const onAbort = () => {
      this.#abort();
      this.#fail(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#disconnect = () => signal?.removeEventListener('abort', onAbort);
  }

  begin(status: number, headers: Record<string, string>): void {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => {
        if (this.#loss !== undefined) this.#controller?.error(this.#loss);
      },
      cancel: () => {
        this.#finish();
        this.#abort();
      },
    });
    this.#resolve(new Response(stream, { status, headers }));
  }

  write(text: string): void {
    if (!this.#isOver) this.#controller?.enqueue(encoder.encode(text));
  }

  end(): void {
    if (this.#isOver) return;
    this.#finish();
    this.#controller?.close();
  }

  /** With the two errors that Node's own fetch gives for a lost connection. */
  lose(): void {
    const hasUnread = (this.#controller?.desiredSize ?? 1) < 1;
    if (!hasUnread) {
      this.#fail(new TypeError(this.#controller === undefined ? 'fetch failed' : 'terminated'));
      return;
    }
    this.#loss = new TypeError('terminated');
    this.#finish();
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#finish();
    if (this.#controller === undefined) this.#reject(reason);
    else this.#controller.error(reason);
  }

  #finish(): void {
    this.#isOver = true;
    this.#disconnect();
  }
}
