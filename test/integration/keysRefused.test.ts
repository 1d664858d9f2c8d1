import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, documentSchemes, settingDefaults, settings } from '../../src/contributions';
import { api } from './support/api';
import { addValidKey, entryOf, keyIdOf, makeValidKey } from './support/keys';
import { countByKey, numberOf, sendMany, sorted } from './support/load';
import { restoreUserSettings, setUserSetting } from './support/settings';
import { restoreDialogs, setup, type Sluice } from './support/sluice';
import { timetable } from './support/timetable';
import { until } from './support/waiting';

const model = settingDefaults[settings.model];
const count = 30;

describe('keys that the API refuses in mid-use', () => {
  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('send nothing more, are told once, and what waits goes on with the key that replaces them', async () => {
    const { sluice, load } = await refuseUnderLoad();
    const id = await keyIdOf(sluice, 'Used');
    await until('it to be noted', async () => (await entryOf(sluice, 'Used'))['health'] === 'invalid');
    assert.deepEqual(sluice.clients.waitingOf(id), { waiting: 0, running: 0, parked: count - 1 });
    assert.equal(sluice.dialogs.errors.length, 1, sluice.dialogs.errors.join('\n'));
    assert.deepEqual(sluice.dialogs.messages.at(-1)?.buttons, ['Replace…'], 'there is no other one to use');
    const before = await api.messages();
    assert.equal(before.filter(({ status }) => status === 401).length, 1, 'a refused key was used again');

    sluice.dialogs.type(await makeValidKey('Replacement'));
    await sluice.run(commands.rotateKey, id);
    await load.untilEnded();

    assert.equal(load.done.length, count);
    assert.deepEqual(countByKey(await api.messages()), { Used: 1, none: 1, Replacement: count - 1 });
    assert.equal((await entryOf(sluice, 'Used'))['health'], 'good');
  });

  it('hand on what waits to another key when the person takes “Use Another…”', async () => {
    const { sluice, load } = await refuseUnderLoad(async (each) => {
      await addValidKey(each, 'Spare');
      each.dialogs.pick('Use in This Window');
      await each.run(commands.useKey, await keyIdOf(each, 'Used'));
      each.dialogs.press('Use Another…');
      each.dialogs.pick('Spare');
    });
    await load.untilEnded();

    assert.equal(load.done.length, count);
    const attempts = await api.messages();
    assert.deepEqual(countByKey(attempts), { Used: 1, none: 1, Spare: count - 1 });
    const answered = attempts.filter(({ outcome }) => outcome === 'completed').map(numberOf);
    assert.deepEqual(sorted(answered), sorted(load.runs.map(({ number }) => number)));
    assert.equal(sluice.dialogs.errors.length, 1);
  });

  it('go on when a check finds them good again', async () => {
    const { sluice, load } = await refuseUnderLoad();
    await api.addKey(await secretOf(sluice, 'Used'), { id: 'Used' });
    sluice.dialogs.pick('Check Now');
    await sluice.run(commands.keyActions, await keyIdOf(sluice, 'Used'));
    await load.untilEnded();

    assert.equal(load.done.length, count);
  });

  it('are known to be refused after a reload, and nothing is tried with them', async () => {
    const { sluice } = await refuseUnderLoad();
    const before = (await api.messages()).length;
    const client = await sluice.clients.acquire();
    const load = sendMany(client, 3, { model });
    await until('all to be parked', () => load.runs.every(({ parkedBy }) => parkedBy === 'key'));
    assert.equal((await api.messages()).length, before);
  });

  it('make a summary wait half-way, and nothing of it is lost', async () => {
    const sluice = await setup();
    const document = await vscode.workspace.openTextDocument({ content: timetable(900) });
    await vscode.window.showTextDocument(document);
    await api.addFault({ kind: 'unauthorized' }, { bodyIncludes: 'departure 850 ' });
    const ended = sluice.run(commands.summarizeFile);
    const id = await keyIdOf(sluice, 'Test');
    await until('the refusal to be told', () => sluice.dialogs.errors.length === 1);
    await until('the rest to be parked', () => sluice.clients.waitingOf(id).parked > 0);

    sluice.dialogs.type(await makeValidKey('replaced'));
    await sluice.run(commands.rotateKey, id);
    sluice.dialogs.press('Open Summary');
    await ended;
    await until('the summary', isSummaryShown);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^# Summary of /);
    assert.doesNotMatch(text, /incomplete|missing/);
    const refused = (await api.messages()).filter(({ status }) => status === 401);
    assert.equal(refused.length, 1, 'a refused key was used again');
  });
});

/** One request runs at a time; the key is revoked at the API while the first one does. Resolves when all others are parked. */
async function refuseUnderLoad(prepare: (sluice: Sluice) => Promise<void> = async () => {}) {
  const sluice = await setup({ hasKey: false });
  await addValidKey(sluice, 'Used');
  await prepare(sluice);
  sluice.dialogs.messages.length = 0;
  await api.liftLimits();
  await setUserSetting(settings.maxConcurrent, 1);
  await api.script({ outputTokens: 40, tokensPerSecond: 40, deltaIntervalMs: 25 });
  const load = sendMany(await sluice.clients.acquire(), count, { model });
  await until('the first answer to begin', () => load.runs.some(({ text }) => text !== ''));
  await api.revokeKey('Used');
  await until('the refusal to be told', () => sluice.dialogs.errors.length > 0);
  return { sluice, load };
}

async function secretOf(sluice: Sluice, label: string): Promise<string> {
  return String((await entryOf(sluice, label))['key']);
}

function isSummaryShown(): boolean {
  return vscode.window.activeTextEditor?.document.uri.scheme === documentSchemes.summary;
}
