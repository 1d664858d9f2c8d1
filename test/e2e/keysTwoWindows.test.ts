import assert from 'node:assert/strict';
import type { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { KeysView } from './keysView';
import { keysOfAnswers, useKeysWindow } from './keysWindow';
import { plantKey } from './plantedKeys';

const story = { text: `Once upon a time ${'there was a bucket '.repeat(300)}`, tokensPerSecond: 30 };
const [harbour, newHarbour, ferry] = [plantKey(), plantKey(), plantKey()];

/** Two windows of one profile. What is done in one holds in the other without anybody telling it. */
describe('keys in two windows', () => {
  const opened = useKeysWindow({ sharesSecrets: true });
  let other: Workbench;
  let otherChat: ChatPage;
  let otherKeys: KeysView;

  before(async () => {
    const { simulator, workbench } = opened();
    for (const [id, key] of Object.entries({ harbour, 'harbour-2': newHarbour, ferry })) simulator.addKey({ key, id });
    other = await workbench.openAnother();
    otherChat = new ChatPage(other);
    otherKeys = new KeysView(other);
  });

  it('show a key that was added in the other one, and send with it', async () => {
    const { simulator, keys } = opened();
    await otherKeys.open();
    await keys.open();
    await keys.add(harbour, 'Harbour');

    await otherKeys.row('Harbour').filter({ hasText: 'in use' }).waitFor();
    await otherChat.open();
    await otherChat.ask('Is the key here too?');
    assert.deepEqual(keysOfAnswers(simulator), ['harbour']);
  });

  it('send with the new secret once a key was rotated in the other one', async () => {
    const { simulator, keys } = opened();
    await keys.rotate('Harbour', newHarbour);

    await otherKeys.open();
    await otherKeys
      .row('Harbour')
      .filter({ hasText: `····${newHarbour.slice(-4)}` })
      .waitFor();
    await otherChat.open();
    await otherChat.ask('Is the new key here too?');
    assert.deepEqual(keysOfAnswers(simulator), ['harbour', 'harbour-2']);
  });

  it('keep a choice of one window to that window', async () => {
    const { workbench, keys } = opened();
    await keys.add(ferry, 'Ferry');
    await keys.act('Harbour', 'Use…');
    await workbench.quickInput.pick({ title: 'Use “Harbour”' }, 'Use in This Window');
    await workbench.closeNotification('“Harbour” is in use in this window.');

    await keys.row('Harbour').filter({ hasText: 'in use (this window)' }).waitFor();
    await otherKeys.open();
    await otherKeys.row('Ferry').filter({ hasText: 'in use' }).waitFor();
    await otherKeys.row('Harbour').filter({ hasNotText: 'in use' }).waitFor();
  });

  it('stop in the midst of an answer when its key is revoked in the other one, and keep what had come', async () => {
    const { simulator, workbench, keys } = opened();
    simulator.script(story);
    await otherChat.open();
    await otherChat.send('Tell me a story.');
    await otherChat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await keys.act('Ferry', 'Revoke Now…');
    await workbench.answerDialog('Revoke “Ferry” now?', 'Revoke');

    await otherChat.incompleteAnswer.filter({ hasText: 'Once upon a time' }).waitFor();
    await other.screenshot('keys-revoked-elsewhere');
    assert.equal(simulator.log.messages.at(-1)?.outcome, 'aborted');
    await otherKeys.open();
    await otherKeys.row('Revoked: 1 key').waitFor();
    await otherKeys.row('Harbour').filter({ hasText: 'in use' }).waitFor();
    await otherChat.open();
    await otherChat.ask('And with which key now?');
    assert.equal(keysOfAnswers(simulator).at(-1), 'harbour-2');
  });

  it('have made neither page report an error', () => {
    assert.deepEqual([...opened().workbench.consoleErrors, ...other.consoleErrors], []);
  });
});
