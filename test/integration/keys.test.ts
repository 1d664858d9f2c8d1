import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { demoKey } from '../simulator/simulator';
import { api } from './support/api';
import { keyIdOf, readSecrets } from './support/keys';
import { addKey, meterShows, restart, restoreDialogs, setup } from './support/sluice';
import { until } from './support/waiting';

const wrongKey = 'demo-key-mistyped';
const otherKey = 'demo-key-other';

describe('keys', () => {
  afterEach(restoreDialogs);

  it('are kept in SecretStorage', async () => {
    const { context } = await setup();

    const secrets = await readSecrets(context);
    assert.equal(secrets.filter((value) => value.includes(demoKey)).length, 1);
  });

  it('are in no file of this window: no state, settings, conversation or log', async () => {
    const sluice = await setup();
    await sluice.chat.ask('Where is the key?');
    await api.addFault({ kind: 'unauthorized' });
    await sluice.chat.send('And when it fails?');
    await sluice.chat.parkedAnswer();
    await restart(sluice);

    const { globalStorageUri, logUri } = sluice.context;
    // The extension's storage lies in the user's folder, its log in that of this session.
    const userFolder = dirname(dirname(globalStorageUri.fsPath));
    const files = [...(await listFiles(userFolder)), ...(await listFiles(dirname(dirname(logUri.fsPath))))];
    const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'latin1') })));
    assert.ok(
      texts.some(({ text }) => text.includes('Where is the key?')),
      'the conversation is not among the files',
    );
    assert.ok(
      texts.some(({ text }) => text.includes('sluice.sluice is active')),
      'the log is not among the files',
    );
    assert.deepEqual(
      texts.filter(({ text }) => text.includes(demoKey)).map(({ file }) => file),
      [],
    );
    assert.equal(JSON.stringify(sluice.chat.states).includes(demoKey), false, 'the webview was told the key');
  });

  it('are typed into a password box that stays when the focus goes', async () => {
    const { dialogs } = await setup();

    const [box] = dialogs.inputBoxes;
    assert.equal(box?.password, true);
    assert.equal(box?.ignoreFocusOut, true);
  });

  it('are not taken for a label, however they are pasted', async () => {
    const { dialogs } = await setup();

    const label = dialogs.inputBoxes.find(({ placeHolder }) => placeHolder === 'Label');
    const refusal = 'This holds a key. A label is shown openly: choose a name.';
    assert.equal(await label?.validateInput?.(demoKey), refusal);
    assert.equal(await label?.validateInput?.(`work ${demoKey}`), refusal);
    assert.equal(await label?.validateInput?.('Work'), undefined);
  });

  it('that the API refuses can be entered again at once', async () => {
    const sluice = await setup({ hasKey: false });
    sluice.dialogs.type(wrongKey, 'Test', demoKey, 'Test');
    sluice.dialogs.press('Enter Again…');
    await sluice.run(commands.addKey);

    const secrets = await readSecrets(sluice.context);
    assert.equal(secrets.filter((value) => value.includes(demoKey)).length, 1);
    assert.equal(secrets.filter((value) => value.includes(wrongKey)).length, 0);
  });

  it('that the API refuses are not stored, and the person is told', async () => {
    const sluice = await setup({ hasKey: false });
    await addKey(sluice, wrongKey);

    assert.match(sluice.dialogs.errors.join('\n'), /refuses it\. Nothing was stored/);
    assert.doesNotMatch(sluice.dialogs.errors.join('\n'), new RegExp(wrongKey));
    assert.deepEqual(await readSecrets(sluice.context), []);
    assert.match(sluice.meter.text, /Add Claude Key/);
  });

  it('that cannot be checked are not stored', async () => {
    const sluice = await setup({ hasKey: false });
    await api.addFault({ kind: 'connectionLost' }, { times: 10, path: '*' });
    await addKey(sluice, demoKey);

    assert.match(sluice.dialogs.errors.join('\n'), /no connection to .* Nothing was stored/);
    assert.deepEqual(await readSecrets(sluice.context), []);
  });

  it('are replaced by one that the API accepts, and only by such a one', async () => {
    const sluice = await setup();
    const id = await keyIdOf(sluice, 'Test');
    await api.addKey(otherKey);
    sluice.dialogs.pick('Rotate…');
    sluice.dialogs.type(wrongKey);
    await sluice.run(commands.keyActions, id);
    assert.match(sluice.dialogs.errors.join('\n'), /Nothing was stored/);
    await sluice.chat.ask('With the first key?');

    sluice.dialogs.pick('Rotate…');
    sluice.dialogs.type(otherKey);
    await sluice.run(commands.keyActions, id);
    await sluice.chat.ask('With the other key?');

    const [before, after] = await api.messages();
    assert.notEqual(before?.keyId, otherKey);
    assert.equal(after?.keyId, otherKey);
    assert.doesNotMatch((await readSecrets(sluice.context)).join('\n'), new RegExp(demoKey));
    assert.equal(await keyIdOf(sluice, 'Test'), id, 'it is another entry, and has lost its account');
  });

  it('are removed only after a yes, and then nothing can be sent', async () => {
    const sluice = await setup();
    const id = await keyIdOf(sluice, 'Test');
    sluice.dialogs.pick('Remove…');
    await sluice.run(commands.keyActions, id);
    assert.equal((await readSecrets(sluice.context)).length > 0, true, 'removed without a yes');

    sluice.dialogs.pick('Remove…');
    sluice.dialogs.press('Remove');
    await sluice.run(commands.keyActions, id);

    assert.deepEqual(await readSecrets(sluice.context), []);
    await meterShows(sluice, /Add Claude Key/);
    await until('the chat to hear of it', () => sluice.chat.state?.hasKey === false);
    assert.equal(await sluice.chat.send('Anybody there?'), false);
    assert.match(sluice.chat.state?.notice ?? '', /Add an API key first/);
  });

  it('are managed in a view of their own', async () => {
    const sluice = await setup();
    await sluice.run(commands.manageKeys);
    assert.deepEqual(sluice.dialogs.picks, [], 'it asks in a list');
    await until('the view to be there', async () =>
      (await vscode.commands.getCommands()).includes('sluice.keys.focus'),
    );
  });
});

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
