import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { SecretUnavailable } from '../../../src/keys/keySecrets';
import { firstKey, secondKey, setupKeyDesk } from './keyDesk';

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

describe('A key found in a file', () => {
  it('is moved in once the person has named it', async () => {
    const { flows, person, ring } = setupKeyDesk();
    assert.equal(await flows.moveIn(firstKey), false, 'moved in without a name');
    person.typed.push('From a file');
    assert.equal(await flows.moveIn(firstKey), true);
    assert.deepEqual(ring.list()[0]?.source, { kind: 'imported', from: 'file' });
  });

  it('is in Sluice already when it is stored', async () => {
    const { flows, person, add } = setupKeyDesk();
    await add(firstKey, 'Work');
    assert.equal(await flows.moveIn(firstKey), true);
    assert.deepEqual(person.messages, ['This key is already stored as “Work”.']);
  });

  it('stays there when the API refuses it', async () => {
    const { flows, person, clients } = setupKeyDesk();
    clients.failures.set(firstKey, new ClientError('authentication', 'no'));
    person.typed.push('From a file');
    assert.equal(await flows.moveIn(firstKey), false);
  });
});
