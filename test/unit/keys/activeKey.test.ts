import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { chooseActive } from '../../../src/keys/activeKey';
import { isUsable, type KeyHealth } from '../../../src/keys/key';
import { first, second, setupRing, third, typed } from './ringSetup';
import { MemoryVault } from './memoryVault';

const healths: readonly KeyHealth[] = ['unchecked', 'good', 'invalid', 'revoked'];
const candidates = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    label: fc.constantFrom('Team', 'Own', 'Other'),
    health: fc.constantFrom(...healths),
  }),
  { selector: ({ id }) => id },
);
const anyId = fc.constantFrom(undefined, 'a', 'b', 'c', 'gone');

async function setupWindow(label?: string) {
  const kept: (string | undefined)[] = [];
  const workspace = { label };
  const windowChoice = { get: () => kept.at(-1), set: (id: string | undefined) => void kept.push(id) };
  const options = { windowChoice, workspaceLabel: () => workspace.label };
  const vault = new MemoryVault();
  const window = setupRing(vault, options);
  const { id: a } = await window.ring.add(typed(first, 'A'));
  const { id: b } = await window.ring.add(typed(second, 'B'));
  return { ...window, kept, workspace, a, b, reload: () => setupRing(vault, options) };
}

describe('The active key', () => {
  it('is there whenever any key is that was not revoked, and is never a revoked one', () => {
    fc.assert(
      fc.property(
        candidates,
        anyId,
        anyId,
        fc.constantFrom('', 'Team', 'Nobody'),
        (keys, windowChoice, defaultId, label) => {
          const chosen = chooseActive(keys, { windowChoice, label, defaultId });
          const key = keys.find(({ id }) => id === chosen?.id);
          assert.equal(
            chosen === undefined,
            keys.every(({ health }) => health === 'revoked'),
          );
          assert.notEqual(key?.health, 'revoked');
          if (chosen?.by === 'oldest' && key && !isUsable(key)) assert.ok(!keys.some(isUsable));
          if (chosen?.by === 'workspace') assert.equal(key?.label, label);
        },
      ),
    );
  });

  it('stays the chosen one while the API refuses it, so that nothing goes out with another', () => {
    const keys = [
      { id: 'old', label: 'Old', health: 'good' },
      { id: 'refused', label: 'Refused', health: 'invalid' },
    ] as const;
    const none = { windowChoice: undefined, label: '', defaultId: undefined };
    assert.deepEqual(chooseActive(keys, { ...none, windowChoice: 'refused' }), { id: 'refused', by: 'window' });
    assert.deepEqual(chooseActive(keys, { ...none, label: 'Refused' }), { id: 'refused', by: 'workspace' });
    assert.deepEqual(chooseActive(keys, { ...none, defaultId: 'refused' }), { id: 'refused', by: 'default' });
    assert.deepEqual(chooseActive(keys, none), { id: 'old', by: 'oldest' });
  });

  it('is one that works when several have the label', () => {
    const keys = [
      { id: 'refused', label: 'Team', health: 'invalid' },
      { id: 'works', label: 'Team', health: 'good' },
    ] as const;
    const choices = { windowChoice: undefined, label: 'Team', defaultId: undefined };
    assert.deepEqual(chooseActive(keys, choices), { id: 'works', by: 'workspace' });
  });
});

const held = async (options: Parameters<typeof setupRing>[1] = {}, others: readonly string[] = [first]) => {
  const vault = new MemoryVault();
  const window = setupRing(vault, options);
  for (const other of others) await window.ring.add(typed(other, 'Own'));
  const { id } = await window.ring.add({ ...typed(second, 'Found'), isMadeActive: false });
  return { ...window, id, vault };
};

describe('A key that is stored but not in use', () => {
  it('is neither the default nor the choice of a window that has one', async () => {
    const kept: (string | undefined)[] = [];
    const windowChoice = { get: () => kept.at(-1), set: (id: string | undefined) => void kept.push(id) };
    const { ring, activeLabel } = await held({ windowChoice });
    assert.deepEqual([activeLabel(), ring.activeBy()], ['Own', 'default']);
    ring.chooseForWindow(ring.active()?.id);
    await ring.add({ ...typed(third, 'Another'), isMadeActive: false });
    assert.deepEqual([activeLabel(), ring.activeBy(), kept.length], ['Own', 'window', 1]);
  });

  it('serves nothing by itself, even as the only one, nor because a workspace names it', async () => {
    const { ring, vault, id } = await held({ workspaceLabel: () => 'Found' });
    assert.deepEqual([ring.active()?.label, ring.activeBy(), ring.missingLabel()], ['Own', 'default', 'Found']);
    for (const { label, id: own } of ring.list()) if (label === 'Own') await ring.remove(own);
    assert.equal(ring.active(), undefined);
    const { ring: other } = setupRing(vault);
    await other.refresh();
    assert.deepEqual([other.active(), other.find(id)?.isHeld], [undefined, true]);
  });

  it('serves once the person chooses it, for a window or for all, or gives it another secret', async () => {
    for (const choose of ['window', 'default', 'replace'] as const) {
      const { ring, vault, id, labels } = await held({ workspaceLabel: () => 'Found' });
      if (choose === 'window') ring.chooseForWindow(id);
      else if (choose === 'default') await ring.makeDefault(id);
      else await ring.replace(id, third, undefined);
      assert.equal(ring.active()?.id, id);
      // Written behind what was asked for before.
      await ring.refresh();
      const { ring: other } = setupRing(vault, { workspaceLabel: () => 'Found' });
      await other.refresh();
      assert.deepEqual([other.active()?.id, other.find(id)?.isHeld], [id, undefined]);
      assert.deepEqual(labels(), ['Own', 'Found']);
    }
  });

  it('is held whatever stands in its entry instead of no', async () => {
    const { vault, id } = await held();
    const [name = '', value = ''] = [...vault.values].find(([, text]) => text.includes('Found')) ?? [];
    vault.values.set(name, value.replace('"isHeld":true', '"isHeld":"perhaps"'));
    const { ring } = setupRing(vault);
    await ring.refresh();
    assert.equal(ring.find(id)?.isHeld, true);
  });
});

describe('A window', () => {
  it('sends with the default until it has a choice of its own, which outlives a reload', async () => {
    const { ring, a, b, reload, changeCount } = await setupWindow();
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [b, 'default']);
    const before = changeCount();
    ring.chooseForWindow(a);
    ring.chooseForWindow(a);
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [a, 'window']);
    assert.equal(changeCount(), before + 1);
    const { ring: reloaded } = reload();
    await reloaded.refresh();
    assert.deepEqual([reloaded.active()?.id, reloaded.activeBy()], [a, 'window']);
    ring.chooseForWindow(undefined);
    assert.equal(ring.active()?.id, b);
  });

  it('leaves the choice of another window alone, unless that one follows the default', async () => {
    const { ring, vault, a, b } = await setupWindow();
    const other = setupRing(vault);
    await other.ring.refresh();
    ring.chooseForWindow(a);
    assert.equal(other.ring.active()?.id, b);
    await ring.makeDefault(a);
    await other.ring.refresh();
    assert.equal(other.ring.active()?.id, a);
    other.ring.chooseForWindow(b);
    await ring.makeDefault(a);
    await other.ring.refresh();
    assert.equal(other.activeLabel(), 'B');
  });

  it('gives up its own choice for the default it sets', async () => {
    const { ring, kept, a, b } = await setupWindow();
    ring.chooseForWindow(a);
    await ring.makeDefault(b);
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [b, 'default']);
    assert.equal(kept.at(-1), undefined);
  });

  it('keeps its own choice when the vault refuses another default', async () => {
    const { ring, vault, a } = await setupWindow();
    ring.chooseForWindow(a);
    vault.writesLeft = 0;
    await assert.rejects(ring.makeDefault(a), /full/);
    assert.equal(ring.activeBy(), 'window');
  });

  it('takes a new key for its own choice where it had one', async () => {
    const { ring, a } = await setupWindow();
    ring.chooseForWindow(a);
    const { id } = await ring.add(typed(third, 'C'));
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [id, 'window']);
  });

  it('goes by the label that the workspace names, and says when no key has it', async () => {
    const { ring, workspace, a, b, changeCount } = await setupWindow();
    workspace.label = ' A ';
    const before = changeCount();
    ring.handleWorkspaceChange();
    ring.handleWorkspaceChange();
    assert.equal(changeCount(), before + 1);
    assert.deepEqual([ring.active()?.id, ring.activeBy(), ring.missingLabel()], [a, 'workspace', undefined]);
    workspace.label = 'C';
    ring.handleWorkspaceChange();
    assert.deepEqual([ring.active()?.id, ring.activeBy(), ring.missingLabel()], [b, 'default', 'C']);
    workspace.label = 'A';
    ring.handleWorkspaceChange();
    await ring.revoke(a);
    assert.deepEqual([ring.active()?.id, ring.missingLabel()], [b, 'A']);
    ring.chooseForWindow(b);
    assert.equal(ring.activeBy(), 'window');
  });

  it('goes on with what is left when its key is removed or revoked', async () => {
    const { ring, kept, a, b } = await setupWindow();
    ring.chooseForWindow(a);
    await ring.remove(a);
    assert.deepEqual([ring.active()?.id, ring.activeBy(), kept.at(-1)], [b, 'default', undefined]);
    const { id: c } = await ring.add(typed(third, 'C'));
    await ring.revoke(c);
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [b, 'oldest']);
    assert.throws(() => ring.chooseForWindow(c), /no longer there/);
    await assert.rejects(ring.makeDefault(c), /no longer there/);
    await ring.revoke(b);
    assert.equal(ring.active(), undefined);
  });

  it('keeps the active key when another one is removed', async () => {
    const { ring, a, activeLabel } = await setupWindow();
    await ring.remove(a);
    assert.equal(activeLabel(), 'B');
  });
});
