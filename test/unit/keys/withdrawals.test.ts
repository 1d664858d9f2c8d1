import assert from 'node:assert/strict';
import { first, holdNextWrite, holds, ofCommand, second, setupRing, setupTwoWindows, third, typed } from './ringSetup';

/** Another window that has read the key, and is about to write what it has read together with a new label. */
async function setupLateWriter() {
  const { vault, here, there } = setupTwoWindows();
  const { id } = await here.ring.add(typed(first, 'Team'));
  await there.ring.refresh();
  await here.ring.refresh();
  const { isHeld, release } = holdNextWrite(vault);
  const late = there.ring.rename(id, 'Renamed');
  await isHeld;
  const finish = async () => {
    let isBack = false;
    vault.onDidChange(() => (isBack ||= holds(vault, first)));
    release();
    await late;
    assert.ok(isBack, 'it did write the old secret back');
    await here.ring.refresh();
    await there.ring.refresh();
  };
  return { vault, here, there, id, finish };
}

describe('A revoked key', () => {
  it('has lost its secret before the promise is there, and keeps its name', async () => {
    const { ring, vault, changeCount } = setupRing();
    const { id } = await ring.add({ ...typed(first, 'Team'), environment: 'production', organization: 'org-demo' });
    const before = changeCount();
    const revoked = ring.revoke(id);
    assert.equal(ring.find(id)?.health, 'revoked');
    assert.equal(ring.secretOf(id), undefined);
    assert.equal(ring.active(), undefined);
    assert.equal(changeCount(), before + 1);
    await revoked;
    assert.equal(changeCount(), before + 1);
    assert.ok(!holds(vault, first));

    const { ring: other } = setupRing(vault);
    await other.refresh();
    const { label, environment, organization, health, lastCharacters } = other.find(id) ?? assert.fail();
    assert.deepEqual(
      { label, environment, organization, health, lastCharacters },
      { label: 'Team', environment: 'production', organization: 'org-demo', health: 'revoked', lastCharacters: '' },
    );
  });

  it('stands last in the list, can be renamed, and is gone once it is removed', async () => {
    const { ring, vault, labels } = setupRing();
    const { id } = await ring.add(typed(first, 'Old'));
    await ring.add(typed(second, 'New'));
    await ring.revoke(id);
    assert.deepEqual(labels(), ['New', 'Old']);
    await ring.rename(id, 'Former');
    assert.deepEqual(labels(), ['New', 'Former']);
    assert.equal(ring.secretOf(id), undefined);
    await ring.remove(id);
    assert.deepEqual(labels(), ['New']);
    assert.ok(!vault.values.has(`sluice.key.${id}`));
  });

  it('comes back with another secret', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await ring.revoke(id);
    await ring.replace(id, second, 'org-demo');
    assert.deepEqual([ring.find(id)?.health, ring.secretOf(id), ring.active()?.id], ['good', second, id]);
    await ring.refresh();
    assert.equal(ring.secretOf(id), second);
  });

  it('can even come back with the same one, when a person says so', async () => {
    const { vault, here, there } = setupTwoWindows();
    const { id } = await here.ring.add(typed(first, 'Team'));
    await here.ring.revoke(id);
    await there.ring.replace(id, first, undefined);
    await here.ring.refresh();
    assert.deepEqual([here.ring.secretOf(id), there.ring.secretOf(id)], [first, first]);
    assert.ok(holds(vault, first));
  });

  it('is revoked while the vault is busy with something else', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    const { isHeld, release } = holdNextWrite(vault);
    const renamed = ring.rename(id, 'Renamed');
    await isHeld;
    const revoked = ring.revoke(id);
    assert.equal(ring.secretOf(id), undefined);
    release();
    await Promise.all([renamed, revoked]);
    assert.deepEqual([ring.find(id)?.label, ring.find(id)?.health], ['Renamed', 'revoked']);
    assert.ok(!holds(vault, first));
  });

  it('stays revoked, whichever of rotating and revoking was asked for first and finished last', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    const states: (string | undefined)[] = [];
    const both = [ring.replace(id, second, undefined), ring.revoke(id)];
    ring.onDidChange(() => states.push(ring.secretOf(id)));
    await Promise.all(both);
    assert.equal(ring.find(id)?.health, 'revoked');
    assert.deepEqual(
      states.filter((secret) => secret !== undefined),
      [],
      'not even for a moment',
    );
    assert.ok(!holds(vault, first) && !holds(vault, second));
  });

  it('is one of a command too', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(ofCommand('team'));
    await ring.revoke(id);
    assert.equal(ring.find(id)?.health, 'revoked');
    assert.equal(ring.active(), undefined);
  });
});

describe('A key that the API refuses', () => {
  it('is invalid before the promise is there, and stays the active one', async () => {
    const { ring, vault, changeCount } = setupRing();
    await ring.add(typed(first, 'Other'));
    const { id } = await ring.add(typed(second, 'Team'));
    const before = changeCount();
    const marked = ring.markInvalid(id, 'authentication');
    assert.deepEqual([ring.find(id)?.health, ring.find(id)?.lastError], ['invalid', 'authentication']);
    assert.equal(ring.active()?.id, id);
    assert.equal(changeCount(), before + 1);
    await marked;
    assert.equal(changeCount(), before + 1);
    const { ring: other } = setupRing(vault);
    await other.refresh();
    assert.equal(other.find(id)?.health, 'invalid');
    assert.equal(other.secretOf(id), second, 'it can be checked again');
  });

  it('is good again when a check says so, here or in another window', async () => {
    const { here, there } = setupTwoWindows();
    const { id } = await here.ring.add(typed(first, 'Team'));
    await here.ring.markInvalid(id, 'authentication');
    await here.ring.markChecked(id, { health: 'good', error: undefined });
    assert.deepEqual([here.ring.find(id)?.health, here.ring.find(id)?.lastError], ['good', undefined]);
    await here.ring.markInvalid(id, 'authentication');
    await there.ring.refresh();
    await there.ring.markChecked(id, { health: 'good', error: undefined });
    await here.ring.refresh();
    assert.equal(here.ring.find(id)?.health, 'good');
  });

  it('is good again even when the check ends within the same millisecond', async () => {
    const { ring } = setupRing(undefined, { now: () => 1_000 });
    const { id } = await ring.add(typed(first, 'Team'));
    await ring.markInvalid(id, 'authentication');
    assert.equal(ring.find(id)?.health, 'invalid');
    await ring.markChecked(id, { health: 'good', error: undefined });
    assert.equal(ring.find(id)?.health, 'good');
  });

  it('is not the one that was put in at the same time', async () => {
    const { vault, here, there } = setupTwoWindows();
    const { id } = await here.ring.add(typed(first, 'Team'));
    await there.ring.refresh();
    vault.isSilent = true;
    await there.ring.replace(id, second, undefined);
    await here.ring.markInvalid(id, 'authentication');
    assert.deepEqual([here.ring.find(id)?.health, here.ring.secretOf(id)], ['good', second]);
    await there.ring.refresh();
    assert.equal(there.ring.find(id)?.health, 'good');
  });

  it('is not brought back by a revoked one', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await Promise.all([ring.revoke(id), ring.markInvalid(id, 'authentication')]);
    assert.equal(ring.find(id)?.health, 'revoked');
    const { id: next } = await ring.add(typed(second, 'Next'));
    await Promise.all([ring.markInvalid(next, 'authentication'), ring.revoke(next)]);
    assert.equal(ring.find(next)?.health, 'revoked');
  });
});

describe('A vault that refuses to write', () => {
  it('does not keep a key in use that was revoked, and is asked again when it is read again', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    vault.writesLeft = 0;
    await assert.rejects(ring.revoke(id), /full/);
    assert.deepEqual([ring.find(id)?.health, ring.secretOf(id), ring.active()], ['revoked', undefined, undefined]);
    vault.fire();
    await ring.refresh();
    assert.equal(ring.secretOf(id), undefined);
    assert.ok(holds(vault, first));

    vault.writesLeft = 1;
    await ring.refresh();
    assert.ok(!holds(vault, first));
    assert.equal(ring.find(id)?.label, 'Team');
  });

  it('does not make a refused key good, not even with the next write to it', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    vault.writesLeft = 0;
    await assert.rejects(ring.markInvalid(id, 'authentication'), /full/);
    assert.equal(ring.find(id)?.health, 'invalid');
    vault.writesLeft = 1;
    await ring.rename(id, 'Renamed');
    const { ring: other } = setupRing(vault);
    await other.refresh();
    assert.deepEqual([other.find(id)?.label, other.find(id)?.health], ['Renamed', 'invalid']);
  });

  it('nor does one that cannot even be read', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    vault.isLocked = true;
    await assert.rejects(ring.revoke(id), /locked/);
    assert.equal(ring.secretOf(id), undefined);
    vault.isLocked = false;
    await ring.refresh();
    assert.ok(!holds(vault, first));
  });

  it('keeps a key that could not be removed, and says so', async () => {
    const { ring, vault, labels } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    vault.writesLeft = 0;
    await assert.rejects(ring.remove(id), /full/);
    assert.deepEqual(labels(), ['Team']);
    assert.equal(ring.secretOf(id), first);
  });

  it('keeps the secret that was to be rotated', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    vault.writesLeft = 0;
    await assert.rejects(ring.replace(id, second, undefined), /full/);
    assert.equal(ring.secretOf(id), first);
  });
});

describe('Another window that had read a key before it was withdrawn, and writes afterwards', () => {
  it('does not bring a revoked secret back', async () => {
    const { vault, here, there, id, finish } = await setupLateWriter();
    await here.ring.revoke(id);
    await finish();
    for (const { ring } of [here, there]) {
      assert.deepEqual([ring.find(id)?.health, ring.find(id)?.label], ['revoked', 'Renamed']);
      assert.equal(ring.secretOf(id), undefined);
    }
    assert.ok(!holds(vault, first));
  });

  it('does not bring a removed key back', async () => {
    const { vault, here, there, id, finish } = await setupLateWriter();
    await here.ring.remove(id);
    await finish();
    for (const { ring } of [here, there]) assert.equal(ring.find(id), undefined);
    assert.ok(!holds(vault, first));
  });

  it('does not undo a rotation, and keeps what it wrote itself', async () => {
    const { vault, here, there, id, finish } = await setupLateWriter();
    await here.ring.replace(id, second, 'org-new');
    const { since } = here.ring.find(id) ?? assert.fail();
    await finish();
    for (const { ring } of [here, there]) {
      const { label, organization, ...info } = ring.find(id) ?? assert.fail();
      assert.deepEqual([ring.secretOf(id), label, organization, info.since], [second, 'Renamed', 'org-new', since]);
    }
    assert.ok(!holds(vault, first));
  });

  it('does not make a refused key good', async () => {
    const { here, there, id, finish } = await setupLateWriter();
    await here.ring.markInvalid(id, 'authentication');
    await finish();
    for (const { ring } of [here, there]) assert.equal(ring.find(id)?.health, 'invalid');
  });

  it('is right when it has revoked what was rotated here, or rotated again', async () => {
    const { here, there } = setupTwoWindows();
    const { id } = await here.ring.add(typed(first, 'Team'));
    await here.ring.replace(id, second, undefined);
    await there.ring.refresh();
    await there.ring.replace(id, third, undefined);
    await here.ring.refresh();
    assert.equal(here.ring.secretOf(id), third);
    await there.ring.revoke(id);
    await here.ring.refresh();
    assert.equal(here.ring.find(id)?.health, 'revoked');
  });

  it('has its secret on the way out of the vault before anything that follows from it begins', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    const steps: string[] = [];
    vault.beforeAccess = (access) => {
      steps.push(access);
      return undefined;
    };
    ring.onDidChange(() => steps.push('told'));
    const revoked = ring.revoke(id);
    assert.deepEqual(steps, ['store', 'told']);
    await revoked;
    assert.equal(ring.find(id)?.health, 'revoked');
  });
});
