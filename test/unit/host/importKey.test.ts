import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { SecretUnavailable } from '../../../src/keys/keySecrets';
import { firstKey, flush, secondKey, setupKeyDesk, thirdKey } from './keyDesk';

const commands = { Vault: ['vault', 'kv', 'get'], Pass: ['pass', 'show', 'claude'] };

describe('Importing a key', () => {
  it('offers what there is to import, and the setting', async () => {
    const { flows, person } = setupKeyDesk({ commands, environment: { ANTHROPIC_API_KEY: firstKey } });
    await flows.importKey();
    const labels = person.picks[0]?.choices.map(({ label }) => label);
    assert.deepEqual(labels, [
      '$(symbol-variable) ANTHROPIC_API_KEY',
      '$(terminal) Vault',
      '$(terminal) Pass',
      '',
      '$(gear) Open the Setting…',
    ]);
    assert.doesNotMatch(JSON.stringify(person.picks), /demo-key/);
  });

  it('offers no variable that is not set, and opens the setting', async () => {
    const { flows, person } = setupKeyDesk({ environment: { ANTHROPIC_API_KEY: ' ' } });
    person.picked.push('Open the Setting');
    await flows.importKey();
    assert.equal(person.picks[0]?.choices.length, 2);
    assert.deepEqual(person.opened, ['sluice.keys.commands']);
  });

  it('copies the one of the environment into the keychain, checked and under a label', async () => {
    const { flows, person, clients, ring, events } = setupKeyDesk({ environment: { ANTHROPIC_API_KEY: firstKey } });
    person.picked.push('ANTHROPIC_API_KEY');
    person.typed.push('Shell');
    await flows.importKey();
    const [key] = ring.list();
    assert.deepEqual(key?.source, { kind: 'imported', from: 'ANTHROPIC_API_KEY' });
    assert.equal(ring.secretOf(key?.id ?? ''), firstKey);
    assert.deepEqual(clients.checked, [firstKey]);
    assert.deepEqual(await events(), ['imported | Shell | from ANTHROPIC_API_KEY']);
  });

  it('says what is wrong with the one of the environment', async () => {
    const { flows, person, ring } = setupKeyDesk({ environment: { ANTHROPIC_API_KEY: 'two words' } });
    person.picked.push('ANTHROPIC_API_KEY');
    await flows.importKey();
    assert.match(person.messages.join('\n'), /^ANTHROPIC_API_KEY holds no key that can be used\. /);
    assert.equal(ring.list().length, 0);
  });

  it('runs the command of a secret manager and stores no secret', async () => {
    const { flows, person, clients, commands: manager, ring, vault, events } = setupKeyDesk({ commands });
    manager.outputs.set('Vault', firstKey);
    person.picked.push('Vault');
    person.typed.push('Vault');
    await flows.importKey();
    const [key] = ring.list();
    assert.equal(person.inputs[0]?.value, 'Vault');
    assert.deepEqual(key?.source, { kind: 'command', name: 'Vault' });
    assert.deepEqual(clients.checked, [firstKey]);
    assert.doesNotMatch(JSON.stringify([...vault.values]), /demo-key/);
    assert.deepEqual(await events(), ['imported | Vault | from the command “Vault”']);
  });

  it('does not take the same command, or the same key, twice', async () => {
    const { flows, person, add, commands: manager, ring } = setupKeyDesk({ commands });
    await add(firstKey, 'Typed');
    await add(secondKey, 'Fetched', { kind: 'command', name: 'Pass' });
    manager.outputs.set('Vault', firstKey);
    person.picked.push('Vault', 'Pass');
    await flows.importKey();
    await flows.importKey();
    assert.deepEqual(person.messages, [
      'This key is already stored as “Typed”.',
      'The command “Pass” gives the key “Fetched” already.',
    ]);
    assert.deepEqual([ring.list().length, manager.runs], [2, 1]);
  });

  it('shows commands in Restricted Mode as not available, and why, and runs none', async () => {
    const { flows, person, commands: manager } = setupKeyDesk({ commands, isTrusted: false });
    person.picked.push('Vault');
    person.pressed.push('Manage Workspace Trust');
    await flows.importKey();
    const vault = person.picks[0]?.choices[0];
    assert.equal(vault?.label, '$(lock) Vault');
    assert.match(`${vault?.description}`, /not available/);
    assert.deepEqual(person.messages, ['The command “Vault” runs in trusted windows only.']);
    assert.deepEqual([manager.runs, person.opened], [0, ['trust']]);
  });

  it('tells how a command failed, each time in other words', async () => {
    const told = new Set<string>();
    const reasons = ['untrusted', 'notConfigured', 'notStarted', 'commandFailed', 'timedOut', 'notAKey'] as const;
    for (const reason of reasons) {
      const { flows, person, commands: manager, ring, events } = setupKeyDesk({ commands });
      manager.outputs.set('Vault', new SecretUnavailable(reason, 'exit code 1'));
      person.picked.push('Vault');
      person.pressed.push('Open the Setting…');
      await flows.importKey();
      told.add(person.messages.join('\n'));
      assert.equal(ring.list().length, 0);
      assert.deepEqual(person.opened, ['sluice.keys.commands']);
      assert.deepEqual(await events(), [`commandFailed | Vault | ${reason}`]);
    }
    assert.equal(told.size, reasons.length);
  });

  it('stores nothing that the API refuses', async () => {
    const { flows, person, clients, commands: manager, ring } = setupKeyDesk({ commands });
    manager.outputs.set('Vault', firstKey);
    clients.failures.set(firstKey, new ClientError('authentication', 'no'));
    person.picked.push('Vault');
    person.typed.push('Vault');
    await flows.importKey();
    assert.equal(ring.list().length, 0);
    assert.match(person.messages.join('\n'), /Nothing was stored/);
  });

  it('asks the secret manager again when the API refuses what it gave, but no variable', async () => {
    const desk = setupKeyDesk({ commands, environment: { ANTHROPIC_API_KEY: firstKey } });
    const { flows, person, clients, commands: manager, ring } = desk;
    clients.failures.set(firstKey, new ClientError('authentication', 'no'));
    person.picked.push('ANTHROPIC_API_KEY', 'Vault');
    person.typed.push('Shell', 'Vault', 'Vault');
    await flows.importKey();
    assert.deepEqual(person.told[0]?.buttons, []);
    const given = [firstKey, secondKey];
    manager.run = async () => given.shift() ?? '';
    person.pressed.push('Try Again');
    await flows.importKey();
    assert.deepEqual(clients.checked, [firstKey, firstKey, secondKey]);
    assert.deepEqual(ring.list()[0]?.source, { kind: 'command', name: 'Vault' });
  });
});

async function setupFound(others: readonly string[] = [firstKey]) {
  const desk = setupKeyDesk();
  for (const [index, other] of others.entries()) await desk.add(other, `Own ${index}`);
  desk.person.typed.push('From a file');
  return desk;
}

describe('A key found in a file', () => {
  const refused = new ClientError('authentication', 'no');

  it('is stored once the person has named it, and not in use', async () => {
    const { flows, person, ring, clients, events, find } = await setupFound();
    const own = ring.active()?.id ?? assert.fail();
    clients.runs.set(own, { waiting: 1, running: 0, parked: 1 });
    const moved = await flows.moveIn(secondKey);
    assert.ok(typeof moved === 'object');
    assert.deepEqual(find(moved.id).source, { kind: 'imported', from: 'file' });
    assert.deepEqual([ring.active()?.id, find(own).isDefault, find(moved.id).isHeld], [own, true, true]);
    assert.deepEqual(clients.moves, []);
    assert.match(person.messages.join(), /“From a file” is stored; it is not in use\. It comes from a file/);
    assert.deepEqual(person.told[0]?.buttons, ['Use It…']);
    assert.deepEqual(await events(), ['imported | From a file | from file']);
  });

  it('is not moved in without a name', async () => {
    const { flows, ring } = setupKeyDesk();
    assert.equal(await flows.moveIn(firstKey), undefined);
    assert.equal(ring.list().length, 0);
  });

  it('changes neither what a window has chosen nor what is parked with a refused key', async () => {
    const { flows, ring, clients, find } = await setupFound([firstKey, thirdKey]);
    const [invalid, chosen] = ring.list();
    assert.ok(invalid && chosen);
    ring.chooseForWindow(chosen.id);
    await ring.markInvalid(invalid.id, 'authentication');
    clients.runs.set(invalid.id, { waiting: 0, running: 0, parked: 3 });
    await flows.moveIn(secondKey);
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [chosen.id, 'window']);
    assert.deepEqual([clients.moves, find(chosen.id).isActive], [[], true]);
  });

  it('serves when the person says so, where they say so', async () => {
    const { flows, person, ring } = await setupFound();
    person.pressed.push('Use It…');
    person.picked.push('Use in This Window');
    const moved = await flows.moveIn(secondKey);
    await flush();
    assert.ok(typeof moved === 'object');
    assert.deepEqual([ring.active()?.id, ring.activeBy()], [moved.id, 'window']);
  });

  it('is used as the only one only by who knows the danger, and takes over then', async () => {
    const { flows, person, ring, clients } = await setupFound();
    const [invalid] = ring.list();
    assert.ok(invalid);
    await ring.markInvalid(invalid.id, 'authentication');
    clients.runs.set(invalid.id, { waiting: 0, running: 0, parked: 1 });
    person.pressed.push('Use the Key');
    const moved = await flows.moveIn(secondKey);
    assert.ok(typeof moved === 'object');
    assert.match(`${person.asked[0]?.message} ${person.asked[0]?.detail}`, /only key\. .* go through their account/);
    assert.deepEqual(clients.moves, [{ from: invalid.id, to: moved.id }]);
    assert.equal(ring.active()?.id, moved.id);
    assert.match(person.messages.join(), /is stored and in use/);
  });

  it('is only stored, or not at all, where the person does not want it to be the only one', async () => {
    const { flows, person, ring } = await setupFound([]);
    assert.equal(await flows.moveIn(secondKey), undefined);
    assert.equal(ring.list().length, 0);
    person.typed.push('From a file');
    person.pressed.push('Only Store It');
    assert.ok(await flows.moveIn(secondKey));
    assert.deepEqual([ring.list().length, ring.active()], [1, undefined]);
  });

  it('is not replaced unasked when it is stored already', async () => {
    const { flows, person, add } = setupKeyDesk();
    const { id } = await add(firstKey, 'Work');
    assert.equal(await flows.moveIn(firstKey), undefined);
    assert.equal(person.asked[0]?.message, 'This key is already stored as “Work”. Replace it in the file?');
    person.pressed.push('Replace It');
    const moved = await flows.moveIn(firstKey);
    assert.equal(typeof moved === 'object' && moved.id, id);
  });

  it('stays there when the API refuses it, unless the person wants it gone all the same', async () => {
    const { flows, person, clients, ring } = await setupFound();
    clients.failures.set(secondKey, refused);
    assert.equal(await flows.moveIn(secondKey), undefined);
    assert.match(person.messages.join(), /The key in the file works no more: api\.anthropic\.com refuses it/);
    person.typed.push('From a file');
    person.pressed.push('Replace It Anyway');
    assert.equal(await flows.moveIn(secondKey), 'refused');
    assert.equal(ring.list().length, 1);
  });
});
