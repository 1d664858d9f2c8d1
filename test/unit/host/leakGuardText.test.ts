import assert from 'node:assert/strict';
import { IgnoredLeaks, leakId } from '../../../src/host/leakGuard/ignoredLeaks';
import {
  describeForAudit,
  describeLeak,
  describeMove,
  hasChanged,
  isSettled,
  type Move,
  type MoveOutcome,
} from '../../../src/host/leakGuard/leakGuardText';
import { key, otherKey } from '../keys/leakKeys';

function createMemento() {
  const values = new Map<string, unknown>();
  return {
    values,
    get: <T>(name: string, byDefault?: T): T | undefined => {
      const text = JSON.stringify(values.get(name));
      return text === undefined ? byDefault : JSON.parse(text);
    },
    update: async (name: string, value: unknown) => {
      values.set(name, value);
    },
  };
}

const uri = 'file:///projects/harbour/.env';
const outcomes: readonly MoveOutcome[] = ['replaced', 'unsaved', 'untitled', 'notSaved', 'gone', 'refused'];

function tell(outcome: MoveOutcome, move: Partial<Move> = {}): string {
  return describeMove({ outcome, isEmptied: false, isStored: true, ...move }, '.env');
}

describe('Keys that are ignored', () => {
  it('are remembered for one document each', async () => {
    const memento = createMemento();
    await new IgnoredLeaks(memento).add(leakId(uri, key));

    const ignored = new IgnoredLeaks(memento).read();
    assert.equal(ignored.has(leakId(uri, key)), true);
    assert.equal(ignored.has(leakId(uri, otherKey)), false);
    assert.equal(ignored.has(leakId('file:///projects/harbour/other', key)), false);
  });

  it('are stored without any part of them, nor of the path', async () => {
    const memento = createMemento();
    await new IgnoredLeaks(memento).add(leakId(uri, key));

    assert.match(JSON.stringify([...memento.values]), /^\[\["sluice\.ignoredLeaks",\["[0-9a-f]{64}"\]\]\]$/);
  });

  it('are no more than a thousand, the newest', async () => {
    const ignored = new IgnoredLeaks(createMemento());
    for (let number = 0; number < 1_005; number += 1) await ignored.add(leakId(uri, String(number)));
    await ignored.add(leakId(uri, '5'));

    const { size } = ignored.read();
    assert.equal(size, 1_000);
    assert.equal(ignored.read().has(leakId(uri, '4')), false);
    assert.equal(ignored.read().has(leakId(uri, '5')), true);
  });

  it('are none where the state holds something else', () => {
    const memento = createMemento();
    for (const value of ['text', { a: 1 }, null, 7, [1, {}, null]]) {
      memento.values.set('sluice.ignoredLeaks', value);
      assert.equal(new IgnoredLeaks(memento).read().size, 0);
    }
  });
});

describe('What is said of a key in a file', () => {
  it('names its kind and what to do', () => {
    assert.match(describeLeak('api'), /API key .* whoever reads the file can use it/);
    assert.match(describeLeak('admin'), /admin key .* Revoke it in the Console/);
    assert.match(describeLeak('oauth'), /login token .* Sign out/);
  });

  it('tells after a move what is left to do', () => {
    assert.match(tell('replaced'), /in Sluice\. \.env refers to ANTHROPIC_API_KEY .* rotate the key/);
    assert.match(tell('unsaved'), /Save the file: until then the key is still on disk/);
    assert.match(tell('notSaved'), /\.env could not be saved: the key is still on disk/);
    assert.match(tell('gone'), /nothing was replaced/);
    assert.match(tell('refused'), /by hand/);
  });

  it('says nothing of the disk for a document that was never there', () => {
    assert.doesNotMatch(tell('untitled'), /disk|Save/);
    assert.match(tell('untitled'), /refers to ANTHROPIC_API_KEY/);
  });

  it('says that a program needs a key of its own where the variable is empty now', () => {
    const text = tell('replaced', { isEmptied: true });
    assert.match(text, /sets ANTHROPIC_API_KEY to nothing now: the program needs a key of its own there, a new one/);
    assert.match(text, /Sluice does not show a key again/);
    assert.doesNotMatch(tell('replaced', { isEmptied: true, isStored: false }), /show a key|rotate/);
  });

  it('does not say of a key that the API refuses that it is in Sluice', () => {
    assert.match(tell('replaced', { isStored: false }), /^The key works no more, and is not in Sluice\. \.env refers/);
  });

  it('is settled when nothing is left to be done', () => {
    const settled = outcomes.filter((outcome) => isSettled({ outcome, isEmptied: false }));
    assert.deepEqual(settled, ['replaced', 'untitled']);
    assert.equal(
      outcomes.some((outcome) => isSettled({ outcome, isEmptied: true })),
      false,
    );
  });
});

describe('What the audit trail says of a move', () => {
  it('is where the text was changed, and how that ended', () => {
    assert.deepEqual(
      outcomes.filter((outcome) => hasChanged({ outcome, isEmptied: false })),
      ['replaced', 'unsaved', 'untitled', 'notSaved'],
    );
    const stored = { isStored: true, isEmptied: false } as const;
    assert.equal(describeForAudit({ ...stored, outcome: 'replaced' }, 'a/.env'), 'replaced in a/.env');
    assert.equal(describeForAudit({ ...stored, outcome: 'unsaved' }, 'a/.env'), 'replaced in a/.env, not saved yet');
    assert.equal(
      describeForAudit({ outcome: 'notSaved', isStored: false, isEmptied: true }, 'a/.env'),
      'refused by the API, not stored; emptied in a/.env, which could not be saved',
    );
  });
});
