import { createClock } from '@sinonjs/fake-timers';
import type { Clock } from '../../../src/client/clock';
import type { Simulator, SimulatorOptions } from '../../simulator/simulator';
import { createSimulator, demoKey } from '../../simulator/simulator';

export const model = 'claude-sonnet-5-5';

/** 12:00:00 on the day the facts were written down. */
const startOfTime = Date.UTC(2026, 10, 24, 12);

/** A clock that stands still until it is told to advance. */
export interface VirtualClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function createVirtualClock(): VirtualClock {
  const timers = createClock(startOfTime);
  return {
    now: () => timers.now,
    monotonic: () => timers.now - startOfTime,
    schedule(callback, delayMs) {
      const timer = timers.setTimeout(callback, Math.ceil(delayMs));
      return { dispose: () => timers.clearTimeout(timer) };
    },
    advance: async (ms) => void (await timers.tickAsync(ms)),
  };
}

export interface SendOptions {
  readonly body?: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export interface Setup {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  /** Posts a message with the fields given, streamed unless they say otherwise. */
  readonly send: (options?: SendOptions) => Promise<Response>;
}

export function setup(options: SimulatorOptions = {}): Setup {
  const clock = createVirtualClock();
  const simulator = createSimulator({ clock, ...options });
  return { clock, simulator, send: (sent) => post(simulator.fetch, 'http://api.test', sent) };
}

export function post(fetch: typeof globalThis.fetch, url: string, options: SendOptions = {}): Promise<Response> {
  const { body = {}, text = 'Explain token buckets.', key = demoKey, signal } = options;
  const message = { model, max_tokens: 4_000, stream: true, messages: [{ role: 'user', content: text }], ...body };
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(message),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** An event of the stream, as far as the tests look at one. */
export interface StreamEvent {
  readonly type: string;
  readonly delta?: { readonly text?: string; readonly stop_reason?: string };
  readonly error?: { readonly type: string };
  readonly message?: { readonly usage: Readonly<Record<string, number>> };
  readonly usage?: Readonly<Record<string, number | null>>;
}

export function parseEvents(text: string): readonly StreamEvent[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line): StreamEvent => JSON.parse(line.slice('data: '.length)));
}

export function textOf(events: readonly StreamEvent[]): string {
  return events.map(({ delta }) => delta?.text ?? '').join('');
}

/** Reads a body to its end; `error` is what cut it off. */
export async function readAll(response: Response): Promise<{ readonly text: string; readonly error: unknown }> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    return { text, error };
  }
  return { text, error: undefined };
}
