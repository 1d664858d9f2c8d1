import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { keyEnvironments } from '../../../src/keys/key';
import { parseStoredKey, writeStoredKey } from '../../../src/keys/storedKey';
import { MemoryVault } from './memoryVault';
import { first, second, setupRing, setupTwoWindows, typed } from './ringSetup';

describe('Two key rings on one vault', () => {
  it('stay in step, whichever of them writes', async () => {
    const { here, there } = setupTwoWindows();
    const { id } = await here.ring.add(typed(first, 'Shared'));
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
    const { id } = await here.ring.add(typed(first, 'Shared'));
    await there.ring.refresh();
    vault.isSilent = true;
    await here.ring.remove(id);

    await assert.rejects(there.ring.rename(id, 'Back again'), /no longer there/);
    await assert.rejects(there.ring.replace(id, second, undefined), /no longer there/);
    assert.deepEqual([...vault.values], []);
    assert.deepEqual(there.ring.list(), []);
  });

  it('do not switch to some other key when the chosen one is gone', async () => {
    const { vault, here, there } = setupTwoWindows();
    await here.ring.add(typed('demo-key-nobody-chose', 'Oldest'));
    const { id: gone } = await here.ring.add(typed(first, 'Gone'));
    await here.ring.add(typed(second, 'In use'));
    await there.ring.refresh();
    vault.isSilent = true;
    await here.ring.remove(gone);

    await assert.rejects(there.ring.makeDefault(gone), /no longer there/);
    assert.equal(there.activeLabel(), 'In use');
    await here.ring.refresh();
    assert.equal(here.activeLabel(), 'In use');
  });
});

describe('A stored key', () => {
  it('of an earlier version is a typed one that was found good', async () => {
    const vault = new MemoryVault();
    vault.values.set('sluice.key.old', JSON.stringify({ key: first, label: 'Kept', addedAt: 5 }));
    const { ring, activeLabel, activeSecret } = setupRing(vault);
    assert.equal(activeLabel(), undefined);
    await ring.refresh();
    assert.equal(activeSecret(), first);
    assert.deepEqual(ring.find('old'), {
      id: 'old',
      label: 'Kept',
      environment: 'other',
      source: { kind: 'typed' },
      organization: undefined,
      lastCharacters: 'team',
      addedAt: 5,
      since: 5,
      health: 'good',
      checkedAt: undefined,
      lastError: undefined,
      budget: { dailyUsd: undefined, monthlyUsd: undefined },
      remindAt: undefined,
      isActive: true,
      isDefault: false,
    });
  });

  it('is read as far as it can be understood', () => {
    const strange = {
      environment: 'moon',
      source: { kind: 'telepathy' },
      organization: 7,
      health: 'sleepy',
      checkedAt: 'today',
      lastError: null,
      budget: { dailyUsd: -1, monthlyUsd: 20 },
      remindAt: 'later',
      since: 'then',
    };
    const read = parseStoredKey(JSON.stringify({ key: first, label: 'A', addedAt: 1, ...strange }));
    assert.deepEqual(read, {
      key: first,
      label: 'A',
      addedAt: 1,
      since: 1,
      environment: 'other',
      source: { kind: 'typed' },
      organization: undefined,
      health: 'unchecked',
      checkedAt: undefined,
      lastError: undefined,
      budget: { dailyUsd: undefined, monthlyUsd: 20 },
      remindAt: undefined,
    });
  });

  it('comes back as it was written, in whatever order it was put together', () => {
    const times = fc.integer({ min: 0, max: 4e12 });
    const sources = fc.oneof(
      fc.constant({ kind: 'typed' as const }),
      fc.string().map((from) => ({ kind: 'imported' as const, from })),
      fc.string().map((name) => ({ kind: 'command' as const, name })),
    );
    const amounts = fc.option(
      fc.double({ min: 0, max: 1e6, noNaN: true }).map((usd) => usd + 0),
      { nil: undefined },
    );
    const keys = fc.record(
      {
        key: fc.string({ minLength: 1 }),
        label: fc.string(),
        addedAt: times,
        since: times,
        environment: fc.constantFrom(...keyEnvironments),
        source: sources,
        organization: fc.option(fc.string(), { nil: undefined }),
        health: fc.constantFrom('unchecked', 'good', 'invalid', 'revoked'),
        checkedAt: fc.option(times, { nil: undefined }),
        lastError: fc.option(fc.string(), { nil: undefined }),
        budget: fc.tuple(amounts, amounts).map(([dailyUsd, monthlyUsd]) => ({ dailyUsd, monthlyUsd })),
        remindAt: fc.oneof(fc.constant(null), fc.constant(undefined), times),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(keys, (stored) => {
        const text = writeStoredKey(stored);
        assert.deepEqual(parseStoredKey(text), stored);
        const reversed = { ...stored, ...Object.fromEntries(Object.entries(stored).toReversed()) };
        assert.equal(writeStoredKey(reversed), text);
      }),
    );
  });
});

describe('A key ring on a damaged vault', () => {
  const garbage = {
    'is no JSON': '{"key":',
    'is empty': '',
    'is no object': '"demo-key-good"',
    'is null': 'null',
    'has no key': '{"label":"A","addedAt":1}',
    'has no key and an unknown health': '{"label":"A","addedAt":1,"health":"sleepy"}',
    'has an empty key': '{"key":"","label":"A","addedAt":1}',
    'has a key that is no text': '{"key":7,"label":"A","addedAt":1}',
    'has no label': '{"key":"demo-key-good","addedAt":1}',
    'has a date that is no number': '{"key":"demo-key-good","label":"A","addedAt":"today"}',
  };

  for (const [what, value] of Object.entries(garbage)) {
    it(`skips a value that ${what} and keeps the others`, async () => {
      const vault = new MemoryVault();
      vault.values.set('sluice.key.damaged', value);
      const { ring, labels, activeLabel } = setupRing(vault);
      await ring.add(typed(first, 'Good'));
      assert.deepEqual(labels(), ['Good']);
      await assert.rejects(ring.makeDefault('damaged'), /no longer there/);
      assert.equal(activeLabel(), 'Good');
      assert.equal(vault.values.get('sluice.key.damaged'), value, 'what it does not understand is not its to delete');
    });
  }

  it('takes the oldest key when the default points nowhere', async () => {
    const { ring, vault, activeLabel } = setupRing();
    await ring.add(typed(first, 'Oldest'));
    await ring.add(typed(second, 'Newest'));
    vault.values.set('sluice.activeKey', 'nowhere');
    await ring.refresh();
    assert.equal(activeLabel(), 'Oldest');
  });

  it('rejects while the vault is locked, keeps what it knew, and goes on afterwards', async () => {
    const { ring, vault, labels, changeCount } = setupRing();
    const { id } = await ring.add(typed(first, 'Known'));
    const before = changeCount();
    vault.isLocked = true;
    vault.fire();
    await assert.rejects(ring.refresh(), /locked/);
    await assert.rejects(ring.add(typed(second, 'New')), /locked/);
    await assert.rejects(ring.rename(id, 'Renamed'), /locked/);
    assert.deepEqual(labels(), ['Known']);
    assert.deepEqual([ring.isUnreadable, changeCount()], [true, before + 1], 'it is told once');

    vault.isLocked = false;
    await ring.rename(id, 'Renamed');
    assert.deepEqual([labels(), ring.isUnreadable], [['Renamed'], false]);
  });

  it('rejects when the vault takes nothing more, and shows what the vault does hold', async () => {
    const { ring, vault, labels, activeSecret } = setupRing();
    await ring.add(typed(first, 'First'));
    vault.writesLeft = 0;
    await assert.rejects(ring.add(typed(second, 'Second')), /full/);
    assert.deepEqual(labels(), ['First']);

    vault.writesLeft = 1;
    await assert.rejects(ring.add(typed(second, 'Half stored')), /full/);
    assert.deepEqual(labels(), ['First', 'Half stored']);
    assert.equal(activeSecret(), first, 'the choice was not written, so it did not change');
  });
});
