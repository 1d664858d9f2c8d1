import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Lexer, type Token } from 'marked';
import type { WaitReason } from '../../../src/client/types';
import type { KeyNode } from '../../../src/host/keys/keyNode';
import type { KeysSnapshot } from '../../../src/host/keys/keysSnapshot';
import { presentKeys } from '../../../src/host/keys/keyTreePresenter';
import type { KeyInfo } from '../../../src/keys/key';
import type { BudgetState } from '../../../src/usage/budgetState';
import { repositoryRoot } from '../../support/paths';
import { dayMs, keyInfo, keysSnapshot, keyUsage, totals } from './keysSnapshots';
import { laneOf, now } from './snapshots';

/** The row of one key, alone in the view. */
function rowOf(key: Partial<KeyInfo> = {}, snapshot: Partial<KeysSnapshot> = {}): KeyNode {
  const [row] = presentKeys(keysSnapshot({ keys: [keyInfo(key)], ...snapshot }));
  assert.ok(row);
  return row.contextValue === 'group' ? (row.children[0] ?? row) : row;
}

function allOf(nodes: readonly KeyNode[]): readonly KeyNode[] {
  return nodes.flatMap((node) => [node, ...allOf(node.children)]);
}

function held(reason: WaitReason, untilMs: number, organization = 'acme') {
  return laneOf({ organization, held: { reason, until: now + untilMs } });
}

function budget(kind: BudgetState['kind']): ReadonlyMap<string, BudgetState> {
  return new Map([['k1', { kind, period: 'day', spentUsd: 4.5, capUsd: 5, until: now + dayMs }]]);
}

function spent(costUsd: number, hasUnknownCost: boolean): string | undefined {
  const usage = new Map([['k1', keyUsage({ today: totals({ costUsd, hasUnknownCost }) })]]);
  return rowOf({}, { usage }).description;
}

const unusual = new Map([['k1', keyUsage({ unusual: { todayUsd: 12, averageUsd: 1.2 } })]]);

describe('The row of a key', () => {
  it('says which key it is and what it is for', () => {
    const row = rowOf();
    assert.equal(row.label, 'Work');
    assert.equal(row.description, '····abcd · Development');
    assert.deepEqual(row.icon, { id: 'check', color: 'charts.green' });
    assert.equal(row.keyId, 'k1');
  });

  it('says first what matters most, for a narrow side bar', () => {
    const key = { since: now - 91 * dayMs, isActive: true };
    const row = rowOf(key, { activeBy: 'window', lanes: [held('inputTokens', 9_000)], budgets: budget('reached') });
    assert.equal(
      row.description,
      'spend cap reached · limited until 14:05:29 · due for rotation · in use (this window) · ····abcd · Development',
    );
  });

  it('says whose choice it is to use it', () => {
    const words = (['window', 'workspace', 'default', 'oldest'] as const).map(
      (activeBy) => rowOf({ isActive: true, isDefault: true }, { activeBy }).description?.split(' · ')[0],
    );
    assert.deepEqual(words, ['in use (this window)', 'in use (this workspace)', 'in use', 'in use']);
    assert.equal(rowOf({ isDefault: true }).description, 'default · ····abcd · Development');
  });

  it('says nothing of what nobody has said', () => {
    assert.equal(rowOf({ environment: 'other' }).description, '····abcd');
  });

  it('names the secret manager of a key that is not stored here', () => {
    const row = rowOf({ source: { kind: 'command', name: 'Vault' }, lastCharacters: '', environment: 'production' });
    assert.equal(row.description, 'secret manager “Vault” · Production');
    assert.match(row.spoken, /^Work, secret manager “Vault”, Production/);
  });

  it('says what was spent today', () => {
    assert.equal(spent(6.4, false), '····abcd · Development · $6.40 today');
    assert.equal(spent(6.4, true), '····abcd · Development · more than $6.40 today');
    assert.equal(spent(0, true), '····abcd · Development · cost unknown today');
  });

  const looks: readonly (readonly [what: string, row: KeyNode, icon: string, words: string, context: string])[] = [
    ['has not been checked', rowOf({ health: 'unchecked' }), 'key', 'not checked yet', 'key.live'],
    ['is refused', rowOf({ health: 'invalid' }), 'error', 'refused by the API', 'key.dead.invalid'],
    ['is revoked', rowOf({ health: 'revoked', lastCharacters: '' }), 'circle-slash', 'revoked', 'key.dead.revoked'],
    ['has reached its cap', rowOf({}, { budgets: budget('reached') }), 'warning', 'spend cap reached', 'key.live'],
    ['comes near its cap', rowOf({}, { budgets: budget('near') }), 'warning', 'spend cap near', 'key.live'],
    ['is well below its cap', rowOf({}, { budgets: budget('ok') }), 'check', '····abcd', 'key.live'],
    ['is used unusually', rowOf({}, { usage: unusual }), 'warning', 'unusual use', 'key.live'],
    ['is limited', rowOf({}, { lanes: [held('rateLimited', 9_000)] }), 'watch', 'limited until 14:05:29', 'key.live'],
    ['is old', rowOf({ since: now - 91 * dayMs }), 'warning', 'due for rotation', 'key.live'],
  ];
  for (const [what, row, icon, words, contextValue] of looks) {
    it(`tells by icon and word that a key ${what}`, () => {
      assert.deepEqual([row.icon.id, row.description?.split(' · ')[0], row.contextValue], [icon, words, contextValue]);
      assert.ok(row.spoken.includes(`, ${words === '····abcd' ? 'key ending in abcd' : words}, `), row.spoken);
    });
  }

  it('is limited only by what the API limits, in its own organization, and worth reading', () => {
    const calm = [
      held('userLimit', 9_000),
      held('concurrency', 9_000),
      held('overloaded', 9_000),
      held('turn', 9_000),
      held('inputTokens', 1_999),
      held('inputTokens', -5_000),
      held('inputTokens', 9_000, 'other'),
      laneOf({ ...held('inputTokens', 9_000), organization: undefined }),
    ];
    for (const lane of calm) {
      assert.equal(rowOf({}, { lanes: [lane] }).icon.id, 'check');
      assert.equal(
        rowOf({ organization: undefined }, { lanes: [laneOf({ ...lane, organization: undefined })] }).icon.id,
        'check',
      );
    }
    const both = rowOf(
      {},
      { lanes: [held('requests', 9_000), laneOf({ ...held('requests', 30_000), group: 'other' })] },
    );
    assert.equal(both.description?.split(' · ')[0], 'limited until 14:05:50');
  });

  it('is not due while its reminder is put off, or where nobody wants any', () => {
    const since = now - 200 * dayMs;
    assert.equal(rowOf({ since, remindAt: now + dayMs }).icon.id, 'check');
    assert.equal(rowOf({ since, remindAt: null }).icon.id, 'check');
    assert.equal(rowOf({ since }, { reminderDays: null }).icon.id, 'check');
  });

  it('is spoken as one sentence with all of it', () => {
    const key = { isActive: true, budget: { dailyUsd: 5, monthlyUsd: undefined } };
    const usage = new Map([['k1', keyUsage({ today: totals(), week: totals(), month: totals({ requests: 3 }) })]]);
    const { spoken } = rowOf(key, { activeBy: 'default', usage, budgets: budget('ok') });
    const used = '$0.50, 1 request, 1.2k tokens';
    assert.equal(
      spoken,
      'Work, in use, key ending in abcd, Development, $0.50 today, Spend cap: $4.50 of $5.00 today (90 %), ' +
        `Last used: 5 min ago, Today: ${used}, 7 days: ${used}, 30 days: $0.50, 3 requests, 1.2k tokens, ` +
        'Organization: acme, Added 12 days ago.',
    );
  });
});

describe('A label', () => {
  it('of 60 characters stands whole, for VS Code shortens it as the side bar is wide', () => {
    const label = 'a'.repeat(60);
    assert.equal(rowOf({ label }).label, label);
  });

  it('that reads from right to left does not turn around what stands beside it', () => {
    const row = rowOf({ label: 'עבודה 2' });
    assert.equal(row.label, '\u2068עבודה 2\u2069');
    assert.ok(row.spoken.startsWith('\u2068עבודה 2\u2069, '));
  });

  it('has no marks that turn text around, no line breaks, and is never empty', () => {
    assert.equal(rowOf({ label: 'Pro\u202Eduction\n\u2066 1' }).label, 'Production 1');
    assert.equal(rowOf({ label: ' \u200F' }).label, 'Unnamed key');
  });

  it('is plain text in every tooltip, whatever it is', () => {
    const deep = (tokens: readonly Token[]): Token[] =>
      tokens.flatMap((token) => [token, ...deep('tokens' in token ? (token.tokens ?? []) : [])]);
    const kindsOf = (markdown: string) => new Set(deep(Lexer.lex(markdown)).map(({ type }) => type));
    const plain = new Set(['paragraph', 'strong', 'text', 'escape', 'br']);
    const marks = fc.constantFrom(
      ...Array.from('[]()!*_`~<>|#$&\\\n\t :/1.-+'),
      'command:',
      'https://a.b',
      '<img>',
      'a',
    );
    fc.assert(
      fc.property(fc.string({ unit: marks, minLength: 1 }), (label) => {
        const keys = [
          keyInfo({ label }),
          keyInfo({ id: 'k2', label }),
          keyInfo({ id: 'k3', label, health: 'revoked' }),
        ];
        for (const { tooltip } of allOf(presentKeys(keysSnapshot({ keys })))) {
          const unknown = [...kindsOf(tooltip)].filter((kind) => !plain.has(kind) && kind !== 'link');
          assert.deepEqual(unknown, [], tooltip);
          assert.doesNotMatch(tooltip.replaceAll(/\\[\s\S]/g, ''), /\]\(|\$\(|<img|&\w+;/);
        }
      }),
    );
  });
});

describe('The keys view', () => {
  it('is empty without keys, so that VS Code shows its welcome', () => {
    assert.deepEqual(presentKeys(keysSnapshot({ keys: [] })), []);
  });

  it('keeps the order of ten keys, and puts those that were revoked into a group', () => {
    const keys = Array.from({ length: 10 }, (_, index) =>
      keyInfo({ id: `k${index}`, label: `Key ${index}`, health: index % 4 === 1 ? 'revoked' : 'good' }),
    );
    const rows = presentKeys(keysSnapshot({ keys }));
    assert.deepEqual(
      rows.map(({ label, description }) => (label === 'Revoked' ? `${label}: ${description}` : label)),
      ['Key 0', 'Key 2', 'Key 3', 'Key 4', 'Key 6', 'Key 7', 'Key 8', 'Revoked: 3 keys'],
    );
    assert.deepEqual(
      rows.at(-1)?.children.map(({ keyId }) => keyId),
      ['k1', 'k5', 'k9'],
    );
  });

  it('gives menus of keys to the rows of keys only', () => {
    const keys = [keyInfo(), keyInfo({ id: 'k2', health: 'revoked' })];
    const usage = new Map([
      ['k1', keyUsage({ today: totals(), models: [{ model: 'm', today: totals(), week: totals(), month: totals() }] })],
    ]);
    for (const { keyId, contextValue } of allOf(presentKeys(keysSnapshot({ keys, usage })))) {
      assert.equal(contextValue.startsWith('key'), keyId !== undefined, contextValue);
    }
  });

  it('has rows with ids of their own, the same whatever happens to the keys', () => {
    const models = ['claude-a', 'claude-b'].map((model) => ({
      model,
      today: totals(),
      week: totals(),
      month: totals(),
    }));
    const usage = new Map([
      ['k1', keyUsage({ models })],
      ['k2', keyUsage({ models })],
    ]);
    const keys = [keyInfo(), keyInfo({ id: 'k2' })];
    const ids = allOf(presentKeys(keysSnapshot({ keys, usage }))).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const later = keysSnapshot({
      keys: [keyInfo({ label: 'New', isActive: true, since: now - dayMs }), ...keys.slice(1)],
      usage,
    });
    assert.deepEqual(
      allOf(presentKeys(later)).map(({ id }) => id),
      ids,
    );
  });

  it('uses icons that VS Code has', () => {
    const styles = readFileSync(join(repositoryRoot, 'node_modules/@vscode/codicons/dist/codicon.css'), 'utf8');
    const models = [{ model: 'm', today: totals(), week: totals(), month: totals() }];
    const keys = (['good', 'unchecked', 'invalid', 'revoked'] as const).map((health) =>
      keyInfo({ id: health, health, since: now - 91 * dayMs }),
    );
    const usage = new Map([['good', keyUsage({ models, unusual: { todayUsd: 9, averageUsd: 1 } })]]);
    const snapshot = keysSnapshot({ keys, usage, lanes: [held('requests', 9_000)] });
    for (const { icon } of allOf(presentKeys(snapshot)))
      assert.ok(styles.includes(`.codicon-${icon.id}:before`), icon.id);
  });
});
