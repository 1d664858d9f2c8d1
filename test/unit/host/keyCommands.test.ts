import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { SecretUnavailable } from '../../../src/keys/keySecrets';
import { firstKey, secondKey, setupKeyDesk } from './keyDesk';

describe('Adding a key', () => {
  it('asks for the key and a label, checks it, stores it and makes it the active one', async () => {
    const { flows, person, clients, ring, events } = setupKeyDesk();
    clients.organizations.set(firstKey, 'org-1');
    person.typed.push(` "${firstKey}" `, ' Work ');
    await flows.addKey();

    const [key] = ring.list();
    assert.deepEqual(
      person.inputs.map(({ placeHolder, isSecret }) => [placeHolder, isSecret]),
      [
        ['API key', true],
        ['Label', undefined],
      ],
    );
    assert.deepEqual(clients.checked, [firstKey]);
    assert.equal(key?.label, 'Work');
    assert.equal(key?.organization, 'org-1');
    assert.equal(key?.isActive, true);
    assert.deepEqual(person.messages, ['“Work” is stored and in use.']);
    assert.deepEqual(await events(), ['added | Work']);
  });

  it('proposes a label that no other key has', async () => {
    const { flows, person, add } = setupKeyDesk();
    await add(secondKey, 'Claude');
    person.typed.push(firstKey);
    await flows.addKey();
    assert.equal(person.inputs[1]?.value, 'Claude 2');
  });

  it('takes no label that another key has, and none with a key in it', async () => {
    const { flows, person, add, ring } = setupKeyDesk();
    await add(secondKey, 'Work');
    for (const label of ['Work', `my ${firstKey}`, secondKey, ' ', 'x'.repeat(61)]) {
      person.typed.push(firstKey, label);
      await flows.addKey();
    }
    assert.equal(person.refusals.length, 5);
    assert.equal(new Set(person.refusals).size, 4);
    assert.equal(ring.list().length, 1);
  });

  it('lets the label of a revoked key be used again', async () => {
    const { flows, person, add, ring } = setupKeyDesk();
    const old = await add(secondKey, 'Work');
    await ring.revoke(old.id);
    person.typed.push(firstKey, 'Work');
    await flows.addKey();
    assert.equal(ring.active()?.label, 'Work');
  });

  it('names the key that is there already, and stores nothing', async () => {
    const { flows, person, add, ring, clients } = setupKeyDesk();
    await add(firstKey, 'Work');
    person.typed.push(firstKey);
    await flows.addKey();
    assert.deepEqual(person.messages, ['This key is already stored as “Work”.']);
    assert.deepEqual([ring.list().length, clients.checked.length], [1, 0]);
  });

  it('names the key whose secret manager gives it already', async () => {
    const { flows, person, add, secrets, ring, commands } = setupKeyDesk();
    const { id } = await add(firstKey, 'Vault', { kind: 'command', name: 'vault' });
    commands.outputs.set('vault', firstKey);
    await secrets.secretOf(id);
    person.typed.push(firstKey);
    await flows.addKey();
    assert.deepEqual(person.messages, ['A secret manager gives this key already, as “Vault”.']);
    assert.equal(ring.list().length, 1);
  });

  it('begins anew with a key that the API refuses, if the person wants that', async () => {
    const { flows, person, clients, ring, logged } = setupKeyDesk();
    clients.failures.set(firstKey, new ClientError('authentication', 'no'));
    person.typed.push(firstKey, 'Work', secondKey, 'Work');
    person.pressed.push('Enter Again…');
    await flows.addKey();
    assert.deepEqual(clients.checked, [firstKey, secondKey]);
    assert.equal(ring.secretOf(ring.active()?.id ?? ''), secondKey);
    assert.doesNotMatch(logged.join('\n'), /demo-key/);
  });

  it('tries again where the network failed, and leaves nothing behind when the person gives up', async () => {
    const { flows, person, clients, ring } = setupKeyDesk();
    clients.failures.set(firstKey, new ClientError('network', 'no'));
    person.typed.push(firstKey, 'Work');
    person.pressed.push('Try Again');
    await flows.addKey();
    assert.equal(clients.checked.length, 2);
    assert.equal(ring.list().length, 0);
  });

  it('does not hang on an account that cannot be opened', async () => {
    const { flows, person, ring, events, logged } = setupKeyDesk({ hasLedger: false });
    person.typed.push(firstKey, 'Work');
    await flows.addKey();
    assert.equal(ring.list().length, 1);
    assert.deepEqual(await events(), []);
    assert.match(logged.join('\n'), /audit trail/);
  });

  it('tells of a keychain that refuses, and stores it when it gives in', async () => {
    const { flows, person, vault, ring } = setupKeyDesk();
    vault.writesLeft = 0;
    person.typed.push(firstKey, 'Work');
    await flows.addKey();
    assert.match(person.messages.join('\n'), /keychain refused/);
    assert.equal(ring.list().length, 0);
  });

  it('takes up what waits for a key', async () => {
    const { flows, person, add, clients, ring, events } = setupKeyDesk();
    const old = await add(secondKey, 'Old');
    await ring.revoke(old.id);
    clients.runs.set(old.id, { waiting: 0, running: 0, parked: 3 });
    person.typed.push(firstKey, 'New');
    await flows.addKey();
    assert.deepEqual(clients.moves, [{ from: old.id, to: ring.active()?.id }]);
    assert.deepEqual(await events(), ['added | New', 'moved | Old | 3 to “New”']);
  });
});

describe('What can be done with a key', () => {
  it('is offered in one list, and less of it with a revoked one', async () => {
    const { flows, person, add, ring } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    await flows.showActions(id);
    await ring.revoke(id);
    await flows.showActions(id);
    const [live, revoked] = person.picks.map(({ choices }) => choices.map(({ label }) => label.replace(/^\S+ /, '')));
    assert.deepEqual(live, [
      'Use…',
      'Rotate…',
      'Rename…',
      'Environment…',
      'Spend Cap…',
      'Check Now',
      '',
      'Revoke Now…',
      'Remove…',
    ]);
    assert.deepEqual(revoked, ['Enter a New Key…', 'Remove from List…']);
  });

  it('is told of a key that is gone', async () => {
    const { flows, person } = setupKeyDesk();
    await flows.showActions('gone');
    await flows.rotate('gone');
    assert.deepEqual(person.messages, ['This key is not there any more.', 'This key is not there any more.']);
  });

  it('renames it, and sets what it is for', async () => {
    const { flows, person, add, find, events } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    person.picked.push('Rename', 'Environment', 'Staging');
    person.typed.push('Team');
    await flows.showActions(id);
    await flows.showActions(id);
    assert.deepEqual([find(id).label, find(id).environment], ['Team', 'staging']);
    assert.deepEqual(await events(), ['renamed | Team | was “Work”', 'environment | Team | staging']);
  });

  it('checks it, and says that it is good', async () => {
    const { flows, person, add, clients, find, events, pass, now } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    clients.organizations.set(firstKey, 'org-1');
    pass(5_000);
    person.picked.push('Check Now');
    await flows.showActions(id);
    assert.deepEqual([find(id).checkedAt, find(id).organization], [now(), 'org-1']);
    assert.deepEqual(person.messages, ['“Work” is good: the API accepts it.']);
    assert.deepEqual(await events(), ['checked | Work | good']);
  });

  it('marks it when the API refuses it, and offers to replace it', async () => {
    const { flows, person, add, clients, find } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    clients.failures.set(firstKey, new ClientError('authentication', 'no'));
    person.picked.push('Check Now');
    person.pressed.push('Replace…');
    await flows.showActions(id);
    assert.deepEqual([find(id).health, find(id).lastError], ['invalid', 'authentication']);
    assert.match(person.messages.join('\n'), /api\.anthropic\.com refuses “Work”/);
    assert.equal(person.inputs[0]?.title, 'Rotate “Work”');
  });

  it('leaves it as it was where nothing can be said of it', async () => {
    const { flows, person, add, clients, find, commands } = setupKeyDesk();
    const typed = await add(firstKey, 'Work');
    const fetched = await add(secondKey, 'Vault', { kind: 'command', name: 'vault' });
    clients.failures.set(firstKey, new ClientError('network', 'no'));
    commands.outputs.set('vault', new SecretUnavailable('timedOut', 'no'));
    person.picked.push('Check Now', 'Check Now');
    await flows.showActions(typed.id);
    await flows.showActions(fetched.id);
    assert.deepEqual([find(typed.id).health, find(fetched.id).health], ['good', 'good']);
    assert.match(person.messages.join('\n'), /no connection[^]*“vault” took too long/);
  });

  it('removes it after a yes', async () => {
    const { flows, person, add, ring, events } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    person.picked.push('Remove', 'Remove');
    await flows.showActions(id);
    assert.equal(ring.list().length, 1, 'removed without a yes');
    person.pressed.push('Remove');
    await flows.showActions(id);
    assert.equal(ring.list().length, 0);
    assert.deepEqual(await events(), ['removed | Work']);
  });

  it('keeps what waits with a removed one for the key that is chosen next', async () => {
    const { flows, person, add, clients, ring } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    clients.runs.set(id, { waiting: 2, running: 0, parked: 0 });
    person.picked.push('Remove');
    person.pressed.push('Remove and Park');
    await flows.showActions(id);
    assert.deepEqual(clients.waitingOf(id), { waiting: 0, running: 0, parked: 2 });
    person.typed.push(secondKey, 'New');
    await flows.addKey();
    assert.deepEqual(clients.moves.at(-1), { from: id, to: ring.active()?.id });
  });

  it('says which key is in use where the active one is removed, and of a secret manager’s nothing untrue', async () => {
    const { flows, person, add } = setupKeyDesk();
    await add(firstKey, 'Production');
    const { id } = await add(secondKey, 'Vault', { kind: 'command', name: 'vault' });
    person.picked.push('Remove');
    person.pressed.push('Remove');
    await flows.showActions(id);
    assert.match(person.asked[0]?.detail ?? '', /^Sluice asks its secret manager for it no more/);
    assert.deepEqual(person.told, [
      { level: 'info', message: '“Vault” is removed. “Production” is in use now.', buttons: [] },
    ]);
  });

  it('takes a revoked one from the list', async () => {
    const { flows, person, add, ring } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    await ring.revoke(id);
    person.picked.push('Remove from List');
    person.pressed.push('Remove from List');
    await flows.showActions(id);
    assert.deepEqual(ring.list(), []);
  });

  it('tells when the keychain does not let it be done', async () => {
    const { flows, person, add, vault } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    vault.writesLeft = 0;
    person.picked.push('Rename');
    person.typed.push('Team');
    await flows.showActions(id);
    assert.match(person.messages.join('\n'), /^Failed to change the key\./);
  });
});
