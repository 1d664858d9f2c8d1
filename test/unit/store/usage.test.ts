import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../../src/store/database';
import { migrate, migrations, versionOf } from '../../../src/store/migrations';
import type { Store } from '../../../src/store/store';
import { StoreError } from '../../../src/store/storeError';
import { slotMinutes, startOfDayBefore } from '../../../src/usage/periods';
import { noUsage } from '../../../src/usage/usageTotals';
import { inZone } from '../usage/zones';
import { ids, load, minuteMs, noon, setUpDesk, type Desk } from './setup';
import { keyEvent, startAdder, usageEntry } from './usageSetup';

const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Long enough for two processes to have started and to wait for each other. */
const startTogetherMs = 1_500;
const manyRequests = 300;
const endlessly = 1_000_000;

let desk: Desk;
beforeEach(() => (desk = setUpDesk()));
afterEach(() => desk.clear());

function usedOf(store: Store, keyId = 'key-1', now = noon) {
  const [used] = store.usage.usageOf([keyId], now);
  assert.ok(used);
  return used;
}

function slots(): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(desk.file);
  try {
    return database.prepare('SELECT * FROM usage_slots').all();
  } finally {
    database.close();
  }
}

describe('The use of keys', () => {
  it('is nothing for a key that was never used', () => {
    const store = desk.openStore();
    const { today, month, models, lastUsedAt, unusual } = usedOf(store, 'unknown');
    assert.deepEqual([today, month, models, lastUsedAt, unusual], [noUsage, noUsage, [], undefined, undefined]);
    assert.deepEqual(store.usage.spentOf('unknown', noon), { todayUsd: 0, monthUsd: 0 });
    assert.deepEqual(store.usage.usageOf(undefined, noon), []);
  });

  it('is added up in one row for a key, a model and a quarter of an hour', () => {
    const { usage } = desk.openStore();
    usage.record(usageEntry());
    usage.record(usageEntry({ at: noon + slotMinutes * minuteMs - 1, outcome: 'failed', refusals: 3 }));
    usage.record(usageEntry({ at: noon + 1, outcome: 'cancelled', usage: undefined, costUsd: undefined }));
    assert.equal(slots().length, 1);
    usage.record(usageEntry({ at: noon + slotMinutes * minuteMs }));
    usage.record(usageEntry({ model: 'other' }));
    usage.record(usageEntry({ keyId: 'key-2' }));
    assert.equal(slots().length, 4);
  });

  it('is told with everything that was recorded', () => {
    const store = desk.openStore();
    store.usage.record(usageEntry());
    store.usage.record(usageEntry({ at: noon + minuteMs, outcome: 'failed', refusals: 3 }));
    store.usage.record(usageEntry({ at: noon - minuteMs, model: 'other', costUsd: undefined }));
    const used = usedOf(store);
    assert.deepEqual(used.today, {
      requests: 3,
      errors: 1,
      refusals: 3,
      inputTokens: 3,
      outputTokens: 6,
      cacheReadTokens: 9,
      cacheWriteTokens: 15,
      costUsd: 0.5,
      hasUnknownCost: true,
    });
    assert.equal(used.lastUsedAt, noon + minuteMs, 'the latest, in whatever order they came');
    assert.deepEqual(
      used.models.map(({ model, today }) => [model, today.requests, today.hasUnknownCost]),
      [
        ['m', 2, false],
        ['other', 1, true],
      ],
    );
  });

  it('is told of the keys that were asked for in their order, and otherwise of all that were ever used', () => {
    const { usage } = desk.openStore();
    for (const keyId of ['b', 'a', 'c', 'a']) usage.record(usageEntry({ keyId }));
    usage.record(usageEntry({ keyId: 'long ago', at: noon - 200 * dayMs }));
    const told = (keyIds?: readonly string[]) =>
      usage.usageOf(keyIds, noon).map(({ keyId, month }): [string, number] => [keyId, month.requests]);
    assert.deepEqual(told(['c', 'x', 'a']), [
      ['c', 1],
      ['x', 0],
      ['a', 2],
    ]);
    const expected = { a: 2, b: 1, c: 1, 'long ago': 0 };
    assert.deepEqual(Object.fromEntries(told()), expected);
  });

  it('is flagged when a day costs five times what days do', () => {
    const store = desk.openStore();
    for (const days of [1, 2, 3]) store.usage.record(usageEntry({ at: noon - days * dayMs, costUsd: 1 }));
    store.usage.record(usageEntry({ costUsd: 4.5 }));
    assert.equal(usedOf(store).unusual, undefined);
    store.usage.record(usageEntry({ costUsd: 0.5 }));
    assert.deepEqual(usedOf(store).unusual, { todayUsd: 5, averageUsd: 1 });
  });

  it('does not refuse amounts that make no sense', () => {
    const store = desk.openStore();
    const usage = { inputTokens: 0.4, outputTokens: Number.NaN, cacheReadTokens: -1, cacheWriteTokens: Infinity };
    store.usage.record(usageEntry({ usage, costUsd: Number.NaN, refusals: 1.5 }));
    assert.deepEqual(usedOf(store).today, { ...noUsage, requests: 1, refusals: 2 });
  });

  it('fails like the rest of the store does', () => {
    const store = desk.openStore();
    assert.throws(
      () => store.usage.record(usageEntry({ at: Number.NaN })),
      (error) => StoreError.is(error, 'failed'),
    );
    store.close();
    for (const use of [
      () => store.usage.record(usageEntry()),
      () => store.usage.usageOf(undefined, noon),
      () => store.usage.spentOf('key-1', noon),
      () => store.usage.events(),
      () => store.usage.addEvent(keyEvent()),
      () => store.usage.prune(noon),
    ]) {
      assert.throws(use, (error) => StoreError.is(error, 'closed'));
    }
  });
});

describe('Days of use', () => {
  const zones = ['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Chatham', 'America/St_Johns', 'Australia/Lord_Howe'];
  for (const zone of zones) {
    it(`begin at local midnight in ${zone}, to the millisecond`, () => {
      inZone(zone, () => {
        const store = desk.openStore();
        for (const [index, days] of [0, 1, 6, 7, 29, 30].entries()) {
          const from = startOfDayBefore(noon, days);
          const cost = 2 ** index;
          store.usage.record(usageEntry({ at: from, costUsd: cost }));
          store.usage.record(usageEntry({ at: from - 1, costUsd: cost * 1_024 }));
        }
        const { today, week, month } = usedOf(store);
        assert.equal(today.costUsd, 1);
        assert.equal(week.costUsd, 1 + 2 + 4 + 1_024 + 2 * 1_024);
        assert.equal(month.costUsd, 1 + 2 + 4 + 8 + 16 + (1 + 2 + 4 + 8) * 1_024);
      });
    });
  }

  const changes: readonly (readonly [what: string, zone: string, day: string])[] = [
    ['with 23 hours', 'Europe/Berlin', '2026-03-29T12:00:00Z'],
    ['with 25 hours', 'Europe/Berlin', '2026-10-25T12:00:00Z'],
    ['with 23 hours and a half', 'Australia/Lord_Howe', '2026-10-04T02:00:00Z'],
    ['without a midnight', 'America/Havana', '2026-03-08T17:00:00Z'],
  ];
  for (const [what, zone, day] of changes) {
    it(`are exact around one ${what}`, () => {
      inZone(zone, () => {
        const store = desk.openStore();
        const now = Date.parse(day);
        const [from, to] = [startOfDayBefore(now, 0), startOfDayBefore(now, -1)];
        for (let at = from - 3 * hourMs; at < to + 3 * hourMs; at += slotMinutes * minuteMs) {
          store.usage.record(usageEntry({ at, costUsd: 1 }));
        }
        const slotsOfDay = (to - from) / (slotMinutes * minuteMs);
        assert.equal(usedOf(store, 'key-1', now).today.requests, slotsOfDay);
        assert.equal(store.usage.spentOf('key-1', now).todayUsd, slotsOfDay);
        assert.equal(usedOf(store, 'key-1', to).today.requests, 12, 'the day after');
      });
    });
  }

  it('are those of the clock that asks: the same records make other days elsewhere', () => {
    const store = desk.openStore();
    store.usage.record(usageEntry({ at: Date.parse('2026-11-17T00:15:00+05:45') }));
    const requests = (zone: string) => inZone(zone, () => usedOf(store).today.requests);
    assert.deepEqual([requests('Asia/Kathmandu'), requests('UTC')], [1, 0]);
  });

  it('make up a month of the calendar for what was spent, and 30 days for what was used', () => {
    inZone('Asia/Kathmandu', () => {
      const store = desk.openStore();
      const firstOfMonth = Date.parse('2026-11-01T00:00:00+05:45');
      store.usage.record(usageEntry({ at: firstOfMonth }));
      store.usage.record(usageEntry({ at: firstOfMonth - 1, costUsd: 8 }));
      store.usage.record(usageEntry());
      assert.deepEqual(store.usage.spentOf('key-1', noon), { todayUsd: 0.25, monthUsd: 0.5 });
      assert.equal(usedOf(store).month.costUsd, 8.5);
    });
  });
});

describe('Events of keys', () => {
  it('come newest first, and of one moment the last one first', () => {
    const { usage } = desk.openStore();
    const events = [
      keyEvent({ kind: 'added', at: noon }),
      keyEvent({ kind: 'renamed', at: noon + 1, detail: 'Work → Play', label: 'Play' }),
      keyEvent({ kind: 'window', at: noon + 1, keyId: 'key-2', windowId: 'window-2' }),
      keyEvent({ kind: 'invalid', at: noon - 1 }),
    ];
    for (const event of events) usage.addEvent(event);
    assert.deepEqual(
      usage.events().map(({ kind }) => kind),
      ['window', 'renamed', 'added', 'invalid'],
    );
    assert.deepEqual(usage.events({ limit: 2 }), [events[2], events[1]]);
    assert.deepEqual(usage.events({ keyId: 'key-2' }), [events[2]]);
    assert.deepEqual(usage.events({ keyId: 'key-3' }), []);
  });

  it('are kept with what SQLite can hold of a text', () => {
    const { usage } = desk.openStore();
    usage.addEvent(keyEvent({ label: 'a\0b\ud800', detail: "'; DROP TABLE key_events; --" }));
    const [{ label, detail } = keyEvent()] = usage.events();
    assert.deepEqual([label, detail], ['ab\ufffd', "'; DROP TABLE key_events; --"]);
  });

  it('that cannot be understood are left out and logged', () => {
    const { usage } = desk.openStore();
    usage.addEvent(keyEvent());
    const database = new DatabaseSync(desk.file);
    database.exec("UPDATE key_events SET kind = 'unheard of'");
    database.close();
    usage.addEvent(keyEvent({ kind: 'revoked' }));
    assert.deepEqual(
      usage.events().map(({ kind }) => kind),
      ['revoked'],
    );
    assert.match(desk.logged.join('\n'), /event of a key/);
  });
});

describe('Old records of use', () => {
  it('are deleted, and no others', () => {
    const store = desk.openStore();
    for (const keyId of ['key-1', 'key-2']) {
      for (const at of [noon - 2 * hourMs, noon - hourMs, noon]) {
        store.usage.record(usageEntry({ keyId, at }));
        store.usage.addEvent(keyEvent({ keyId, at }));
      }
    }
    store.usage.prune(noon - hourMs);
    const requests = store.usage.usageOf(undefined, noon).map(({ month }) => month.requests);
    assert.deepEqual([requests, store.usage.events().length], [[2, 2], 4]);
    store.usage.prune(noon + hourMs);
    assert.deepEqual([store.usage.usageOf(undefined, noon), store.usage.events()], [[], []]);
    store.usage.prune(noon);
  });
});

describe('A database of the second version', () => {
  it('gets the tables of use, and keeps its chats as they are', () => {
    const old = new DatabaseSync(desk.file);
    migrate(old, migrations.slice(0, 2));
    assert.equal(versionOf(old), 2);
    old.exec(`
      INSERT INTO conversations (id, title, created_at, updated_at, writer, is_summary_undone)
      VALUES ('a', 'Retries', 1, 2, 'w', 1);
      INSERT INTO turns (conversation_id, id, text, details)
      VALUES ('a', 'q1', 'Why?', '{"role":"user","at":1,"attachments":[]}');
      INSERT INTO composers (conversation_id, queue, drafts) VALUES ('a', '[]', '[]');
      INSERT INTO digests VALUES ('a', 'q1', '{"text":"Short","at":1,"tokensBefore":9,"tokensAfter":3}');`);
    old.close();
    const store = desk.openStore();
    const { title, isSummaryUndone, turns, digests, revision } = load(store, 'a');
    assert.deepEqual([title, isSummaryUndone, ids(turns), revision], ['Retries', true, ['q1'], 1]);
    assert.equal(digests[0]?.text, 'Short');
    store.usage.record(usageEntry());
    store.usage.addEvent(keyEvent());
    assert.deepEqual([usedOf(store).today.requests, store.usage.events().length], [1, 1]);
  });
});

describe('Windows that add up use at the same time', function () {
  this.timeout(60_000);

  it('in one process lose nothing', () => {
    const stores = ['one', 'two', 'three'].map((name) => desk.openStore(name));
    for (let round = 0; round < 50; round++) for (const { usage } of stores) usage.record(usageEntry());
    for (const store of stores) assert.equal(usedOf(store).today.requests, 150);
    assert.equal(slots().length, 1);
  });

  it('in processes of their own lose nothing, in a database that is new to both', async () => {
    const { folder } = desk;
    const startAt = Date.now() + startTogetherMs;
    const windows = ['one', 'two'].map((windowId) => startAdder({ folder, windowId, requests: manyRequests, startAt }));
    for (const { code, complaints } of await Promise.all(windows)) assert.deepEqual([code, complaints], [0, '']);
    const { today } = usedOf(desk.openStore());
    assert.deepEqual([today.requests, today.costUsd], [2 * manyRequests, (2 * manyRequests) / 4]);
    assert.equal(today.cacheWriteTokens, 2 * manyRequests * 5);
    assert.equal(slots().length, 1);
  });

  it('keep what they had recorded when they are killed, and each request with all of its counters', async () => {
    const { folder } = desk;
    let atLeast = 0;
    for (const after of [5, 60]) {
      const onWrite = (count: number, kill: () => void) => {
        if (count >= after) kill();
      };
      const end = await startAdder({ folder, windowId: `w${after}`, requests: endlessly, onWrite });
      assert.equal(end.signal, 'SIGKILL', end.complaints);
      atLeast += end.written;
      const opened = openDatabase({ folder, windowId: 'w', now: () => noon, log: { warn: () => {} } });
      assert.ok(opened.kind === 'ready' && opened.setAside === undefined);
      const { today } = usedOf(opened.store);
      opened.store.close();
      assert.ok(today.requests >= atLeast, `${today.requests} of ${atLeast}`);
      assert.deepEqual(
        [today.inputTokens, today.outputTokens, today.costUsd],
        [today.requests, 2 * today.requests, today.requests / 4],
      );
    }
  });
});

describe('The time it takes to record a request', () => {
  it('does not grow with what was recorded before', () => {
    const few = desk.openStore();
    const other = setUpDesk();
    const many = other.openStore();
    for (let index = 0; index < 5_000; index++) {
      many.usage.record(usageEntry({ at: noon - index * slotMinutes * minuteMs, model: `m${index % 3}` }));
    }
    const ratio = recordTime(many) / recordTime(few);
    other.clear();
    assert.ok(ratio < 3, `${ratio} times as long`);
  });
});

/** Of several tries the quickest, in processor time of our own. Microseconds. */
function recordTime(store: Store): number {
  const times = Array.from({ length: 9 }, () => {
    const start = process.cpuUsage();
    for (let index = 0; index < 200; index++) store.usage.record(usageEntry());
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
}
