import assert from 'node:assert/strict';
import { first, holds, nextChange, ofCommand, second, setupRing, typed } from './ringSetup';
import { MemoryVault } from './memoryVault';

describe('The key ring', () => {
  it('is empty before a key was added', async () => {
    const { ring } = setupRing();
    await ring.refresh();
    assert.deepEqual(ring.list(), []);
    assert.equal(ring.active(), undefined);
    assert.equal(ring.activeBy(), undefined);
    assert.deepEqual(ring.secrets(), []);
  });

  it('makes a new key the default and shows no more of it than its end', async () => {
    const { ring } = setupRing();
    await ring.add(typed(first, 'First'));
    const info = await ring.add({
      ...typed(second, 'Second'),
      environment: 'staging',
      source: { kind: 'imported', from: 'file' },
      organization: 'org-demo',
    });

    assert.deepEqual(info, {
      id: info.id,
      label: 'Second',
      environment: 'staging',
      source: { kind: 'imported', from: 'file' },
      organization: 'org-demo',
      lastCharacters: 'team',
      addedAt: 1_002,
      since: 1_002,
      health: 'good',
      checkedAt: 1_002,
      lastError: undefined,
      budget: { dailyUsd: undefined, monthlyUsd: undefined },
      remindAt: undefined,
      isActive: true,
      isDefault: true,
    });
    assert.deepEqual(ring.active(), info);
    assert.equal(ring.secretOf(info.id), second);
    assert.deepEqual(
      ring.list().map(({ label, isActive, isDefault }) => ({ label, isActive, isDefault })),
      [
        { label: 'First', isActive: false, isDefault: false },
        { label: 'Second', isActive: true, isDefault: true },
      ],
    );
    assert.ok(!JSON.stringify(ring.list()).includes(second));
    assert.deepEqual([...ring.secrets()].toSorted(), [first, second].toSorted());
  });

  it('holds no secret of a key that a command gives', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(ofCommand('team'));
    assert.deepEqual(ring.find(id)?.source, { kind: 'command', name: 'team' });
    assert.equal(ring.find(id)?.lastCharacters, '');
    assert.equal(ring.secretOf(id), undefined);
    assert.deepEqual(ring.secrets(), []);
    const { ring: other } = setupRing(vault);
    await other.refresh();
    assert.equal(other.active()?.id, id);
  });

  it('changes label, environment, budget and reminder without touching the secret', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await ring.rename(id, 'Company');
    await ring.setEnvironment(id, 'production');
    await ring.setBudget(id, { dailyUsd: 5, monthlyUsd: undefined });
    await ring.setReminder(id, null);
    const { ring: other } = setupRing(vault);
    await other.refresh();
    for (const each of [ring, other]) {
      const { label, environment, budget, remindAt } = each.find(id) ?? assert.fail();
      assert.deepEqual(
        { label, environment, budget, remindAt },
        {
          label: 'Company',
          environment: 'production',
          budget: { dailyUsd: 5, monthlyUsd: undefined },
          remindAt: null,
        },
      );
      assert.equal(each.secretOf(id), first);
    }
    await ring.setReminder(id, undefined);
    assert.equal(ring.find(id)?.remindAt, undefined);
  });

  it('rejects what is asked of a key that is not there', async () => {
    const { ring, vault } = setupRing();
    const asked = [
      () => ring.replace('nobody', first, undefined),
      () => ring.rename('nobody', 'New'),
      () => ring.setEnvironment('nobody', 'staging'),
      () => ring.setBudget('nobody', { dailyUsd: 1, monthlyUsd: 1 }),
      () => ring.setReminder('nobody', null),
      () => ring.makeDefault('nobody'),
    ];
    for (const ask of asked) await assert.rejects(ask(), /no longer there/);
    assert.throws(() => ring.chooseForWindow('nobody'), /no longer there/);
    await ring.revoke('nobody');
    await ring.markInvalid('nobody', 'authentication');
    await ring.markChecked('nobody', { health: 'good', error: undefined });
    await ring.setOrganization('nobody', 'org-demo');
    await ring.remove('nobody');
    assert.deepEqual([...vault.values], []);
  });

  it('leaves nothing in the vault once the last key is removed', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Only'));
    await ring.remove(id);
    assert.deepEqual([...vault.values], []);
    assert.equal(ring.active(), undefined);
  });

  it('finds the key that is stored already', async () => {
    const { ring } = setupRing();
    await ring.add(typed(first, 'First'));
    await ring.add(ofCommand('team'));
    const { id } = await ring.add(typed(second, 'Second'));
    assert.equal(ring.findDuplicate(first)?.label, 'First');
    assert.equal(ring.findDuplicate('demo-key-of-nobody'), undefined);
    await ring.revoke(id);
    assert.equal(ring.findDuplicate(second), undefined);
  });

  it('carries out what is asked for at the same time in its order', async () => {
    const { ring, labels } = setupRing();
    const { id } = await ring.add(typed(first, 'Start'));
    await Promise.all([
      ring.rename(id, 'One'),
      ring.rename(id, 'Two'),
      ring.add(typed(second, 'Other')),
      ring.makeDefault(id),
    ]);
    assert.deepEqual(labels(), ['Two', 'Other']);
    assert.equal(ring.active()?.id, id);
  });
});

describe('A rotated key', () => {
  it('keeps its id, label and budget, and is good and new', async () => {
    const { ring, vault, labels } = setupRing();
    const { id, addedAt } = await ring.add({ ...typed(first, 'Team'), organization: 'org-old' });
    await ring.setBudget(id, { dailyUsd: 5, monthlyUsd: 50 });
    await ring.setReminder(id, 99_000);
    await ring.markInvalid(id, 'authentication');
    await ring.replace(id, second, 'org-new');

    const info = ring.find(id) ?? assert.fail();
    assert.deepEqual(labels(), ['Team']);
    assert.equal(ring.secretOf(id), second);
    assert.equal(info.addedAt, addedAt);
    assert.ok(info.since > addedAt);
    assert.equal(info.checkedAt, info.since);
    assert.deepEqual(
      [info.health, info.lastError, info.remindAt, info.organization, info.budget.monthlyUsd],
      ['good', undefined, undefined, 'org-new', 50],
    );
    assert.ok(!holds(vault, first));
    assert.equal(ring.findDuplicate(first), undefined);
  });

  it('is typed in from then on, whatever gave its secret before', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(ofCommand('team'));
    await ring.replace(id, second, undefined);
    assert.deepEqual(ring.find(id)?.source, { kind: 'typed' });
    assert.equal(ring.secretOf(id), second);
  });

  it('still has its former secret redacted in this session', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await ring.replace(id, second, undefined);
    await ring.revoke(id);
    assert.deepEqual([...ring.secrets()].toSorted(), [first, second].toSorted());
  });
});

describe('What is learned about a key', () => {
  it('is its health, with the reason of the failure', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add({ ...typed(first, 'Team'), organization: 'org-demo' });
    await ring.markChecked(id, { health: 'invalid', error: 'permission' });
    assert.deepEqual([ring.find(id)?.health, ring.find(id)?.lastError], ['invalid', 'permission']);
    await ring.markChecked(id, { health: 'good', error: undefined, organization: 'org-other' });
    const { health, lastError, organization } = ring.find(id) ?? assert.fail();
    assert.deepEqual([health, lastError, organization], ['good', undefined, 'org-other']);
    await ring.markChecked(id, { health: 'good', error: undefined, organization: undefined });
    assert.equal(ring.find(id)?.organization, 'org-other', 'a response that does not name it takes nothing back');
  });

  it('is its organization, written once', async () => {
    const { ring, vault } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await ring.setOrganization(id, 'org-demo');
    const before = vault.writeCount;
    await ring.setOrganization(id, 'org-demo');
    assert.equal(ring.find(id)?.organization, 'org-demo');
    assert.equal(vault.writeCount, before);
  });

  it('is not said of a secret that was put in while it was checked', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await Promise.all([
      ring.replace(id, second, undefined),
      ring.markChecked(id, { health: 'invalid', error: 'authentication' }),
    ]);
    assert.equal(ring.find(id)?.health, 'good');
  });

  it('does not bring a revoked key back', async () => {
    const { ring } = setupRing();
    const { id } = await ring.add(typed(first, 'Team'));
    await Promise.all([ring.revoke(id), ring.markChecked(id, { health: 'good', error: undefined })]);
    assert.equal(ring.find(id)?.health, 'revoked');
    await ring.setOrganization(id, 'org-demo');
    assert.equal(ring.find(id)?.organization, undefined);
  });
});

describe('A key ring tells of changes', () => {
  it('once for each change that can be seen, and when it can be seen', async () => {
    const { ring, changeCount, labels } = setupRing();
    const seen: (readonly string[])[] = [];
    ring.onDidChange(() => seen.push(labels()));
    const { id } = await ring.add(typed(first, 'First'));
    const afterAdding = changeCount();
    await ring.rename(id, 'Renamed');
    assert.equal(changeCount(), afterAdding + 1);
    assert.deepEqual(seen.at(-1), ['Renamed']);
    await ring.replace(id, second, undefined);
    assert.equal(changeCount(), afterAdding + 2);
  });

  it('but not when the vault only made noise', async () => {
    const { ring, vault, changeCount } = setupRing();
    const { id } = await ring.add(typed(first, 'First'));
    const before = changeCount();
    const writes = vault.writeCount;
    vault.fire();
    vault.fire();
    await ring.refresh();
    await ring.rename(id, 'First');
    await ring.makeDefault(id);
    vault.values.set('somebody.elses', 'value');
    await ring.refresh();
    assert.equal(changeCount(), before);
    assert.equal(vault.writeCount, writes, 'what is there already is not written again');
  });

  it('and reads a noisy vault once for a burst', async () => {
    const { ring, vault } = setupRing();
    await ring.add(typed(first, 'First'));
    await ring.refresh();
    let listings = 0;
    vault.beforeAccess = (access) => {
      if (access === 'names') listings += 1;
      return undefined;
    };
    for (let event = 0; event < 100; event++) vault.fire();
    await ring.refresh();
    assert.equal(listings, 1);
  });

  it('but not to those who stopped listening, nor after it was disposed', async () => {
    const vault = new MemoryVault();
    const { ring, changeCount } = setupRing(vault);
    let heard = 0;
    const subscription = ring.onDidChange(() => (heard += 1));
    subscription.dispose();
    await ring.add(typed(first, 'First'));
    assert.equal(heard, 0);

    const before = changeCount();
    const reading = ring.refresh();
    ring.dispose();
    await reading;
    assert.equal(vault.listenerCount, 0);
    assert.deepEqual(ring.secrets(), []);
    assert.deepEqual(ring.list(), []);
    assert.equal(changeCount(), before);
  });

  it('to one window when another one has written', async () => {
    const { ring, vault } = setupRing();
    const { ring: other } = setupRing(vault);
    const changed = nextChange(ring);
    await other.add(typed(first, 'Theirs'));
    await changed;
    await ring.refresh();
    assert.deepEqual(ring.list(), other.list());
  });

  it('learns nothing of a secret from the check of one before it', async () => {
    const { ring } = setupRing();
    const { id, since } = await ring.add(typed(first, 'Team'));
    await ring.replace(id, second, undefined);
    await ring.markChecked(id, { health: 'invalid', error: 'authentication', since });
    assert.equal(ring.find(id)?.health, 'good');
  });
});
