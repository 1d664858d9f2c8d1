import assert from 'node:assert/strict';
import { MemoryVault } from '../keys/memoryVault';
import { firstKey, flush, secondKey, setupKeyDesk } from './keyDesk';

const fail = () => Promise.reject(new Error('VS Code is closing'));

/** A window that opens while the keychain, which has a key, is locked. */
async function setupLocked() {
  const vault = new MemoryVault();
  const { id } = await setupKeyDesk({ vault }).add(firstKey, 'Work');
  vault.isLocked = true;
  return { ...setupKeyDesk({ vault }), id };
}

describe('What is done with keys while the keychain is locked', () => {
  it('does not take a locked keychain for an empty one', async () => {
    const { flows, person, logged } = await setupLocked();
    await flows.revoke();
    await flows.use();
    await flows.addKey();
    assert.deepEqual(
      new Set(person.messages),
      new Set(['Failed to read the keys: the keychain refused. Unlock it, then try again.']),
    );
    assert.deepEqual([person.told.length, person.inputs], [3, []]);
    assert.match(logged.join('\n'), /Failed to read the keys: Error: The keychain is locked/);
  });

  it('goes on once it is unlocked', async () => {
    const { flows, person, vault, ring, id } = await setupLocked();
    person.isHolding = true;
    person.pressed.push('Revoke');
    const revoked = flows.revoke();
    await flush();
    assert.ok(ring.isUnreadable);
    vault.isLocked = false;
    person.release('Try Again');
    await flush();
    assert.deepEqual([ring.find(id)?.health, ring.isUnreadable], ['revoked', false]);
    person.release();
    await revoked;
  });

  it('revokes a key that is known, in memory at least', async () => {
    const { flows, person, vault, add, find } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    vault.isLocked = true;
    person.pressed.push('Revoke');
    await flows.revoke();
    assert.equal(find(id).health, 'revoked');
    assert.match(person.messages.join('\n'), /^Failed to delete “Work” from the keychain/);
  });

  it('exports what has happened to keys, which needs none of them', async () => {
    const { flows, person, ledger, id } = await setupLocked();
    ledger.addEvent({ keyId: id, label: 'Work', kind: 'added', detail: undefined });
    person.picked.push('CSV');
    await flows.exportAudit();
    assert.equal(person.files.length, 1);
  });
});

describe('A failure that nobody foresaw', () => {
  it('is told in the words of what was asked for', async () => {
    const { flows, person, add } = setupKeyDesk();
    await add(secondKey, 'Work');
    Object.assign(person, { input: fail, pick: fail });
    await flows.addKey();
    await flows.importKey();
    await flows.rotate();
    assert.deepEqual(
      person.messages.map((message) => message.split('.')[0]),
      ['Failed to add the key', 'Failed to import the key', 'Failed to change the key'],
    );
  });

  it('of opening the exported file is not one of a key', async () => {
    const { flows, person, ledger } = setupKeyDesk();
    ledger.addEvent({ keyId: 'id', label: 'Work', kind: 'added', detail: undefined });
    person.canOpen = false;
    person.picked.push('CSV');
    person.pressed.push('Open');
    await flows.exportAudit();
    assert.equal(
      person.messages.at(-1),
      'Failed to open “sluice-keys-2026-11-17.csv”. The log of Sluice has the details.',
    );
    Object.assign(person, { save: fail });
    person.picked.push('CSV');
    await flows.exportAudit();
    assert.match(person.messages.at(-1) ?? '', /^Failed to export the audit trail\./);
  });
});
