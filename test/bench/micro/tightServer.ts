/**
 * An API in this process that answers at once, with what it has left in its headers. Its bucket of requests starts almost
 * empty: background work takes what flows in down to the headroom, and 100,000 requests wait for two hours; what is
 * below the headroom is there for a person.
 */
const minuteMs = 60_000;

/** The Start tier as published on 2026-11-24. */
const perMinute = { requests: 1_000, 'input-tokens': 2_000_000, 'output-tokens': 400_000 } as const;
type Name = keyof typeof perMinute;
const names: readonly Name[] = ['requests', 'input-tokens', 'output-tokens'];

const startLevels: Readonly<Record<Name, number>> = {
  requests: 5,
  'input-tokens': 1_000_000,
  'output-tokens': 200_000,
};
const usage = { inputTokens: 320, outputTokens: 8 } as const;
/** The API rounds what is left of the token buckets to this. */
const tokenRounding = 1_000;

const events = [
  { type: 'message_start', message: { usage: { input_tokens: usage.inputTokens, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: 'It came in after the lamps were lit.' },
  },
  { type: 'content_block_stop', index: 0 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null },
    usage: { output_tokens: usage.outputTokens },
  },
  { type: 'message_stop' },
];
const answer = new TextEncoder().encode(
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
);
const refusal = JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'No requests left.' } });

export interface TightServer {
  readonly fetch: typeof fetch;
  readonly calls: number;
  readonly refusals: number;
  /** When a request whose body contains this is here. */
  awaitCall(words: string): Promise<number>;
}

export function createTightServer(): TightServer {
  const levels = { ...startLevels };
  const expected = new Map<string, (at: number) => void>();
  let updatedAt = performance.now();
  let calls = 0;
  let refusals = 0;

  const refill = (now: number) => {
    for (const name of names) {
      levels[name] = Math.min(levels[name] + (perMinute[name] / minuteMs) * (now - updatedAt), perMinute[name]);
    }
    updatedAt = now;
  };
  const headers = () => {
    const told = new Headers({ 'request-id': `req_tight_${calls}`, 'anthropic-organization-id': 'org-tight' });
    for (const name of names) {
      const rounding = name === 'requests' ? 1 : tokenRounding;
      const fullInMs = ((perMinute[name] - levels[name]) / perMinute[name]) * minuteMs;
      const prefix = `anthropic-ratelimit-${name}`;
      told.set(`${prefix}-limit`, String(perMinute[name]));
      told.set(`${prefix}-remaining`, String(Math.max(Math.floor(levels[name] / rounding), 0) * rounding));
      told.set(`${prefix}-reset`, `${new Date(Date.now() + fullInMs).toISOString().slice(0, 19)}Z`);
    }
    return told;
  };
  const notice = (body: unknown, now: number) => {
    for (const [words, tell] of expected) {
      if (typeof body !== 'string' || !body.includes(words)) continue;
      expected.delete(words);
      tell(now);
    }
  };

  return {
    get calls() {
      return calls;
    },
    get refusals() {
      return refusals;
    },
    awaitCall: (words) => new Promise((resolve) => expected.set(words, resolve)),
    fetch: async (_url, init) => {
      const now = performance.now();
      notice(init?.body, now);
      calls++;
      refill(now);
      if (levels.requests < 1) {
        refusals++;
        const told = headers();
        told.set('retry-after', '1');
        told.set('content-type', 'application/json');
        return new Response(refusal, { status: 429, headers: told });
      }
      levels.requests -= 1;
      levels['input-tokens'] -= usage.inputTokens;
      levels['output-tokens'] -= usage.outputTokens;
      const told = headers();
      told.set('content-type', 'text/event-stream');
      return new Response(answer, { headers: told });
    },
  };
}
