import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { api } from './support/api';
import { addValidKey, entryOf, keyIdOf, makeKey, makeValidKey, readSecrets } from './support/keys';
import { addKey, restoreDialogs, setup } from './support/sluice';
import { until } from './support/waiting';

describe('keys that are added', () => {
  afterEach(restoreDialogs);

  for (const [kind, what, reason] of [
    ['admin01', 'an admin key', /This is an admin key: it could change your whole organization/],
    ['oat01', 'a token of a sign-in', /This is a token of a sign-in: it opens an account/],
    ['ort01', 'a token that renews a sign-in', /This is a token of a sign-in: it opens an account/],
  ] as const) {
    it(`are refused when one is ${what}, with the reason, before anything is sent`, async () => {
      const { context, dialogs, run } = await setup({ hasKey: false });
      const key = makeKey(kind);
      dialogs.type(key, 'Test');
      await run(commands.addKey);

      const refusal = (await dialogs.complaintAbout('API key', key)) ?? '';
      assert.match(refusal, reason);
      assert.ok(!refusal.includes(key.slice(0, 20)), 'the refusal shows the key');
      assert.deepEqual(await readSecrets(context), []);
      assert.deepEqual(await api.attempts(), []);
    });
  }

  it('are taken with white space and quotes around them', async () => {
    const sluice = await setup({ hasKey: false });
    const key = await makeValidKey('pasted');
    await addKey(sluice, `  "${key}"\n`, 'Pasted');

    assert.equal((await entryOf(sluice, 'Pasted'))['key'], key);
    await sluice.chat.ask('Is it the one?');
    assert.equal((await api.messages())[0]?.keyId, 'pasted');
  });

  it('are checked by one call that costs nothing', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Checked');

    const attempts = await api.attempts();
    assert.deepEqual(
      attempts.map(({ path }) => path.replace(/\?.*/, '')),
      ['/v1/models'],
    );
  });

  it('are recognized when they are there already, whatever they are to be called', async () => {
    const sluice = await setup({ hasKey: false });
    const key = await addValidKey(sluice, 'First');
    const before = (await readSecrets(sluice.context)).length;
    await addKey(sluice, ` ${key} `, 'Second');

    assert.match(sluice.dialogs.textsOf('information').join('\n'), /This key is already stored as “First”/);
    assert.equal((await readSecrets(sluice.context)).length, before);
  });

  it('do not take the label of another key, by which a workspace would choose', async () => {
    const sluice = await setup();
    sluice.dialogs.type(await makeValidKey('second'));
    await sluice.run(commands.addKey);

    assert.equal(await sluice.dialogs.complaintAbout('Label', 'Test'), 'Another key is called that.');
  });

  it('learn their organization from the check, and keep when they came in', async () => {
    const before = Date.now();
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Dated', 'org-dated');

    const { organization, addedAt, since, health } = await entryOf(sluice, 'Dated');
    assert.deepEqual([organization, health], ['org-dated', 'good']);
    assert.ok(Number(addedAt) >= before && Number(addedAt) <= Date.now());
    assert.equal(since, addedAt);
  });

  it('that are gone meanwhile are said to be so by every command', async () => {
    const sluice = await setup();
    const id = await keyIdOf(sluice, 'Test');
    await until('the chat to know it', () => sluice.chat.state?.hasKey === true);
    await sluice.context.secrets.delete(`sluice.key.${id}`);
    await until('the chat to hear of it', () => sluice.chat.state?.hasKey === false);
    for (const command of [commands.rotateKey, commands.revokeKey, commands.useKey, commands.setKeyBudget]) {
      sluice.dialogs.messages.length = 0;
      await vscode.commands.executeCommand(command, id);
      assert.deepEqual(sluice.dialogs.textsOf('information'), ['This key is not there any more.'], command);
    }
  });
});
