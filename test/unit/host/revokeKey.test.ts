import assert from 'node:assert/strict';
import { firstKey, secondKey, setupKeyDesk, thirdKey } from './keyDesk';

async function setup(others: readonly string[] = []) {
  const desk = setupKeyDesk();
  const { id } = await desk.add(firstKey, 'Work');
  for (const label of others) await desk.add(`demo-key-called-${label}`, label);
  await desk.ring.makeDefault(id);
  return { ...desk, id };
}

describe('Revoking a key', () => {
  it('says what will happen, and does nothing without a yes', async () => {
    const { flows, person, clients, find, id } = await setup(['Other']);
    clients.runs.set(id, { waiting: 2, running: 1, parked: 1 });
    await flows.revoke(id);
    const [asked] = person.asked;
    assert.equal(asked?.message, 'Revoke “Work” now?');
    assert.match(asked?.detail ?? '', /wait with it: 3\..*\n.*written with it: 1\.[^]*cannot be undone/);
    assert.deepEqual(asked?.buttons, ['Revoke and Move to “Other”', 'Revoke and Park']);
    assert.equal(find(id).health, 'good');
    assert.deepEqual(clients.moves, []);
  });

  it('moves what waits to another key, deletes the secret, and goes on with that key', async () => {
    const { flows, person, clients, ring, secrets, find, id, events } = await setup(['Third', 'Other']);
    clients.runs.set(id, { waiting: 2, running: 1, parked: 1 });
    person.pressed.push('Revoke and Move to “Other”', 'Revoke It in the Console');
    await flows.revoke(id);

    const other = ring.list().find(({ label }) => label === 'Other');
    assert.deepEqual(clients.moves, [{ from: id, to: other?.id }]);
    assert.deepEqual([find(id).health, ring.secretOf(id)], ['revoked', undefined]);
    assert.equal(ring.active()?.id, other?.id);
    assert.ok(secrets.known().includes(firstKey), 'the revoked one is not redacted any more');
    assert.deepEqual(person.messages, [
      '“Work” is revoked here; nothing more goes out with it. Moved to “Other”: 3. Cut off: 1.',
    ]);
    assert.deepEqual(person.opened, ['https://platform.claude.com/settings/keys']);
    assert.deepEqual(await events(), [
      'revoked | Work | parked 0, cut off 1',
      'moved | Work | 3 to “Other”',
      'default | Other',
    ]);
  });

  it('parks what waits', async () => {
    const { flows, person, clients, id } = await setup(['Other']);
    clients.runs.set(id, { waiting: 2, running: 0, parked: 0 });
    person.pressed.push('Revoke and Park');
    await flows.revoke(id);
    assert.deepEqual(clients.moves, [{ from: id, to: undefined }]);
    assert.match(person.messages.join('\n'), /Parked until you choose another key: 2\./);
  });

  it('asks nothing about what waits when nothing does', async () => {
    const { flows, person, find, id } = await setup(['Other']);
    person.pressed.push('Revoke');
    await flows.revoke(id);
    assert.equal(find(id).health, 'revoked');
  });

  it('lets one of many keys be chosen from a list', async () => {
    const { flows, person, clients, ring, id } = await setup(['A', 'B', 'C']);
    clients.runs.set(id, { waiting: 1, running: 0, parked: 0 });
    person.pressed.push('Revoke and Move…');
    person.picked.push('C');
    await flows.revoke(id);
    assert.deepEqual(person.asked[0]?.buttons, ['Revoke and Move…', 'Revoke and Park']);
    assert.equal(clients.moves[0]?.to, ring.list().find(({ label }) => label === 'C')?.id);
  });

  it('lets it be when no key is chosen from the list', async () => {
    const { flows, person, clients, find, id } = await setup(['A', 'B', 'C']);
    clients.runs.set(id, { waiting: 1, running: 0, parked: 0 });
    person.pressed.push('Revoke and Move…');
    await flows.revoke(id);
    assert.equal(find(id).health, 'good');
  });

  it('has hindered the key before its runs are told, and waits for no keychain', async () => {
    const { flows, person, clients, ring, vault, find, id } = await setup();
    let healthThen: string | undefined;
    let secretThen: string | undefined = 'not asked';
    let storedThen: string | undefined;
    clients.onWithdraw = () => {
      healthThen = find(id).health;
      secretThen = ring.secretOf(id);
      storedThen = vault.values.get(`sluice.key.${id}`);
    };
    person.pressed.push('Revoke');
    await flows.revoke(id);
    assert.deepEqual([healthThen, secretThen], ['revoked', undefined]);
    assert.match(storedThen ?? '', /demo-key/, 'the keychain was waited for');
    assert.doesNotMatch(vault.values.get(`sluice.key.${id}`) ?? '', /demo-key/);
  });

  it('tells that the keychain has kept the secret, and deletes it when that gives in', async () => {
    const { flows, person, vault, find, id } = await setup();
    vault.writesLeft = 0;
    person.pressed.push('Revoke');
    person.isHolding = false;
    await flows.revoke(id);
    assert.match(person.messages.join('\n'), /^Failed to delete “Work” from the keychain/);
    assert.equal(find(id).health, 'revoked', 'it can be used although the person has revoked it');
    vault.writesLeft = 10;
    await flows.revoke(id);
    assert.match(person.messages.at(-1) ?? '', /revoked already/);
  });

  it('stops when the key has gone while the person was asked', async () => {
    const { flows, person, clients, ring, id, events } = await setup();
    person.beforeAnswer = () => ring.remove(id);
    person.pressed.push('Revoke');
    await flows.revoke(id);
    assert.deepEqual(clients.moves, []);
    assert.deepEqual(await events(), []);
  });

  it('lets the person choose which, and offers no revoked one', async () => {
    const { flows, person, add, ring, id } = await setup(['Other']);
    const third = await add(thirdKey, 'Third');
    await ring.revoke(third.id);
    await flows.revoke();
    const labels = person.picks[0]?.choices.map(({ label }) => label.replace(/^\S+ /, ''));
    assert.deepEqual(labels, ['Work', 'Other']);
    person.picked.push('Work');
    person.pressed.push('Revoke');
    await flows.revoke();
    assert.equal(ring.find(id)?.health, 'revoked');
  });

  it('says which key is in use now, and lets another one be used', async () => {
    const { flows, person, ring, id } = await setup(['Production', 'Staging']);
    person.pressed.push('Revoke', 'Use Another…');
    person.picked.push('Staging', 'Use in This Window');
    await flows.revoke(id);
    assert.deepEqual(person.told[0], {
      level: 'info',
      message: '“Work” is revoked here; nothing more goes out with it. “Production” is in use now.',
      buttons: ['Revoke It in the Console', 'Use Another…'],
    });
    assert.equal(ring.active()?.label, 'Staging');
  });

  it('offers no other key where the one in use is the last, and says nothing where another was in use', async () => {
    const { flows, person, ring, id } = await setup(['Production']);
    const [, production] = ring.list();
    assert.ok(production);
    person.pressed.push('Revoke');
    await flows.revoke(id);
    assert.deepEqual(person.told[0]?.buttons, ['Revoke It in the Console']);
    const idle = await setup(['Production']);
    idle.person.pressed.push('Revoke');
    await idle.flows.revoke(idle.ring.list()[1]?.id);
    assert.doesNotMatch(idle.person.messages.join('\n'), /in use now/);
  });

  it('lets what is parked go on with the key that is in use now', async () => {
    const { flows, person, clients, ring, id } = await setup(['Production']);
    clients.runs.set(id, { waiting: 2, running: 0, parked: 0 });
    person.pressed.push('Revoke and Park', 'Use Another…');
    person.picked.push('Use in All Windows');
    await flows.revoke(id);
    assert.deepEqual(clients.moves.at(-1), { from: id, to: ring.active()?.id });
  });

  it('tells two keys of one name apart', async () => {
    const { flows, person, clients, ring, id } = await setup(['Same', 'Same']);
    clients.runs.set(id, { waiting: 1, running: 0, parked: 0 });
    person.pressed.push('Revoke and Move…');
    person.picked.push('Same');
    await flows.revoke(id);
    assert.deepEqual(person.asked[0]?.buttons, ['Revoke and Move…', 'Revoke and Park']);
    assert.equal(clients.moves[0]?.to, ring.list()[0]?.id);
  });

  it('does not say of a secret manager’s key that it is deleted', async () => {
    const { flows, person, add, vault } = await setup();
    const { id } = await add(secondKey, 'Vault', { kind: 'command', name: 'vault' });
    vault.writesLeft = 0;
    person.pressed.push('Revoke');
    await flows.revoke(id);
    assert.match(person.asked[0]?.detail ?? '', /Its secret manager goes on giving it/);
    assert.match(person.messages.join('\n'), /^Failed to write down that “Vault” is revoked/);
    assert.doesNotMatch(`${person.asked[0]?.detail} ${person.messages.join(' ')}`, /delete/);
  });

  it('changes only this window when the key was the choice of this window', async () => {
    const { flows, person, clients, ring, add, id } = await setup(['Other']);
    const own = await add(secondKey, 'Own');
    await ring.makeDefault(id);
    ring.chooseForWindow(own.id);
    clients.runs.set(own.id, { waiting: 1, running: 0, parked: 0 });
    person.pressed.push('Revoke and Move to “Other”');
    await flows.revoke(own.id);
    assert.deepEqual([ring.active()?.label, ring.activeBy()], ['Other', 'window']);
    assert.equal(ring.find(id)?.isDefault, true);
  });
});
