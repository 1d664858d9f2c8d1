import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import { Engine } from '../../src/client/engine';
import type { ClientError } from '../../src/client/errors';
import type { Priority, Run, RunEvent, RunResult, SendRequest } from '../../src/client/types';
import { ClientPool } from '../../src/keys/clientPool';
import type { SecretUnavailable } from '../../src/keys/keySecrets';
import type { Hindrance, RunRecord } from '../../src/keys/runHome';
import type { SimulatorOptions } from '../simulator/simulator';
import { createSimulator } from '../simulator/simulator';
import { createRandom } from '../support/random';
import { installVirtualTime } from '../support/virtualTime';

/** A key as the test's ring has it. */
export interface HeldKey {
  secret: string;
  organization: string | undefined;
  isDead?: boolean;
  /** Whoever has the secret does not give it. */
  failure?: SecretUnavailable | Error | undefined;
  /** A spend cap is reached: what is said to whoever wants to send. */
  cap?: Omit<Hindrance, 'reason'> | undefined;
}

/** The pool of clients on the simulated API, with a ring of keys that the test holds in its hand. */
export function createPoolStage(keys: Record<string, HeldKey>, simulator: SimulatorOptions = {}) {
  const time = installVirtualTime();
  const server = createSimulator({
    clock: time.clock,
    pace: { firstByteMs: 50, tokensPerSecond: 100 },
    outputTokens: 40,
    keys: Object.entries(keys).map(([id, { secret, organization }]) => ({ key: secret, id, organization })),
    ...simulator,
  });
  const random = createRandom(1);
  const records: RunRecord[] = [];
  const refused: string[] = [];
  const unavailable: string[] = [];
  let clients = 0;
  const pool: ClientPool = new ClientPool({
    hindranceOf: (keyId: string, priority: Priority) => {
      const key = keys[keyId];
      if (!key || key.isDead) return { reason: 'key', until: undefined };
      return key.cap && { reason: 'budget', ...key.cap, ask: priority === 'interactive' ? key.cap.ask : undefined };
    },
    isReady: () => true,
    secretOf: async (keyId) => {
      const key = keys[keyId];
      if (key?.failure) throw key.failure;
      return key?.secret ?? '';
    },
    onUnavailable: (keyId, { reason }) => unavailable.push(`${keyId}: ${reason}`),
    organizationOf: (keyId) => keys[keyId]?.organization,
    createClient: (options) => {
      clients++;
      return new Engine(
        { ...options, fetch: server.fetch },
        { clock: time.clock, random, loadAdapter: async (each) => createAnthropicAdapter(each) },
      );
    },
    onRefused: (keyId, secret) => {
      const key = keys[keyId];
      if (key?.secret !== secret) return;
      refused.push(keyId);
      key.isDead = true;
      pool.reconsider();
    },
    onOrganization: (keyId, organization) => {
      const key = keys[keyId];
      if (key) key.organization = organization;
    },
    onEnded: (record) => records.push(record),
    onQuota: () => {},
  });
  return {
    time,
    server,
    pool,
    keys,
    records,
    refused,
    unavailable,
    clientCount: () => clients,
    send: (keyId: string, request: Partial<SendRequest> = {}): Run =>
      pool.viewOf(keyId).send({
        model: 'claude-sonnet-5-5',
        maxTokens: 500,
        messages: [{ role: 'user', content: 'Hello there' }],
        ...request,
      }),
    close: () => {
      pool.dispose();
      server.reset();
      time.uninstall();
    },
  };
}

export type PoolStage = ReturnType<typeof createPoolStage>;

export function outcomeOf({ result }: Run): Promise<RunResult | ClientError> {
  return result.catch((error: ClientError) => error);
}

/** Enough for some to run and most to wait. */
export const busy: SimulatorOptions = { limits: { requestsPerMinute: 60 }, outputTokens: 300 };

export function twoKeys(first: string | undefined, second: string | undefined): Record<string, HeldKey> {
  return {
    a: { secret: 'demo-key-a', organization: first },
    b: { secret: 'demo-key-b', organization: second },
  };
}

export async function eventsOf(run: Run): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  try {
    for await (const event of run) events.push(event);
  } catch {
    // What it told is all that is asked here.
  }
  return events;
}
