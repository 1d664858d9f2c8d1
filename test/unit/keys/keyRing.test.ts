import assert from 'node:assert/strict';
import { KeyRing } from '../../../src/keys/keyRing';
import { MemoryVault } from './memoryVault';

const first = 'demo-key-of-the-first-team';
const second = 'demo-key-of-the-second-team';

function setup(vault = new MemoryVault()) {
  let now = 1_000;
  let changes = 0;
  const ring = new KeyRing(vault, () => (now += 1));
  ring.onDidChange(() => (changes += 1));
  return {
    vault,
    ring,
    changeCount: () => changes,
    labels: () => ring.list().map(({ label }) => label),
    activeLabel: () => ring.active()?.label,
  };
}

/** Two windows on the same keychain. */
function setupTwoWindows() {
  const vault = new MemoryVault();
  return { vault, here: setup(vault), there: setup(vault) };
}

/** Resolves with the first change after now. */
function nextChange(ring: KeyRing): Promise<void> {
  return new Promise((resolve) => {
    const subscription = ring.onDidChange(() => {
      subscription.dispose();
      resolve();
    });
  });
}

describe('The key ring', () => {
  it('is empty before a key was added', async () => {
    const { ring } = setup();
    await ring.refresh();
    assert.deepEqual(ring.list(), []);
    assert.equal(ring.active(), undefined);
    assert.deepEqual(ring.secrets(), []);
  });

  it('makes a new key the active one and shows no more of it than its end', async () => {
    const { ring } = setup();
    await ring.add(first, 'First');
    const info = await ring.add(second, 'Second');

    assert.deepEqual(info, { id: info.id, label: 'Second', lastCharacters: 'team', addedAt: 1_002, isActive: true });
    assert.deepEqual(ring.active(), { id: info.id, label: 'Second', secret: second });
    assert.deepEqual(
      ring.list().map(({ label, isActive }) => ({ label, isActive })),
      [
        { label: 'First', isActive: false },
        { label: 'Second', isActive: true },
      ],
    );
    assert.ok(!JSON.stringify(ring.list()).includes(second));
    assert.deepEqual([...ring.secrets()].toSorted(), [first, second].toSorted());
  });

  it('replaces the secret under the same label and id', async () => {
    const { ring, labels } = setup();
    const { id } = await ring.add(first, 'Team');
    await ring.replace(id, second);
    assert.deepEqual(labels(), ['Team']);
    assert.deepEqual(ring.active(), { id, label: 'Team', secret: second });
    assert.equal(ring.findDuplicate(first), undefined);
  });

  it('renames a key without touching its secret', async () => {
    const { ring, labels } = setup();
    const { id } = await ring.add(first, 'Team');
    await ring.rename(id, 'Company');
    assert.deepEqual(labels(), ['Company']);
    assert.equal(ring.secretOf(id), first);
  });

  it('falls back to the oldest key when the active one is removed', async () => {
    const { ring, vault, labels, activeLabel } = setup();
    await ring.add(first, 'Oldest');
    await ring.add('demo-key-in-the-middle', 'Middle');
    const { id } = await ring.add(second, 'Newest');
    await ring.remove(id);
    assert.deepEqual(labels(), ['Oldest', 'Middle']);
    assert.equal(activeLabel(), 'Oldest');
    assert.equal(ring.secretOf(id), undefined);
    assert.ok(![...vault.values.values()].some((value) => value.includes(second)));
  });

  it('keeps the active key when another one is removed', async () => {
    const { ring, activeLabel } = setup();
    const { id } = await ring.add(first, 'First');
    await ring.add(second, 'Second');
    await ring.remove(id);
    assert.equal(activeLabel(), 'Second');
  });

  it('leaves nothing in the vault once the last key is removed', async () => {
    const { ring, vault } = setup();
    const { id } = await ring.add(first, 'Only');
    await ring.remove(id);
    assert.deepEqual([...vault.values], []);
    assert.equal(ring.active(), undefined);
  });

  it('activates the key a person chose', async () => {
    const { ring, activeLabel } = setup();
    const { id } = await ring.add(first, 'First');
    await ring.add(second, 'Second');
    await ring.activate(id);
    assert.equal(activeLabel(), 'First');
  });

  it('finds the key that is stored already', async () => {
    const { ring } = setup();
    await ring.add(first, 'First');
    await ring.add(second, 'Second');
    assert.equal(ring.findDuplicate(first)?.label, 'First');
    assert.equal(ring.findDuplicate('demo-key-of-nobody'), undefined);
  });

  it('reads what an earlier window left in the vault', async () => {
    const vault = new MemoryVault();
    await setup(vault).ring.add(first, 'Kept');
    const { ring, activeLabel } = setup(vault);
    assert.equal(activeLabel(), undefined);
    await ring.refresh();
    assert.equal(activeLabel(), 'Kept');
    assert.equal(ring.active()?.secret, first);
  });

  it('carries out what is asked for at the same time in its order', async () => {
    const { ring, labels } = setup();
    const { id } = await ring.add(first, 'Start');
    await Promise.all([ring.rename(id, 'One'), ring.rename(id, 'Two'), ring.add(second, 'Other'), ring.activate(id)]);
    assert.deepEqual(labels(), ['Two', 'Other']);
    assert.equal(ring.active()?.id, id);
  });
});

describe('Two key rings on one vault', () => {
  it('stay in step, whichever of them writes', async () => {
    const { here, there } = setupTwoWindows();
    const added = nextChange(there.ring);
    const { id } = await here.ring.add(first, 'Shared');
    await added;
    await there.ring.refresh();
    assert.deepEqual(there.ring.list(), here.ring.list());

    await there.ring.rename(id, 'Renamed');
    await here.ring.refresh();
    assert.deepEqual(here.labels(), ['Renamed']);

    await here.ring.remove(id);
    await there.ring.refresh();
    assert.equal(there.ring.active(), undefined);
  });

  it('do not bring back a key that the other one removed, even before its event arrives', async () => {
    const { vault, here, there } = setupTwoWindows();
    const { id } = await here.ring.add(first, 'Shared');
    await there.ring.refresh();
    vault.isSilent = true;
    await here.ring.remove(id);

    await assert.rejects(there.ring.rename(id, 'Back again'), /no longer there/);
    await assert.rejects(there.ring.replace(id, second), /no longer there/);
    assert.deepEqual([...vault.values], []);
    assert.deepEqual(there.ring.list(), []);
  });

  it('do not switch to some other key when the chosen one is gone', async () => {
    const { vault, here, there } = setupTwoWindows();
    await here.ring.add('demo-key-nobody-chose', 'Oldest');
    const { id: gone } = await here.ring.add(first, 'Gone');
    await here.ring.add(second, 'In use');
    await there.ring.refresh();
    vault.isSilent = true;
    await here.ring.remove(gone);

    await assert.rejects(there.ring.activate(gone), /no longer there/);
    assert.equal(there.activeLabel(), 'In use');
    await here.ring.refresh();
    assert.equal(here.activeLabel(), 'In use');
  });
});

describe('A key ring tells of changes', () => {
  it('once for each change that can be seen, and when it can be seen', async () => {
    const { ring, changeCount, labels } = setup();
    const seen: string[][] = [];
    ring.onDidChange(() => seen.push(labels()));
    const { id } = await ring.add(first, 'First');
    const afterAdding = changeCount();
    await ring.rename(id, 'Renamed');
    assert.equal(changeCount(), afterAdding + 1);
    assert.deepEqual(seen.at(-1), ['Renamed']);
  });

  it('but not when the vault only made noise', async () => {
    const { ring, vault, changeCount } = setup();
    const { id } = await ring.add(first, 'First');
    const before = changeCount();
    vault.fire();
    vault.fire();
    await ring.refresh();
    await ring.rename(id, 'First');
    await ring.activate(id);
    vault.values.set('somebody.elses', 'value');
    await ring.refresh();
    assert.equal(changeCount(), before);
  });

  it('but not to those who stopped listening, nor after it was disposed', async () => {
    const vault = new MemoryVault();
    const { ring, changeCount } = setup(vault);
    let heard = 0;
    const subscription = ring.onDidChange(() => (heard += 1));
    subscription.dispose();
    await ring.add(first, 'First');
    assert.equal(heard, 0);

    const before = changeCount();
    ring.dispose();
    assert.equal(vault.listenerCount, 0);
    assert.deepEqual(ring.secrets(), []);
    assert.equal(changeCount(), before);
  });
});

describe('A key ring on a damaged vault', () => {
  const garbage = {
    'is no JSON': '{"key":',
    'is no object': '"demo-key-good"',
    'is null': 'null',
    'has no key': '{"label":"A","addedAt":1}',
    'has an empty key': '{"key":"","label":"A","addedAt":1}',
    'has a key that is no text': '{"key":7,"label":"A","addedAt":1}',
    'has no label': '{"key":"demo-key-good","addedAt":1}',
    'has a date that is no number': '{"key":"demo-key-good","label":"A","addedAt":"today"}',
  };

  for (const [what, value] of Object.entries(garbage)) {
    it(`skips a value that ${what} and keeps the others`, async () => {
      const vault = new MemoryVault();
      vault.values.set('sluice.key.damaged', value);
      const { ring, labels, activeLabel } = setup(vault);
      await ring.add(first, 'Good');
      assert.deepEqual(labels(), ['Good']);
      await ring.activate(ring.active()?.id ?? '');
      await assert.rejects(ring.activate('damaged'), /no longer there/);
      assert.equal(activeLabel(), 'Good');
      assert.equal(vault.values.get('sluice.key.damaged'), value, 'what it does not understand is not its to delete');
    });
  }

  it('takes the oldest key when the choice points nowhere', async () => {
    const { ring, vault, activeLabel } = setup();
    await ring.add(first, 'Oldest');
    await ring.add(second, 'Newest');
    vault.values.set('sluice.activeKey', 'nowhere');
    await ring.refresh();
    assert.equal(activeLabel(), 'Oldest');
  });

  it('rejects while the vault is locked, keeps what it knew, and goes on afterwards', async () => {
    const { ring, vault, labels, changeCount } = setup();
    const { id } = await ring.add(first, 'Known');
    const before = changeCount();
    vault.isLocked = true;
    vault.fire();
    await assert.rejects(ring.refresh(), /locked/);
    await assert.rejects(ring.add(second, 'New'), /locked/);
    await assert.rejects(ring.rename(id, 'Renamed'), /locked/);
    assert.deepEqual(labels(), ['Known']);
    assert.equal(changeCount(), before);

    vault.isLocked = false;
    await ring.rename(id, 'Renamed');
    assert.deepEqual(labels(), ['Renamed']);
  });

  it('rejects when the vault takes nothing more, and shows what the vault does hold', async () => {
    const { ring, vault, labels } = setup();
    await ring.add(first, 'First');
    vault.writesLeft = 0;
    await assert.rejects(ring.add(second, 'Second'), /full/);
    assert.deepEqual(labels(), ['First']);

    vault.writesLeft = 1;
    await assert.rejects(ring.add(second, 'Half stored'), /full/);
    assert.deepEqual(labels(), ['First', 'Half stored']);
    assert.equal(ring.active()?.secret, first, 'the choice was not written, so it did not change');
  });
});
