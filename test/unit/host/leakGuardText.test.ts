import assert from 'node:assert/strict';
import { IgnoredLeaks, leakId } from '../../../src/host/leakGuard/ignoredLeaks';
import { describeLeak, describeMove } from '../../../src/host/leakGuard/leakGuardText';
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

const uri = 'file:///work/.env';

describe('Keys that are ignored', () => {
  it('are remembered for one document each', async () => {
    const memento = createMemento();
    await new IgnoredLeaks(memento).add(leakId(uri, key));

    const ignored = new IgnoredLeaks(memento).read();
    assert.equal(ignored.has(leakId(uri, key)), true);
    assert.equal(ignored.has(leakId(uri, otherKey)), false);
    assert.equal(ignored.has(leakId('file:///work/other', key)), false);
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
    assert.match(describeMove('replaced', '.env'), /\.env refers to ANTHROPIC_API_KEY .* rotate the key/);
    assert.match(describeMove('unsaved', '.env'), /Save the file/);
    assert.match(describeMove('notSaved', '.env'), /\.env could not be saved/);
    assert.match(describeMove('gone', '.env'), /nothing was replaced/);
    assert.match(describeMove('refused', '.env'), /by hand/);
  });
});
