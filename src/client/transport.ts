import { untilAborted } from './abort';
import type { Call } from './adapter';

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
 * A `fetch` for one call. It sends the pinned headers and no others, never follows a redirect (the key would go along),
 * shows the call its headers and bytes, and ends at once when the call is aborted, whatever the transport does.
 */
export function watchedFetch(transport: typeof fetch, call: Call, apiVersion: string): typeof fetch {
  return async (url, init) => {
    const { signal } = call;
    signal.throwIfAborted();
    call.onSent();
    const response = await untilAborted(
      transport(url, {
        ...init,
        headers: pinnedHeaders(call.apiKey, apiVersion, init?.body !== undefined && init.body !== null),
        redirect: 'manual',
        signal,
      }),
      signal,
    );
    call.onHeaders(response.headers, response.ok);
    if (!response.body) return response;
    return new Response(watchedBody(response.body, call), {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

function watchedBody(body: ReadableStream<Uint8Array>, { signal, onBytes }: Call): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await untilAborted(reader.read(), signal);
        if (done) {
          controller.close();
          return;
        }
        onBytes();
        controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        if (signal.aborted) void reader.cancel().catch(() => {});
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
