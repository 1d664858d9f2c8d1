import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from '../../src/contributions';
import { api } from './support/api';
import { entryOf, keyIdOf, makeKey, makeValidKey, readSecrets } from './support/keys';
import { chatter, startSecretManager, type SecretManager } from './support/secretManager';
import { restoreUserSettings } from './support/settings';
import { restart, restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

/** Whose a key is that the API does not know any more. */
const nobody = undefined;
/** How long a command may run; the test lets it pass sooner. */
const longestRunMs = 30_000;

describe('keys of a secret manager', () => {
  let manager: SecretManager;
  const { setTimeout: realSetTimeout } = globalThis;

  beforeEach(async () => {
    manager = await startSecretManager('Vault');
  });
  afterEach(async () => {
    globalThis.setTimeout = realSetTimeout;
    restoreDialogs();
    await restoreUserSettings();
    await manager.remove();
  });

  it('are asked for when they are needed, and stored nowhere', async () => {
    const { sluice, key } = await importKey();
    const { key: stored, source } = await entryOf(sluice, 'From Vault');
    assert.deepEqual([stored, source], [undefined, { kind: 'command', name: 'Vault' }]);
    assert.ok(!(await readSecrets(sluice.context)).join().includes(key));

    const reloaded = await restart(sluice);
    const before = await manager.runs();
    await reloaded.chat.ask('Who has the key?');
    await reloaded.chat.ask('And who has it now?');
    assert.deepEqual(
      (await api.messages()).map(({ keyId }) => keyId),
      ['first', 'first'],
    );
    assert.equal((await manager.runs()) - before, 1, 'it was not kept in memory for the second question');
  });

  it('leave nothing of what the command prints in the log, in a message or in the chat', async () => {
    const { sluice, key } = await importKey();
    await sluice.chat.ask('Is it a secret?');
    await manager.will({ print: makeKey('admin01'), exitCode: 3 });
    sluice.dialogs.pick('Rotate…');
    await sluice.run(commands.keyActions, await keyIdOf(sluice, 'From Vault'));
    await restart(sluice);

    const log = await readFile(join(sluice.context.logUri.fsPath, 'Sluice.log'), 'utf8');
    assert.match(log, /Failed to get a key from its command/);
    for (const secret of [key, chatter, 'sk-ant-']) {
      assert.ok(!log.includes(secret), 'the log has it');
      assert.ok(!JSON.stringify([sluice.dialogs.messages, sluice.chat.states]).includes(secret), 'it was shown');
    }
  });

  it('are fetched anew when the API refuses the one that was given before, and nobody is bothered', async () => {
    const { sluice, key } = await importKey();
    await sluice.chat.ask('With the first?');
    const before = await manager.runs();
    await api.revokeKey(key);
    await manager.will({ print: await makeValidKey('second') });
    await sluice.chat.ask('With the second?');

    assert.deepEqual(
      (await api.messages()).map(({ keyId, status }) => [keyId, status]),
      [
        ['first', 200],
        [nobody, 401],
        ['second', 200],
      ],
    );
    assert.equal((await manager.runs()) - before, 1);
    assert.equal((await entryOf(sluice, 'From Vault'))['health'], 'good');
    assert.deepEqual(sluice.dialogs.errors, []);
  });

  it('are refused when the command goes on giving the one that the API refuses', async () => {
    const { sluice, key } = await importKey();
    await api.revokeKey(key);
    await sluice.chat.send('Still the old one?');
    await sluice.chat.parkedAnswer();

    assert.match(sluice.dialogs.errors.join('\n'), /^The API refuses “From Vault”/);
    await until('it to be noted', async () => (await entryOf(sluice, 'From Vault'))['health'] === 'invalid');
    assert.equal((await api.messages()).length, 1);

    await manager.will({ print: await makeValidKey('second') });
    sluice.dialogs.pick('Rotate…');
    await sluice.run(commands.keyActions, await keyIdOf(sluice, 'From Vault'));
    await sluice.chat.answerOf('done');
    assert.equal((await api.messages())[1]?.keyId, 'second');
  });

  it('are not there when the command fails, which is told with what to do', async () => {
    const sluice = await setup({ hasKey: false });
    await manager.will({ exitCode: 1 });
    await pickManager(sluice);

    assert.match(sluice.dialogs.errors.join('\n'), /^The command “Vault” failed\. Run it in a terminal to see why/);
    assert.deepEqual(await readSecrets(sluice.context), []);
    assert.deepEqual(await api.attempts(), []);
  });

  it('are not there when the command prints something else', async () => {
    const sluice = await setup({ hasKey: false });
    await manager.will({ print: 'Please sign in first.' });
    await pickManager(sluice);

    assert.match(sluice.dialogs.errors.join('\n'), /^The command “Vault” printed no API key/);
    assert.deepEqual(await readSecrets(sluice.context), []);
  });

  it('are not there when the command takes too long, and it is ended', async () => {
    const sluice = await setup({ hasKey: false });
    await manager.will({ hangs: true });
    hurry(longestRunMs);
    await pickManager(sluice);

    assert.match(sluice.dialogs.errors.join('\n'), /^The command “Vault” took too long\. It must not ask anything/);
    assert.deepEqual(await readSecrets(sluice.context), []);
  });

  it('that cannot be had in mid-use are told as what they are, and what was asked waits for them', async () => {
    const { sluice } = await importKey();
    const reloaded = await restart(sluice);
    await manager.will({ exitCode: 1 });
    await reloaded.chat.send('Can you be reached?');
    await reloaded.chat.parkedAnswer();
    await until('it to be told', () => reloaded.dialogs.errors.some((text) => text.includes('“Vault” failed')));
    assert.deepEqual(await api.messages(), []);
    assert.equal((await entryOf(reloaded, 'From Vault'))['health'], 'good', 'the key was blamed');

    await reloaded.run(commands.stop);
    assert.equal((await reloaded.chat.answerOf('failed')).state.title, 'Stopped');
  });

  it('that cannot be had once are asked for again when the person says so, and what waits goes on', async () => {
    const { sluice } = await importKey();
    const reloaded = await restart(sluice);
    await manager.will({ print: await makeValidKey('later'), failsOnce: true });
    reloaded.dialogs.press('Try Again');
    await reloaded.chat.ask('Can you be reached now?');

    assert.match(
      reloaded.dialogs.errors.join('\n'),
      /^The command “Vault” failed\..* Requests with “From Vault” wait\.$/,
    );
    assert.deepEqual(
      (await api.messages()).map(({ keyId }) => keyId),
      ['later'],
    );
  });

  async function importKey(): Promise<{ sluice: Sluice; key: string }> {
    const sluice = await setup({ hasKey: false });
    const key = await makeValidKey('first');
    await manager.will({ print: `\n ${key} \nExpires in a month.` });
    sluice.dialogs.type('From Vault');
    await pickManager(sluice);
    assert.deepEqual(sluice.dialogs.errors, []);
    sluice.dialogs.messages.length = 0;
    return { sluice, key };
  }
});

async function pickManager({ dialogs, run }: Sluice): Promise<void> {
  dialogs.pick('Vault');
  await run(commands.importKey);
}

/** Timers of just this length end at once, nearly: nobody need wait for half a minute. */
function hurry(lengthMs: number): void {
  const { setTimeout } = globalThis;
  const hurried = (run: () => void, ms?: number) => setTimeout(run, ms === lengthMs ? 500 : ms);
  globalThis.setTimeout = Object.assign(hurried, setTimeout);
}
