import assert from 'node:assert/strict';
import { commands, settings } from '../../src/contributions';
import { demoKey } from '../simulator/simulator';
import { api } from './support/api';
import { addValidKey, keyIdOf, readSecrets } from './support/keys';
import { writeWorkspaceSettings } from './support/settings';
import { restart, restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

const here = 'Use in This Window';
const everywhere = 'Use in All Windows (Default)';

describe('keys that serve', () => {
  afterEach(restoreDialogs);

  it('are the newest at first, then the one that is chosen for this window, over a reload too', async () => {
    const sluice = await setup();
    await addValidKey(sluice, 'Newest');
    assert.equal(await askWith(sluice, 'With the newest?'), 'Newest');

    sluice.dialogs.pick('Use…', here);
    await sluice.run(commands.keyActions, await keyIdOf(sluice, 'Test'));
    assert.notEqual(await askWith(sluice, 'With the first?'), 'Newest');

    const reloaded = await restart(sluice);
    assert.notEqual(await askWith(reloaded, 'With the first, still?'), 'Newest');
  });

  it('are the default of all windows where no window has a choice of its own', async () => {
    const sluice = await setup();
    await addValidKey(sluice, 'Second');
    await addValidKey(sluice, 'Third');
    const second = await keyIdOf(sluice, 'Second');
    sluice.dialogs.pick(everywhere);
    await sluice.run(commands.useKey, second);

    assert.equal(await sluice.context.secrets.get('sluice.activeKey'), second);
    assert.equal(await askWith(sluice, 'With the default?'), 'Second');
    assert.equal(await askWith(await restart(sluice), 'And after a reload?'), 'Second');
  });

  it('are chosen by a trusted workspace by their label, as long as it says so', async () => {
    const sluice = await setup();
    await addValidKey(sluice, 'Work');
    await addValidKey(sluice, 'Home');
    const file = await writeWorkspaceSettings({ [settings.key]: 'Work' });
    try {
      assert.equal(await askWith(sluice, 'With the key of the workspace?'), 'Work');
    } finally {
      await file.remove();
    }
    assert.equal(await askWith(sluice, 'With the default again?'), 'Home');
    assert.deepEqual(sluice.dialogs.errors, []);
  });

  it('are chosen in this window over the head of the workspace', async () => {
    const sluice = await setup();
    await addValidKey(sluice, 'Work');
    await addValidKey(sluice, 'Home');
    const file = await writeWorkspaceSettings({ [settings.key]: 'Work' });
    try {
      sluice.dialogs.pick(here);
      await sluice.run(commands.useKey, await keyIdOf(sluice, 'Home'));
      assert.equal(await askWith(sluice, 'Who decides?'), 'Home');
      sluice.dialogs.pick('As the Workspace Says');
      await sluice.run(commands.useKey, await keyIdOf(sluice, 'Home'));
      assert.equal(await askWith(sluice, 'And now?'), 'Work');
    } finally {
      await file.remove();
    }
  });

  for (const what of ['the id of a key', 'the secret of a key', 'a label that no key has'] as const) {
    it(`are not chosen by a workspace that names ${what}`, async () => {
      const sluice = await setup();
      const secret = await addValidKey(sluice, 'Target');
      await addValidKey(sluice, 'Default');
      const named = { 'the id of a key': await keyIdOf(sluice, 'Target'), 'the secret of a key': demoKey };
      const value = what === 'a label that no key has' ? 'Nobody' : named[what];
      const before = await readSecrets(sluice.context);
      const file = await writeWorkspaceSettings({ [settings.key]: value });
      try {
        assert.equal(await askWith(sluice, 'Whose choice is this?'), 'Default');
        sluice.dialogs.messages.length = 0;
        await sluice.run(commands.manageKeys);
      } finally {
        await file.remove();
      }
      assert.deepEqual(await readSecrets(sluice.context), before);
      assert.ok(!JSON.stringify([sluice.chat.states, sluice.dialogs.messages]).includes(secret));
    });
  }

  it('stay chosen while the API refuses them: nothing goes out silently with another one', async () => {
    const sluice = await setup();
    await addValidKey(sluice, 'Chosen');
    await api.revokeKey('Chosen');
    await sluice.chat.send('With which one?');
    await sluice.chat.parkedAnswer();

    await until('it to be told', () => sluice.dialogs.errors.length > 0);
    assert.deepEqual(sluice.dialogs.messages.at(-1)?.buttons, ['Replace…', 'Use Another…']);
    assert.deepEqual(
      (await api.messages()).map(({ keyId, status }) => [keyId, status]),
      [[undefined, 401]],
      'a key that the API knows was used instead',
    );
  });
});

/** Which key an answer was given for, by its name in the API's log. */
async function askWith({ chat }: Sluice, text: string): Promise<string | undefined> {
  await chat.ask(text);
  return (await api.messages()).at(-1)?.keyId;
}
