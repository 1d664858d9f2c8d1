import type { Clock } from '../../src/client/clock';
import { unlimited } from '../simulator/limits';
import type { SimulatorOptions } from '../simulator/simulator';
import type { Answer, Contender, Target } from './contender';
import type { Workload } from './workload';

/** How long a request takes that has the server to itself. */
export interface Latency {
  readonly firstTextMs: number;
  readonly answerMs: number;
}

/** The workload's interactive requests alone, on its server without limits and faults. */
export function unloadedOf(workload: Workload): Workload {
  return {
    name: `${workload.name}, unloaded`,
    title: workload.title,
    kind: 'alone',
    tightest: workload.tightest,
    durationMs: workload.durationMs,
    limits: unlimited,
    server: (seed): SimulatorOptions => ({ ...workload.server(seed), limits: unlimited, ramp: undefined }),
    submissions: (seed, durationMs) =>
      workload.submissions(seed, durationMs).filter(({ priority }) => priority === 'interactive'),
    changes: () => [],
  };
}

/** Sends everything at once, with nothing between it and the server: what any client could do at best. */
export function createDirect({ baseUrl, apiKey, fetch = globalThis.fetch }: Target, clock: Clock): Contender {
  const stopped = new AbortController();
  return {
    name: 'direct',
    send: async ({ body: { maxTokens, ...body } }): Promise<Answer> => {
      let firstTextAt: number | undefined;
      const end = (reason?: string) => ({ ok: reason === undefined, reason, firstTextAt, endedAt: clock.now() });
      try {
        const response = await fetch(`${baseUrl}/v1/messages`, {
          method: 'POST',
          headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
          body: JSON.stringify({ ...body, max_tokens: maxTokens, stream: true }),
          signal: stopped.signal,
        });
        const decoder = new TextDecoder();
        let text = '';
        for await (const chunk of response.body ?? []) {
          text += decoder.decode(chunk, { stream: true });
          if (text.includes('text_delta')) firstTextAt ??= clock.now();
        }
        return response.ok && text.includes('message_stop')
          ? end()
          : end(`status ${response.status}, cut off or refused`);
      } catch (error) {
        return end(error instanceof Error ? error.message : String(error));
      }
    },
    close: async () => stopped.abort(),
  };
}
