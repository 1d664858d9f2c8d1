import type { AnswerScript } from '../../simulator/answers';
import type { Fault } from '../../simulator/faults';
import { isRecord } from '../../support/files';

/** What the tests look at of an attempt; the whole of it is in the simulator's log. */
export interface SeenAttempt {
  readonly at: number;
  readonly path: string;
  readonly keyId: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly outcome: unknown;
  /** HTTP; `undefined` while nothing was answered. */
  readonly status: number | undefined;
}

/** So much that nothing of a test is held back for it. */
const plenty = 1_000_000;

/** The simulated API that this window talks to, steered over HTTP: it runs in the process that started the host. */
export const api = {
  async reset(): Promise<void> {
    await command('reset', {});
  },
  /** For the next `times` requests to `path` whose body includes a text. */
  async addFault(fault: Fault, { times = 1, path = '/v1/messages', bodyIncludes = '' } = {}): Promise<void> {
    await command('faults', { fault, times, match: { path, bodyIncludes } });
  },
  /** Of the next answers, in order. */
  async script(...answers: readonly AnswerScript[]): Promise<void> {
    await command('script', { answers });
  },
  /** `id` is what the log calls it. */
  async addKey(key: string, { id = key, organization }: { id?: string; organization?: string } = {}): Promise<void> {
    await command('addKey', { key, id, organization });
  },
  /** From now on it is refused; what runs with it goes on to its end. */
  async revokeKey(keyOrId: string): Promise<void> {
    await command('revokeKey', { key: keyOrId, runningGoOn: true });
  },
  async liftLimits(): Promise<void> {
    const limits = { requestsPerMinute: plenty, inputTokensPerMinute: plenty, outputTokensPerMinute: plenty };
    await command('limits', { limits });
  },
  /** Every request since the last reset, key checks included. */
  async attempts(): Promise<readonly SeenAttempt[]> {
    const answer = await command('log', {});
    const attempts = isRecord(answer) ? answer['attempts'] : undefined;
    if (!Array.isArray(attempts)) throw new Error('The simulator gave no log');
    return attempts.filter(isRecord).map((attempt) => ({
      at: Number(attempt['at']),
      path: String(attempt['path']),
      keyId: typeof attempt['keyId'] === 'string' ? attempt['keyId'] : undefined,
      body: isRecord(attempt['body']) ? attempt['body'] : {},
      outcome: attempt['outcome'],
      status: typeof attempt['status'] === 'number' ? attempt['status'] : undefined,
    }));
  },
  /** Requests for an answer since the last reset. */
  async messages(): Promise<readonly SeenAttempt[]> {
    return (await api.attempts()).filter(({ path }) => path === '/v1/messages');
  },
};

export function apiUrl(): string {
  const url = process.env['SLUICE_TEST_SIMULATOR'];
  if (url === undefined) throw new Error('SLUICE_TEST_SIMULATOR is not set: start the suite with its runner');
  return url;
}

async function command(name: string, body: object): Promise<unknown> {
  const response = await fetch(`${apiUrl()}/_simulator/${name}`, { method: 'POST', body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`The simulator refused ${name}: ${JSON.stringify(answer)}`);
  return answer;
}
