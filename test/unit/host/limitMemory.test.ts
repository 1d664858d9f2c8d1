import assert from 'node:assert/strict';
import FakeTimers from '@sinonjs/fake-timers';
import type { BucketSnapshot, LaneSnapshot } from '../../../src/client/types';
import { LimitMemory } from '../../../src/host/limitMemory';
import type { Log } from '../../../src/host/log';

const storageKey = 'sluice.rememberedLimits';

function bucket(limit: number): BucketSnapshot {
  return { limit, remaining: 1, resetAt: 2, observedAt: 3 };
}

function lane(group: string, change: Partial<LaneSnapshot> = {}): LaneSnapshot {
  const buckets = { requests: bucket(50), inputTokens: bucket(30_000), outputTokens: undefined };
  return { organization: 'org-a', group, ...buckets, queued: 0, running: 0, held: undefined, ...change };
}

function setup(stored: Record<string, unknown> = {}) {
  const values = new Map<string, unknown>(Object.entries(stored));
  const failures: string[] = [];
  const writes: unknown[] = [];
  const log: Log = { info: () => {}, warn: () => {}, error: (message) => failures.push(message), show: () => {} };
  const state = { keyIds: ['key-a', 'key-b'], isBroken: false };
  const memento = {
    get: <T>(key: string, byDefault?: T): T | undefined => {
      const text = JSON.stringify(values.get(key));
      return text === undefined ? byDefault : JSON.parse(text);
    },
    update: async (key: string, value: unknown) => {
      if (state.isBroken) throw new Error('The disk is full');
      writes.push(value);
      values.set(key, value);
    },
  };
  const open = () => new LimitMemory({ memento, keyIds: () => state.keyIds, log });
  return { memory: open(), open, values, writes, failures, state };
}

function storedKeys(stored: unknown): readonly unknown[] {
  return Array.isArray(stored) ? [...new Set(stored.map((each) => Object(each).keyId))] : [];
}

describe('The memory of limits', () => {
  let timers: ReturnType<typeof FakeTimers.install>;
  beforeEach(() => {
    timers = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => timers.uninstall());

  it('gives a later window what was seen, by key', async () => {
    const { memory, open } = setup();
    memory.see('key-a', [lane('sonnet'), lane('opus', { requests: bucket(1_000) })]);
    await memory.flush();
    assert.deepEqual(open().of('key-a'), [
      {
        keyId: 'key-a',
        organization: 'org-a',
        group: 'opus',
        requestsPerMinute: 1_000,
        inputTokensPerMinute: 30_000,
        outputTokensPerMinute: undefined,
      },
      {
        keyId: 'key-a',
        organization: 'org-a',
        group: 'sonnet',
        requestsPerMinute: 50,
        inputTokensPerMinute: 30_000,
        outputTokensPerMinute: undefined,
      },
    ]);
    assert.deepEqual(open().of('key-b'), []);
  });

  it('writes once for what comes together, and nothing when nothing changed', async () => {
    const { memory, writes } = setup();
    memory.see('key-a', [lane('sonnet')]);
    memory.see('key-a', [lane('sonnet'), lane('opus')]);
    assert.equal(writes.length, 0);
    timers.tick(5_000);
    memory.see('key-a', [lane('sonnet'), lane('opus')]);
    timers.tick(5_000);
    await memory.flush();
    assert.equal(writes.length, 1);
  });

  it('keeps the groups that this window has not used', async () => {
    const { memory, open } = setup();
    memory.see('key-a', [lane('sonnet')]);
    await memory.flush();
    const later = open();
    later.see('key-a', [lane('opus')]);
    assert.deepEqual(
      later.of('key-a').map(({ group }) => group),
      ['opus', 'sonnet'],
    );
  });

  it('forgets what was learned of another organization than the key belongs to now', () => {
    const { memory } = setup();
    memory.see('key-a', [lane('sonnet'), lane('opus')]);
    memory.see('key-a', [lane('sonnet', { organization: 'org-b' })]);
    assert.deepEqual(
      memory.of('key-a').map(({ organization, group }) => [organization, group]),
      [['org-b', 'sonnet']],
    );
  });

  it('has nothing of a lane that nobody has told a limit of', () => {
    const { memory } = setup();
    memory.see('key-a', [lane('sonnet', { requests: undefined, inputTokens: undefined })]);
    assert.deepEqual(memory.of('key-a'), []);
  });

  it('forgets the keys that are gone, and keeps what another window wrote for its key', async () => {
    const { memory, open, values, state } = setup();
    const other = open();
    memory.see('key-a', [lane('sonnet')]);
    other.see('key-b', [lane('opus')]);
    await memory.flush();
    await other.flush();
    assert.deepEqual(storedKeys(values.get(storageKey)), ['key-a', 'key-b']);
    state.keyIds = ['key-b'];
    other.see('key-b', [lane('haiku')]);
    await other.flush();
    assert.deepEqual(storedKeys(values.get(storageKey)), ['key-b']);
  });

  it('takes what it cannot read for nothing', () => {
    for (const stored of [
      'text',
      7,
      { 'key-a': [{ group: 1 }] },
      { 'key-a': [{ group: 'a', requestsPerMinute: -1 }] },
    ]) {
      const { memory } = setup({ [storageKey]: stored });
      assert.deepEqual(memory.of('key-a'), []);
      memory.see('key-a', [lane('sonnet')]);
      assert.equal(memory.of('key-a').length, 1);
    }
  });

  it('does not break anything when it cannot write', async () => {
    const { memory, state, failures } = setup();
    state.isBroken = true;
    memory.see('key-a', [lane('sonnet')]);
    await memory.flush();
    assert.deepEqual(failures, ['Failed to remember the limits']);
  });
});
