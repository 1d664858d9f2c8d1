import assert from 'node:assert/strict';
import { settings } from '../../src/contributions';
import { demoKey } from '../simulator/simulator';
import type { Fault } from '../simulator/faults';
import { api } from './support/api';
import { restoreUserSettings, setUserSetting } from './support/settings';
import { meterShows, restoreDialogs, setup } from './support/sluice';

const answer = 'A bucket that **refills**. It holds what it holds.';

/** What goes wrong, what the person reads about it, and the button that leads on. */
const failures: readonly (readonly [fault: Fault, title: RegExp, action: string | undefined])[] = [
  [{ kind: 'connectionLost' }, /^No answer: no connection to the API$/, 'retry'],
  [{ kind: 'overloaded' }, /^No answer: Anthropic is overloaded$/, 'retry'],
  [{ kind: 'forbidden' }, /^This key may not do that$/, 'openSettings'],
  [{ kind: 'billing' }, /^Payment trouble at Anthropic$/, 'retry'],
  [{ kind: 'tooLarge' }, /^Too large for one request$/, undefined],
  [{ kind: 'spendLimit' }, /^The spend limit is reached/, 'retry'],
  [{ kind: 'ownSpendLimit' }, /^The spend limit is reached/, 'retry'],
];

const breaks: readonly (readonly [fault: Fault, title: RegExp])[] = [
  [{ kind: 'earlyClose', afterDeltas: 2 }, /^The answer was cut off: the stream ended early$/],
  [{ kind: 'socketLost', afterDeltas: 2 }, /^The answer was cut off: no connection to the API$/],
  [{ kind: 'keyRevokedMidStream', afterDeltas: 2 }, /^The answer was cut off: its key was revoked$/],
];

describe('a failure', () => {
  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
    // A revoked key stays revoked.
    await api.addKey(demoKey);
  });

  for (const [fault, title, action] of failures) {
    it(`of the kind "${fault.kind}" is told in the chat, once, with what to do`, async () => {
      const { chat, dialogs } = await setup();
      await setUserSetting(settings.maxAttempts, 1);
      await api.addFault(fault);
      await chat.send('Does it work?');

      const { state } = await chat.answerOf('failed');
      assert.match(state.title, title);
      assert.equal(state.actions[0]?.id, action);
      assert.ok(state.detail, 'nothing says what to do next');
      assert.deepEqual(dialogs.messages, [], 'it was told a second time');
      assert.equal((await api.messages()).length, 1);
      assert.equal(chat.state?.turns[0]?.text, 'Does it work?');
    });
  }

  for (const [fault, title] of breaks) {
    it(`of the kind "${fault.kind}" keeps what had arrived, and sends nothing again by itself`, async () => {
      const { chat } = await setup();
      await api.script({ text: answer });
      await api.addFault(fault);
      await chat.send('Will it hold?');

      const { state, text } = await chat.answerOf('failed');
      assert.match(state.title, title);
      assert.equal(state.isIncomplete, true);
      assert.ok(text !== '' && answer.startsWith(text) && text !== answer);
      assert.equal((await api.messages()).length, 1);
    });
  }

  it('of a revoked key leads to the keys, from the meter too', async () => {
    const sluice = await setup();
    await api.script({ text: answer });
    await api.addFault({ kind: 'keyRevokedMidStream', afterDeltas: 2 });
    await sluice.chat.send('Will it hold?');

    const { state } = await sluice.chat.answerOf('failed');
    assert.equal(state.actions[0]?.id, 'manageKeys');
    await meterShows(sluice, /Claude Key Refused/);
    assert.equal(sluice.meter.command, 'sluice.manageKeys');
  });

  it('that passes is tried again without a word', async () => {
    const { chat, dialogs } = await setup();
    await api.addFault({ kind: 'unavailable' });
    await api.script({ text: answer });

    assert.equal((await chat.ask('Does it work?')).text, answer);
    assert.equal((await api.messages()).length, 2);
    assert.deepEqual(dialogs.messages, []);
  });
});
