import type { Call } from './adapter';

/** How the SDK hands a call through to `watchedFetch`: as one more of its fetch options. */
export interface CallCarrier {
  readonly redirect: 'manual';
  readonly call: Call;
}

/** All that leaves with a request besides its body. The SDK would add the environment's headers and facts about the machine. */
function pinnedHeaders(apiKey: string, apiVersion: string, hasBody: boolean): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: `Bearer ${apiKey}`,
    'anthropic-version': apiVersion,
    'user-agent': 'sluice',
    ...(hasBody ? { 'content-type': 'application/json' } : undefined),
  };
}

/**
 * A `fetch` that sends the pinned headers and no others, never follows a redirect (the key would go along), and shows the
 * call its headers. The response is handed on as it is: a copy of it and of its stream would cost as much as reading it.
 */
export function watchedFetch(transport: typeof fetch, apiVersion: string): typeof fetch {
  return async (url, init) => {
    if (!isWatched(init)) throw new TypeError('Nothing is sent without a call to watch it');
    const { call, method, body } = init;
    const { signal } = call;
    signal.throwIfAborted();
    call.onSent();
    const hasBody = body !== undefined && body !== null;
    const response = await transport(url, {
      ...(method === undefined ? undefined : { method }),
      ...(hasBody ? { body } : undefined),
      headers: pinnedHeaders(call.apiKey, apiVersion, hasBody),
      redirect: 'manual',
      signal,
    });
    call.onHeaders(response.headers, response.ok);
    return response;
  };
}

/**
 * Reads a body to its end and shows the call that something comes. When the call is aborted it ends at once and without
 * an error, whatever the transport does: cancelling ends a read that is under way.
 */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  { signal, onBytes }: Call,
  onChunk: (bytes: Uint8Array) => void,
): Promise<void> {
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  // Never removed: the signal ends with the call.
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      onBytes();
      onChunk(value);
    }
  } catch (error) {
    if (signal.aborted) return;
    leave();
    throw error;
  }
}

function isWatched(init: RequestInit | undefined): init is RequestInit & CallCarrier {
  return init !== undefined && 'call' in init;
}
