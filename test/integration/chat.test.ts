import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { isRecord } from '../support/files';
import { api } from './support/api';
import { addValidKey, keyIdOf, makeValidKey } from './support/keys';
import { meterShows, restart, restoreDialogs, setup, tooltipOf } from './support/sluice';
import { until } from './support/waiting';

const answer = 'A bucket that **refills**.\n\n```ts\nconst level = 1;\n```\n\nThat is all.';

/** So slow that a test can act while it streams; stopping it takes no longer. */
const slowly = { text: `${'word '.repeat(400)}end.`, tokensPerSecond: 40, deltaIntervalMs: 25 };

describe('chat', () => {
  afterEach(restoreDialogs);

  it('streams the answer exactly as the API gives it', async () => {
    const { chat } = await setup();
    await api.script({ text: answer });

    const turn = await chat.ask('What is a token bucket?');

    assert.equal(turn.text, answer);
    assert.deepEqual(
      chat.state?.turns.map(({ role }) => role),
      ['user', 'assistant'],
    );
    const texts = new Set(chat.states.map(({ turns }) => turns.at(-1)?.text));
    assert.ok(texts.size > 2, 'the answer did not come in pieces');
    const [attempt] = await api.messages();
    assert.equal(attempt?.body['stream'], true);
  });

  it('sends the conversation so far with every message', async () => {
    const { chat } = await setup();
    await api.script({ text: 'Four.' });
    await chat.ask('Two and two?');
    await chat.ask('And two more?');

    const [, second] = await api.messages();
    assert.deepEqual(textsOf(second?.body['messages']), [
      ['user', 'Two and two?'],
      ['assistant', 'Four.'],
      ['user', 'And two more?'],
    ]);
  });

  it('keeps what had arrived when it is stopped', async () => {
    const { chat, run } = await setup();
    await api.script(slowly);
    await chat.send('Tell me everything.');
    await until('the first words', () => (chat.answer?.text ?? '') !== '');
    await run(commands.stop);

    const { state, text } = await chat.answerOf('failed');
    assert.equal(state.title, 'Stopped');
    assert.equal(state.isIncomplete, true);
    assert.ok(text !== '' && slowly.text.startsWith(text) && text !== slowly.text);
    await until('the API to see it', async () => (await api.messages())[0]?.outcome === 'aborted');
    assert.equal(chat.state?.isBusy, false);
  });

  it('waits when the key is refused, says what to do, shows it in the meter, and goes on with another key', async () => {
    const sluice = await setup();
    await api.addFault({ kind: 'unauthorized' });
    await sluice.chat.send('Is my key still good?');

    const { title } = await sluice.chat.parkedAnswer();
    assert.equal(title, 'Waiting for a key that works');
    await meterShows(sluice, /^\$\(error\) /);
    const color = sluice.meter.backgroundColor;
    assert.equal(color instanceof vscode.ThemeColor && color.id, 'statusBarItem.errorBackground');
    assert.equal((await api.messages()).length, 1, 'a refused key was tried again');
    assert.equal(sluice.dialogs.errors.length, 1, 'it was told more than once, or not at all');
    assert.match(sluice.dialogs.errors[0] ?? '', /^The API refuses “Test”: .* Nothing more is sent with it/);

    sluice.dialogs.type(await makeValidKey('replaced'));
    await sluice.run(commands.rotateKey, await keyIdOf(sluice, 'Test'));
    await sluice.chat.answerOf('done');
    await meterShows(sluice, /RPM/);
    assert.equal(sluice.chat.state?.turns.length, 2, 'the answer that waited is a second one');
    assert.equal((await api.messages())[1]?.keyId, 'replaced');
  });

  it('that waits for a key can be stopped, and asked for again', async () => {
    const sluice = await setup();
    await api.addFault({ kind: 'unauthorized' });
    await sluice.chat.send('Is my key still good?');
    await sluice.chat.parkedAnswer();
    await sluice.run(commands.stop);
    const { id, state } = await sluice.chat.answerOf('failed');
    assert.equal(state.title, 'Stopped');

    await addValidKey(sluice, 'Another');
    sluice.chat.post({ type: 'act', payload: { turnId: id, action: 'retry' } });
    await sluice.chat.answerOf('done');
    assert.equal((await api.messages())[1]?.keyId, 'Another');
  });

  it('waits as long as a 429 tells, in words with the clock time, and succeeds without an error', async () => {
    const { chat, dialogs } = await setup();
    await api.addFault({ kind: 'rateLimited', retryAfter: 2 });

    await chat.ask('Is there room?');

    const waits = chat.states.flatMap(({ turns }) => {
      const state = turns.at(-1)?.state;
      return state?.kind === 'waiting' && state.until !== undefined ? [state.title] : [];
    });
    assert.match(waits.join('\n'), /Waiting for the rate limit until (\d\d:){2}\d\d/);
    const [refused, served, ...more] = await api.messages();
    assert.ok(refused && served && more.length === 0);
    assert.ok(served.at - refused.at >= 2_000, `sent again after ${served.at - refused.at} ms`);
    assert.deepEqual(dialogs.messages, []);
  });

  it('keeps what had arrived when the API is overloaded in mid-stream, and sends nothing again by itself', async () => {
    const { chat } = await setup();
    await api.script({ text: answer });
    await api.addFault({ kind: 'midStreamError', afterDeltas: 2 });
    await chat.send('Will it hold?');

    const { state, text } = await chat.answerOf('failed');
    assert.match(state.title, /cut off: Anthropic is overloaded/);
    assert.equal(state.isIncomplete, true);
    assert.ok(text !== '' && answer.startsWith(text));
    assert.equal((await api.messages()).length, 1);
  });

  it('tells the meter what is left, and the tooltip all three limits', async () => {
    const sluice = await setup();
    await meterShows(sluice, /Limits unknown|RPM/);
    await sluice.chat.ask('How much is left?');

    assert.match(await meterShows(sluice, /RPM/), /^\$\(pulse\) \d+ RPM · [\d.]+k? TPM$/);
    const tooltip = tooltipOf(sluice);
    for (const name of ['Requests', 'Input tokens', 'Output tokens', '0 waiting']) assert.ok(tooltip.includes(name));
    assert.equal(sluice.meter.command, commands.showQuota);
  });

  it('is on disk when the answer is, and comes back with the next start', async () => {
    const first = await setup();
    await api.script({ text: answer });
    await first.chat.ask('Will you remember this?');
    const before = first.chat.state?.turns;

    const second = await restart(first);
    await until('the saved turns', () => second.chat.state?.turns.length === 2);
    assert.deepEqual(second.chat.state?.turns, before);

    await second.run(commands.newChat);
    const third = await restart(second);
    await until('the first state', () => third.chat.state);
    assert.deepEqual(third.chat.state?.turns, []);
  });

  it('that was under way at the end comes back incomplete, with what had arrived', async () => {
    const first = await setup();
    await api.script(slowly);
    await first.chat.send('Tell me everything.');
    await until('some words', () => (first.chat.answer?.text.length ?? 0) > 20);

    const second = await restart(first);
    const { state, text } = await second.chat.answerOf('failed');
    assert.equal(state.isIncomplete, true);
    assert.ok(text.length > 20 && slowly.text.startsWith(text));
  });

  it('starts empty, keeps the damaged file and says so, when what is on disk cannot be understood', async () => {
    const first = await setup();
    await first.chat.ask('Something to save.');
    const folder = first.context.globalStorageUri;
    const second = await restart(first, async () => {
      const garbage = new TextEncoder().encode('This is no database.'.repeat(1_000));
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'sluice.db'), garbage);
    });
    await until('the first state', () => second.chat.state);
    assert.deepEqual(second.chat.state?.turns, []);
    await second.chat.ask('Does it still work?');
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([each]) => each);
    assert.ok(
      names.some((each) => each.startsWith('sluice.db.corrupt-')),
      `there is only ${names.join(', ')}`,
    );
    assert.match(second.dialogs.messages.map(({ text }) => text).join('\n'), /history was damaged/);
  });

  it('takes nothing empty, and no message of another shape', async () => {
    const { chat } = await setup();
    assert.equal(await chat.send('   \n'), false);
    for (const message of [
      undefined,
      'send',
      { type: 'send' },
      { type: 'act', payload: { turnId: 1 } },
      { type: '__proto__' },
    ]) {
      chat.postRaw(message);
    }

    assert.equal((await chat.ask('Still fine?')).state.kind, 'done');
    assert.equal((await api.messages()).length, 1);
  });

  it('names a model that the API does not know', async () => {
    const { chat } = await setup();
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update('sluice.model', 'claude-nobody-1', vscode.ConfigurationTarget.Workspace);
    try {
      await chat.send('Who are you?');
      const { state } = await chat.answerOf('failed');
      assert.match(state.title, /does not know the model claude-nobody-1/);
    } finally {
      await configuration.update('sluice.model', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
});

/** Role and text of every message of a request. */
function textsOf(messages: unknown): readonly (readonly [string, string])[] {
  assert.ok(Array.isArray(messages));
  return messages.filter(isRecord).map(({ role, content }) => {
    const blocks: readonly unknown[] = Array.isArray(content) ? content : [{ text: content }];
    const texts = blocks.filter(isRecord).map(({ text }) => String(text));
    return [String(role), texts.join('\n\n')] as const;
  });
}
