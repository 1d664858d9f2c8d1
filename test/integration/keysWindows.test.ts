import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import { commands, settingDefaults, settings } from '../../src/contributions';
import { api } from './support/api';
import { addValidKey, keyIdOf, makeValidKey } from './support/keys';
import { countByKey, sendMany, type Load } from './support/load';
import { openSecondWindow, type SecondWindow } from './support/secondWindow';
import { restoreUserSettings, setUserSetting } from './support/settings';
import { restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

const model = settingDefaults[settings.model];
const count = 40;
const running = 4;

describe('keys in two windows', () => {
  let second: SecondWindow | undefined;

  afterEach(async () => {
    await second?.close();
    second = undefined;
    restoreDialogs();
    await restoreUserSettings();
  });

  it('that are added in one are there in the other, and serve there', async () => {
    const sluice = await setup({ hasKey: false });
    second = await openSecondWindow(sluice);
    const { keyRing, clients } = second;
    assert.deepEqual(keyRing.list(), []);
    await addValidKey(sluice, 'Shared');
    await until('the other window to see it', () => keyRing.active()?.label === 'Shared');

    const load = sendMany(await clients.acquire(), 1, { model });
    await load.untilEnded();
    assert.deepEqual(countByKey(await api.messages()), { Shared: 1 });
  });

  it('that are rotated in one are used no more in the other, and none of its requests is lost', async () => {
    const { sluice, other, load } = await setUpLoad();
    const id = await keyIdOf(sluice, 'Used');
    const since = other.keyRing.find(id)?.since;
    sluice.dialogs.type(await makeValidKey('Renewed'));
    await sluice.run(commands.rotateKey, id);
    await until('the other window to see it', () => other.keyRing.find(id)?.since !== since);
    const atSwitch = (await api.messages()).length;
    await load.untilEnded();

    assert.equal(load.done.length, count);
    const later = (await api.messages()).slice(atSwitch);
    assert.deepEqual(countByKey(later), { Renewed: count - atSwitch });
  });

  it('that are revoked in one go out no more from the other, where what waits is parked and what runs is cut off', async () => {
    const { sluice, other, load } = await setUpLoad();
    const id = await keyIdOf(sluice, 'Used');
    sluice.dialogs.press('Revoke');
    await sluice.run(commands.revokeKey, id);
    await until('the rest to be parked', () => other.clients.waitingOf(id).parked === count - running);
    await until('what ran to be cut off', () => load.failed.length === running);

    assert.ok(load.failed.every(({ ending }) => ClientError.is(ending, 'authentication')));
    assert.equal(other.keyRing.secretOf(id), undefined);
    assert.deepEqual(countByKey(await api.messages()), { Used: running });
    await until('the API to see them end', async () =>
      (await api.messages()).every(({ outcome }) => outcome === 'aborted'),
    );
  });

  it('that the API refuses in one are tried by no other', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Used');
    second = await openSecondWindow(sluice);
    const { clients, keyRing } = second;
    await api.revokeKey('Used');
    await sluice.chat.send('Is it still good?');
    await sluice.chat.parkedAnswer();
    await until('the other window to know', () => keyRing.active()?.health === 'invalid');

    const load = sendMany(await clients.acquire(), 5, { model });
    await until('all to be parked', () => load.runs.every(({ parkedBy }) => parkedBy === 'key'));
    assert.equal((await api.messages()).length, 1);
    assert.equal(sluice.dialogs.errors.length, 1, 'it was told in both windows');
  });

  it('may be others: what is chosen for one window is for that one', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Mine');
    await addValidKey(sluice, 'Common');
    second = await openSecondWindow(sluice);
    const { keyRing } = second;
    sluice.dialogs.pick('Use in This Window');
    await sluice.run(commands.useKey, await keyIdOf(sluice, 'Mine'));
    await sluice.chat.ask('Mine?');
    assert.equal(keyRing.active()?.label, 'Common');

    sluice.dialogs.pick('Use in All Windows (Default)');
    await sluice.run(commands.useKey, await keyIdOf(sluice, 'Mine'));
    await until('the other window to follow', () => keyRing.active()?.label === 'Mine');
    assert.deepEqual(countByKey(await api.messages()), { Mine: 1 });
  });

  it('are counted together: what one spends holds back the other', async () => {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Capped');
    sluice.dialogs.type('0.01', '');
    await sluice.run(commands.setKeyBudget, await keyIdOf(sluice, 'Capped'));
    second = await openSecondWindow(sluice);
    const { clients } = second;
    await api.script({ outputTokens: 1_200 });
    await sluice.chat.ask('How much is it?');

    const load = sendMany(await clients.acquire(), 3, { model, priority: 'background' });
    await until('all to be parked', () => load.runs.every(({ parkedBy }) => parkedBy === 'budget'));
    assert.equal((await api.messages()).length, 1);
  });

  /** The second window has four answers under way with the key “Used”, and the rest waits. */
  async function setUpLoad(): Promise<{ sluice: Sluice; other: SecondWindow; load: Load }> {
    const sluice = await setup({ hasKey: false });
    await addValidKey(sluice, 'Used');
    await api.liftLimits();
    await setUserSetting(settings.maxConcurrent, running);
    second = await openSecondWindow(sluice);
    await api.script(
      ...Array.from({ length: running }, () => ({ outputTokens: 200, tokensPerSecond: 40, deltaIntervalMs: 50 })),
    );
    const load = sendMany(await second.clients.acquire(), count, { model });
    await until('the first answers to begin', () => load.runs.filter(({ text }) => text !== '').length === running);
    return { sluice, other: second, load };
  }
});
