import assert from 'node:assert/strict';
import { keyIdOf } from '../../../src/host/keys/keyNode';
import { presentKeys } from '../../../src/host/keys/keyTreePresenter';
import { presentNote } from '../../../src/host/keys/keyViewNote';
import type { BudgetState } from '../../../src/usage/budgetState';
import { dayMs, keyInfo, keysSnapshot, keyUsage } from './keysSnapshots';
import { laneOf, now } from './snapshots';

describe('The message above the keys', () => {
  it('is none on an ordinary day', () => {
    assert.deepEqual(presentNote(keysSnapshot()), { message: undefined, badge: undefined });
  });

  it('says that the workspace asks for a key that is not there, and which is used instead', () => {
    const keys = [keyInfo({ isActive: true })];
    assert.equal(
      presentNote(keysSnapshot({ keys, activeBy: 'default', missingLabel: 'Team' })).message,
      'This workspace asks for a key named “Team”, and there is none. “Work” is used instead.',
    );
    assert.equal(
      presentNote(keysSnapshot({ missingLabel: 'Team' })).message,
      'This workspace asks for a key named “Team”, and there is none.',
    );
    assert.equal(presentNote(keysSnapshot({ keys, activeBy: 'window', missingLabel: 'Team' })).message, undefined);
  });

  it('says of a key from a file that the workspace asks for it in vain', () => {
    const keys = [keyInfo({ isActive: true }), keyInfo({ id: 'found', label: 'Team', isHeld: true })];
    assert.equal(
      presentNote(keysSnapshot({ keys, activeBy: 'default', missingLabel: 'Team' })).message,
      'This workspace asks for the key “Team”. It comes from a file, and is used only when you choose it. “Work” is used instead.',
    );
  });

  it('says that use is not kept', () => {
    assert.match(presentNote(keysSnapshot({ usageKept: 'inMemory' })).message ?? '', /known only until this window/);
    assert.equal(presentNote(keysSnapshot({ usageKept: 'unknown' })).message, undefined);
  });

  it('says that the keychain could not be read, instead of the welcome too', () => {
    const message = 'Failed to read the keys: unlock the keychain.';
    assert.equal(presentNote(keysSnapshot({ isUnreadable: true })).message, message);
    assert.equal(presentNote(keysSnapshot({ keys: [], isUnreadable: true, missingLabel: 'T' })).message, message);
  });

  it('leaves the view without keys to its welcome, which VS Code shows only without a message', () => {
    assert.equal(presentNote(keysSnapshot({ keys: [], missingLabel: 'T', usageKept: 'inMemory' })).message, undefined);
  });
});

describe('The number on the icon of the keys view', () => {
  it('counts each key that somebody should do something about once', () => {
    const keys = [
      keyInfo({ id: 'a', label: 'A', health: 'invalid' }),
      keyInfo({ id: 'b', label: 'B', since: now - 91 * dayMs }),
      keyInfo({ id: 'c', label: 'C' }),
      keyInfo({ id: 'd', label: 'D' }),
      keyInfo({ id: 'e', label: 'E', health: 'revoked' }),
      keyInfo({ id: 'f', label: 'F' }),
    ];
    const usage = new Map(['b', 'c'].map((id) => [id, keyUsage({ unusual: { todayUsd: 9, averageUsd: 1 } })]));
    const reached = { kind: 'reached', period: 'day', spentUsd: 5, capUsd: 5, until: now + 1 } as const;
    const budgets = new Map<string, BudgetState>([
      ['d', reached],
      ['f', { ...reached, kind: 'near' }],
    ]);
    assert.deepEqual(presentNote(keysSnapshot({ keys, usage, budgets })).badge, {
      value: 4,
      tooltip: 'Keys that need attention: “A”, “B”, “C” and 1 more',
    });
  });

  it('does not count what passes by itself', () => {
    const lanes = [laneOf({ organization: 'acme', held: { reason: 'requests', until: now + 60_000 } })];
    assert.equal(presentNote(keysSnapshot({ lanes })).badge, undefined);
  });
});

describe('The key that a command acts on', () => {
  it('is that of the row, of a menu on it, or none', () => {
    const [row] = presentKeys(keysSnapshot());
    assert.equal(keyIdOf('k1'), 'k1');
    assert.equal(keyIdOf(row), 'k1');
  });

  it('is none where nothing, or anything else, is given', () => {
    const [fact] = presentKeys(keysSnapshot())[0]?.children ?? [];
    assert.ok(fact);
    for (const argument of [undefined, null, '', 5, {}, [], { keyId: 5 }, { keyId: '' }, fact]) {
      assert.equal(keyIdOf(argument), undefined);
    }
  });
});
