import assert from 'node:assert/strict';
import type { KeysSnapshot } from '../../../src/host/keys/keysSnapshot';
import { presentKeys } from '../../../src/host/keys/keyTreePresenter';
import type { KeyInfo } from '../../../src/keys/key';
import type { BudgetState } from '../../../src/usage/budgetState';
import { noUsage } from '../../../src/usage/usageTotals';
import { dayMs, keyInfo, keysSnapshot, keyUsage, totals } from './keysSnapshots';
import { laneOf, now } from './snapshots';

/** `Label: description` of every row below the first key. */
function factsOf(key: Partial<KeyInfo> = {}, snapshot: Partial<KeysSnapshot> = {}, others: readonly KeyInfo[] = []) {
  const [first] = presentKeys(keysSnapshot({ keys: [keyInfo(key), ...others], ...snapshot }));
  const row = first?.contextValue === 'group' ? first.children[0] : first;
  assert.ok(row);
  return row.children.map(({ label, description }) => (description === undefined ? label : `${label}: ${description}`));
}

function factOf(start: string, ...given: Parameters<typeof factsOf>): string | undefined {
  return factsOf(...given).find((fact) => fact.startsWith(start));
}

/** What was used today, with a price for only a part of it. */
function unpriced(costUsd: number) {
  return new Map([['k1', keyUsage({ today: totals({ costUsd, hasUnknownCost: true }) })]]);
}

function imported(from: string): string | undefined {
  return factOf('Added', { source: { kind: 'imported', from } });
}

function state(given: Partial<BudgetState>): ReadonlyMap<string, BudgetState> {
  return new Map([['k1', { kind: 'ok', period: 'day', spentUsd: 1, capUsd: 5, until: now + 3_000, ...given }]]);
}

describe('Below a key', () => {
  it('stands what it costs and what it is', () => {
    assert.deepEqual(factsOf(), ['Spend cap: none', 'Not used yet', 'Organization: acme', 'Added 12 days ago']);
  });

  it('stands first what is wrong', () => {
    const usage = new Map([['k1', keyUsage({ unusual: { todayUsd: 12, averageUsd: 1.2 } })]]);
    const key = { health: 'invalid', lastError: 'authentication', checkedAt: now - 120_000 } as const;
    assert.deepEqual(factsOf(key, { usage }).slice(0, 2), [
      'Last error: The API refused the key · nothing more is sent with it · 2 min ago',
      'Unusual use: $12.00 today · $1.20 on an average day',
    ]);
  });

  it('stands the limit that is waited for, by its models', () => {
    const lanes = [laneOf({ organization: 'acme', held: { reason: 'inputTokens', until: now + 9_000 } })];
    assert.equal(factsOf({}, { lanes })[0], 'Limited: Waiting for input tokens until 14:05:29 · claude-sonnet-5-5');
  });

  it('is told less of a revoked key, but still what was used with it', () => {
    const usage = new Map([['k1', keyUsage({ month: totals({ requests: 2 }) })]]);
    assert.deepEqual(factsOf({ health: 'revoked', lastCharacters: '' }, { usage }), [
      'Last used: 5 min ago',
      'Today: no use',
      '7 days: no use',
      '30 days: $0.50 · 2 requests · 1.2k tokens',
      'Organization: acme',
      'Added 12 days ago',
    ]);
  });
});

describe('The use of a key', () => {
  it('is not told before it is known', () => {
    assert.deepEqual(factsOf({}, { usageKept: 'unknown' }), [
      'Spend cap: none',
      'Organization: acme',
      'Added 12 days ago',
    ]);
  });

  it('has cost, requests, tokens, failures and refusals', () => {
    const today = totals({ requests: 1_234, errors: 2, refusals: 3, cacheReadTokens: 90_000, costUsd: 1.5 });
    assert.equal(
      factOf('Today', {}, { usage: new Map([['k1', keyUsage({ today })]]) }),
      'Today: $1.50 · 1.2k requests · 91k tokens · 2 failed · 3 × 429',
    );
  });

  it('says so where prices are unknown', () => {
    assert.equal(factOf('Today', {}, { usage: unpriced(0) }), 'Today: cost unknown · 1 request · 1.2k tokens');
    assert.equal(factOf('Today', {}, { usage: unpriced(2) }), 'Today: more than $2.00 · 1 request · 1.2k tokens');
  });

  it('is told for each model in the periods in which it was used, with kinds of tokens for who asks', () => {
    const models = [
      { model: 'claude-sonnet-5-5', today: totals(), week: totals(), month: totals({ requests: 9 }) },
      { model: 'house-model', today: noUsage, week: noUsage, month: totals({ costUsd: 0, hasUnknownCost: true }) },
    ];
    const usage = new Map([['k1', keyUsage({ today: totals(), week: totals(), month: totals(), models })]]);
    const [row] = presentKeys(keysSnapshot({ usage }));
    const periods = row?.children.filter(({ id }) => /\/(today|week|month)$/.test(id)) ?? [];
    assert.deepEqual(
      periods.map(({ children }) => children.map(({ label, description }) => `${label}: ${description}`)),
      [
        ['Sonnet 5.5: $0.50 · 1 request · 1.2k tokens'],
        ['Sonnet 5.5: $0.50 · 1 request · 1.2k tokens'],
        ['Sonnet 5.5: $0.50 · 9 requests · 1.2k tokens', 'house-model: cost unknown · 1 request · 1.2k tokens'],
      ],
    );
    assert.match(periods[0]?.tooltip ?? '', /Input tokens: 1k {2}\nOutput tokens: 200 {2}\nFrom the cache: 0/);
  });

  it('is just now where the clock has gone back since', () => {
    const usage = new Map([['k1', keyUsage({ lastUsedAt: now + dayMs })]]);
    assert.equal(factOf('Last used', {}, { usage }), 'Last used: just now');
  });
});

describe('The age of a key', () => {
  it('counts from when its secret was put in', () => {
    const ages = [0, 1, 40].map((days) => factOf('Added', { addedAt: now - days * dayMs }));
    assert.deepEqual(ages, ['Added today', 'Added 1 day ago', 'Added 40 days ago']);
    const rotated = [0, 1, 3].map((days) =>
      factOf('Rotated', { since: now - days * dayMs, addedAt: now - 40 * dayMs }),
    );
    assert.deepEqual(rotated, [
      'Rotated today: added 2026-01-24',
      'Rotated 1 day ago: added 2026-01-24',
      'Rotated 3 days ago: added 2026-01-24',
    ]);
  });

  it('is nothing where the clock has gone back since', () => {
    assert.equal(factOf('Added', { addedAt: now + 3 * dayMs }), 'Added today');
  });

  it('says when it is time to rotate, or when a reminder comes', () => {
    const addedAt = now - 91 * dayMs;
    assert.equal(factOf('Added', { addedAt }), 'Added 91 days ago: due for rotation');
    assert.equal(factOf('Added', { addedAt, remindAt: now + 7 * dayMs }), 'Added 91 days ago: reminder on 2026-03-12');
    assert.equal(factOf('Added', { addedAt, remindAt: null }), 'Added 91 days ago');
    assert.equal(factOf('Added', { addedAt, remindAt: now + dayMs }, { reminderDays: null }), 'Added 91 days ago');
  });

  it('says where the key came from', () => {
    assert.equal(imported('ANTHROPIC_API_KEY'), 'Added 12 days ago: imported from ANTHROPIC_API_KEY');
    assert.equal(imported('file'), 'Added 12 days ago: imported from a file');
  });
});

describe('The organization of a key', () => {
  const others = ['B', 'C', 'D', 'E'].map((label) => keyInfo({ id: label, label }));

  it('is unknown until an answer names it', () => {
    const unknown = keyInfo({ id: 'k2', label: 'B', organization: undefined });
    assert.equal(
      factOf('Organization', { organization: undefined }, {}, [unknown]),
      'Organization: unknown until the first answer',
    );
  });

  it('says with which other keys it shares its limits', () => {
    assert.equal(factOf('Organization', {}, {}, others.slice(0, 1)), 'Organization: shares its limits with “B” · acme');
    assert.equal(
      factOf('Organization', {}, {}, others),
      'Organization: shares its limits with “B”, “C”, “D” and 1 more · acme',
    );
  });

  it('shares nothing with keys that send nothing', () => {
    const silent = [keyInfo({ id: 'B', health: 'invalid' }), keyInfo({ id: 'C', health: 'revoked' })];
    assert.equal(factOf('Organization', {}, {}, silent), 'Organization: acme');
    assert.equal(factOf('Organization', { health: 'invalid' }, {}, others), 'Organization: acme');
  });
});

describe('The spend cap of a key', () => {
  const caps = { budget: { dailyUsd: 5, monthlyUsd: 50 } };

  it('is told alone while nobody knows what was spent', () => {
    assert.equal(factOf('Spend cap', caps), 'Spend cap: $5.00 a day, $50.00 a month');
  });

  it('is told with what was spent of it', () => {
    assert.equal(factOf('Spend cap', caps, { budgets: state({}) }), 'Spend cap: $1.00 of $5.00 today (20 %)');
    const month = state({ period: 'month', spentUsd: 42, capUsd: 50, kind: 'near' });
    assert.equal(factOf('Spend cap', caps, { budgets: month }), 'Spend cap: $42.00 of $50.00 this month (84 %)');
  });

  it('says first until when it holds once it is reached', () => {
    const reached = state({ kind: 'reached', spentUsd: 6 });
    assert.equal(
      factOf('Spend cap', caps, { budgets: reached }),
      'Spend cap: reached until 14:05:23 · $6.00 of $5.00 today (120 %)',
    );
    const nothing = state({ kind: 'reached', spentUsd: 0, capUsd: 0, until: undefined });
    assert.equal(factOf('Spend cap', caps, { budgets: nothing }), 'Spend cap: $0.00 of $0.00 today (100 %)');
  });
});

describe('The last error of a key', () => {
  it('has words for every reason, also for one that only another version knows', () => {
    const words = ['authentication', 'permission', 'billing', 'network', 'somethingNew'].map((lastError) =>
      factOf('Last error', { lastError }),
    );
    assert.deepEqual(words, [
      'Last error: The API refused the key',
      'Last error: This key may not do that',
      'Last error: Payment trouble at Anthropic',
      'Last error: no connection to the API',
      'Last error: Something unexpected happened. The log has the details.',
    ]);
  });
});
