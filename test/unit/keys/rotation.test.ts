import assert from 'node:assert/strict';
import type { KeyInfo } from '../../../src/keys/key';
import { ageDays, rotationDue } from '../../../src/keys/rotation';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 17, 12);

function key(label: string, age: number, more: Partial<KeyInfo> = {}): KeyInfo {
  return {
    id: label,
    label,
    environment: 'other',
    source: { kind: 'typed' },
    organization: undefined,
    lastCharacters: 'demo',
    addedAt: 0,
    since: now - age * dayMs,
    health: 'good',
    checkedAt: undefined,
    lastError: undefined,
    budget: { dailyUsd: undefined, monthlyUsd: undefined },
    remindAt: undefined,
    isActive: false,
    isDefault: false,
    ...more,
  };
}

function due(keys: readonly KeyInfo[], reminderDays: number | null = 90): readonly string[] {
  return rotationDue(keys, { reminderDays, now }).map(({ label }) => label);
}

describe('A key is due for rotation', () => {
  it('from the day on that the setting names, the oldest first', () => {
    const keys = [key('new', 0), key('nearly', 89.99), key('due', 90), key('oldest', 400)];
    assert.deepEqual(due(keys), ['oldest', 'due']);
    assert.deepEqual(due(keys, 1), ['oldest', 'due', 'nearly']);
    assert.deepEqual(due(keys, null), []);
  });

  it('but not while it is snoozed, and not once a person wants to hear no more of it', () => {
    const keys = [
      key('snoozed', 100, { remindAt: now + 1 }),
      key('awake', 100, { remindAt: now }),
      key('never', 100, { remindAt: null }),
      key('young', 10, { remindAt: now - 1 }),
    ];
    assert.deepEqual(due(keys), ['awake']);
  });

  it('but not when it is refused or revoked, nor when a secret manager has it', () => {
    const keys = [
      key('invalid', 100, { health: 'invalid' }),
      key('revoked', 100, { health: 'revoked' }),
      key('unchecked', 100, { health: 'unchecked' }),
      key('command', 100, { source: { kind: 'command', name: 'team' } }),
    ];
    assert.deepEqual(due(keys), ['unchecked']);
  });
});

describe('The age of a key', () => {
  it('is in full days, and never negative', () => {
    assert.equal(ageDays({ since: now }, now), 0);
    assert.equal(ageDays({ since: now - dayMs + 1 }, now), 0);
    assert.equal(ageDays({ since: now - 12.5 * dayMs }, now), 12);
    assert.equal(ageDays({ since: now + dayMs }, now), 0);
  });
});
