import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { SecretUnavailable } from '../../../src/keys/keySecrets';
import { firstKey, secondKey, setupKeyDesk, thirdKey } from './keyDesk';

const dayMs = 86_400_000;

async function setup() {
  const desk = setupKeyDesk();
  desk.clients.organizations.set(firstKey, 'org-1');
  desk.clients.organizations.set(secondKey, 'org-1');
  const { id } = await desk.add(firstKey, 'Work');
  return { ...desk, id };
}

describe('Rotating a key', () => {
  it('checks the new one, puts it in the place of the old one, and tells what is left to do', async () => {
    const { flows, person, clients, ring, find, id, pass, now, events } = await setup();
    clients.runs.set(id, { waiting: 3, running: 2, parked: 0 });
    pass(100 * dayMs);
    person.typed.push(secondKey);
    person.pressed.push('Revoke the Old Key in the Console');
    await flows.rotate();

    assert.equal(person.picks.length, 0, 'the only key had to be chosen');
    assert.equal(person.inputs[0]?.isSecret, true);
    assert.deepEqual(clients.checked, [secondKey]);
    assert.equal(ring.secretOf(id), secondKey);
    assert.deepEqual([find(id).since, find(id).label, find(id).isActive], [now(), 'Work', true]);
    assert.deepEqual(person.messages, [
      '“Work” has its new key. Answers that finish with the old one: 2. The old key is deleted from this machine, and stays valid until you revoke it in the Console.',
    ]);
    assert.deepEqual(person.opened, ['https://platform.claude.com/settings/keys']);
    assert.deepEqual(await events(), ['rotated | Work']);
    assert.deepEqual(clients.moves, [], 'what waits goes on by itself');
  });

  it('goes on redacting the old one', async () => {
    const { flows, person, secrets, id } = await setup();
    person.typed.push(secondKey);
    await flows.rotate(id);
    assert.deepEqual([...secrets.known()].toSorted(), [firstKey, secondKey].toSorted());
  });

  it('does nothing with the same key, or with one that is stored under another label', async () => {
    const { flows, person, add, ring, clients, id } = await setup();
    await add(secondKey, 'Other');
    person.typed.push(firstKey, secondKey);
    await flows.rotate(id);
    await flows.rotate(id);
    assert.deepEqual(person.messages, [
      'This is the key that “Work” has already. Nothing was changed.',
      'This key is already stored as “Other”.',
    ]);
    assert.deepEqual([ring.secretOf(id), clients.checked.length], [firstKey, 0]);
  });

  it('keeps the old one when the API refuses the new one', async () => {
    const { flows, person, clients, ring, id } = await setup();
    clients.failures.set(secondKey, new ClientError('authentication', 'no'));
    person.typed.push(secondKey, secondKey);
    person.pressed.push('Enter Again…');
    await flows.rotate(id);
    assert.equal(clients.checked.length, 2);
    assert.equal(ring.secretOf(id), firstKey);
  });

  it('asks before it takes a key of another organization', async () => {
    const { flows, person, clients, ring, find, id } = await setup();
    clients.organizations.set(secondKey, 'org-2');
    person.typed.push(secondKey, secondKey);
    await flows.rotate(id);
    assert.equal(ring.secretOf(id), firstKey, 'taken without a yes');
    assert.match(person.asked[0]?.message ?? '', /another organization than “Work”/);
    person.pressed.push('Replace All the Same');
    await flows.rotate(id);
    assert.deepEqual([ring.secretOf(id), find(id).organization], [secondKey, 'org-2']);
  });

  it('makes a refused and a revoked one good again', async () => {
    const { flows, person, ring, find, id, events } = await setup();
    await ring.markInvalid(id, 'authentication');
    person.typed.push(secondKey);
    await flows.rotate(id);
    assert.equal(find(id).health, 'good');
    await ring.revoke(id);
    person.picked.push('Enter a New Key');
    person.typed.push('demo-key-of-yet-another-team');
    await flows.showActions(id);
    assert.equal(find(id).health, 'good');
    assert.deepEqual(await events(), ['rotated | Work', 'rotated | Work | was revoked']);
  });
});

describe('A revoked key that is in use again', () => {
  it('takes another name where its own was taken meanwhile', async () => {
    const { flows, person, add, ring, find, id, events } = await setup();
    await ring.revoke(id);
    await add(secondKey, 'Work');
    person.typed.push(thirdKey, 'Work');
    await flows.rotate(id);
    assert.deepEqual(person.refusals, ['Another key is called that.']);
    assert.equal(find(id).health, 'revoked');
    person.typed.push(thirdKey, 'Work 2');
    await flows.rotate(id);
    assert.equal(person.inputs.at(-1)?.value, 'Work 2');
    assert.deepEqual([find(id).health, find(id).label], ['good', 'Work 2']);
    assert.match(person.messages.at(-1) ?? '', /^“Work 2” has its new key/);
    assert.deepEqual(await events(), ['renamed | Work 2 | was “Work”', 'rotated | Work 2 | was revoked']);
  });
});

async function setupManaged() {
  const desk = setupKeyDesk({ commands: { vault: ['vault'] } });
  const { id } = await desk.add(firstKey, 'Vault', { kind: 'command', name: 'vault' });
  desk.commands.outputs.set('vault', firstKey);
  assert.equal(await desk.secrets.secretOf(id), firstKey);
  return { ...desk, id };
}

describe('Rotating the key of a secret manager', () => {
  it('fetches it anew and checks it, and stores nothing of it', async () => {
    const { flows, person, commands, clients, secrets, vault, find, id, events } = await setupManaged();
    commands.outputs.set('vault', secondKey);
    await flows.rotate(id);
    assert.deepEqual(clients.checked, [secondKey]);
    assert.equal(await secrets.secretOf(id), secondKey);
    assert.doesNotMatch(JSON.stringify([...vault.values]), /demo-key/);
    assert.deepEqual(find(id).source, { kind: 'command', name: 'vault' });
    assert.equal(person.inputs.length, 0);
    assert.deepEqual(await events(), ['rotated | Vault | from the command “vault”']);
    assert.deepEqual(person.messages, [
      '“Vault” has its new key. The old key stays valid until you revoke it in the Console.',
    ]);
  });

  it('announces no rotation where nobody knows the former key', async () => {
    const { vault } = await setupManaged();
    const { flows, person, commands, clients, secrets, ring, events } = setupKeyDesk({ vault });
    commands.outputs.set('vault', firstKey);
    await flows.rotate();
    const [key] = ring.list();
    assert.ok(key);
    assert.deepEqual(clients.checked, [firstKey]);
    assert.deepEqual(person.messages, ['“Vault” was fetched from its secret manager and checked: the API accepts it.']);
    assert.deepEqual(await events(), ['checked | Vault | good']);
    assert.equal(secrets.lastFetched(key.id), firstKey);
  });

  it('asks before it takes one of another organization, and goes on with the former one until then', async () => {
    const { flows, person, commands, clients, secrets, ring, find, id, events } = await setupManaged();
    await ring.setOrganization(id, 'org-1');
    clients.organizations.set(secondKey, 'org-2');
    commands.outputs.set('vault', secondKey);
    await flows.rotate(id);
    assert.match(
      `${person.asked[0]?.message} ${person.asked[0]?.detail}`,
      /another organization .*put that back there/,
    );
    assert.deepEqual([await secrets.secretOf(id), find(id).organization], [firstKey, 'org-1']);
    assert.deepEqual(await events(), []);
    person.pressed.push('Replace All the Same');
    await flows.rotate(id);
    assert.deepEqual([await secrets.secretOf(id), find(id).organization], [secondKey, 'org-2']);
    assert.deepEqual(await events(), ['rotated | Vault | from the command “vault”']);
  });

  it('does not take the key of another one', async () => {
    const { flows, person, commands, add, secrets, id } = await setupManaged();
    await add(secondKey, 'Other');
    commands.outputs.set('vault', secondKey);
    await flows.rotate(id);
    assert.deepEqual(person.messages, ['This key is already stored as “Other”.']);
    assert.equal(await secrets.secretOf(id), firstKey);
  });

  it('is not entered as that of another one', async () => {
    const { flows, person, add } = await setupManaged();
    const { id } = await add(secondKey, 'Typed');
    person.typed.push(firstKey);
    await flows.rotate(id);
    assert.deepEqual(person.messages, ['A secret manager gives this key already, as “Vault”.']);
  });

  it('says when the secret manager has no new one', async () => {
    const { flows, person, clients, id } = await setupManaged();
    await flows.rotate(id);
    assert.match(person.messages.join('\n'), /still gives the same key for “Vault”/);
    assert.deepEqual(clients.checked, []);
  });

  it('tells when the secret manager gives none', async () => {
    const { flows, person, commands, id, events } = await setupManaged();
    commands.outputs.set('vault', new SecretUnavailable('commandFailed', 'exit code 1'));
    await flows.rotate(id);
    assert.match(person.messages.join('\n'), /“vault” failed/);
    assert.deepEqual(await events(), ['commandFailed | Vault | commandFailed']);
  });
});
