import type { Adapter } from '../../../src/client/adapter';
import type { Clock } from '../../../src/client/clock';
import type { RequestBody } from '../../../src/client/types';

const minuteMs = 60_000;
const organization = 'org-many';
const usage = { inputTokens: 10, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };

export interface InstantProvider {
  readonly adapter: Adapter;
  /** The words of each request in the order in which they came. */
  readonly arrived: readonly string[];
  /** Requests that came although the bucket was empty. */
  readonly overdrawn: () => number;
}

/**
 * A provider without a wire, for tests that send by the thousand: every request is answered in the turn in which it
 * comes, with what its bucket of requests has left. The bucket is full at first and refilled continuously.
 */
export function createInstantProvider(clock: Clock, requestsPerMinute: number): InstantProvider {
  const arrived: string[] = [];
  let level = requestsPerMinute;
  let updatedAt = clock.monotonic();
  let overdrawn = 0;

  const take = () => {
    const now = clock.monotonic();
    level = Math.min(level + (requestsPerMinute / minuteMs) * (now - updatedAt), requestsPerMinute);
    updatedAt = now;
    if (level < 1) overdrawn++;
    level--;
  };
  const headers = () => {
    const fullInMs = ((requestsPerMinute - level) / requestsPerMinute) * minuteMs;
    return new Headers({
      'anthropic-organization-id': organization,
      'anthropic-ratelimit-requests-limit': String(requestsPerMinute),
      'anthropic-ratelimit-requests-remaining': String(Math.max(Math.floor(level), 0)),
      'anthropic-ratelimit-requests-reset': new Date(clock.now() + fullInMs).toISOString(),
    });
  };
  const adapter: Adapter = {
    stream: (body, call, onEvent) => {
      arrived.push(wordsOf(body));
      take();
      call.onSent();
      call.onHeaders(headers(), true);
      onEvent({ type: 'start', usage });
      onEvent({ type: 'text', text: 'Aye.' });
      onEvent({ type: 'usage', stopReason: 'end_turn', usage: { outputTokens: 2 } });
      onEvent({ type: 'stop' });
      return Promise.resolve();
    },
    countTokens: () => Promise.reject(new Error('nobody counts here')),
    models: () => Promise.reject(new Error('nobody lists here')),
    batches: {
      create: () => Promise.reject(new Error('nobody makes batches here')),
      get: () => Promise.reject(new Error('nobody makes batches here')),
      list: () => Promise.reject(new Error('nobody makes batches here')),
      cancel: () => Promise.reject(new Error('nobody makes batches here')),
      results: () => Promise.reject(new Error('nobody makes batches here')),
    },
    explain: (error) => ({
      status: undefined,
      type: undefined,
      errorCode: undefined,
      message: String(error),
      requestId: undefined,
    }),
  };
  return { adapter, arrived, overdrawn: () => overdrawn };
}

function wordsOf({ messages }: RequestBody): string {
  const content = messages[0]?.content;
  return typeof content === 'string' ? content : '';
}
