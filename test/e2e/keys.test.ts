import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keysOfAnswers, useKeysWindow } from './keysWindow';
import { plantKey } from './plantedKeys';
import { waitForFileWith } from './sweep';

const organization = 'org-harbour';
const story = { text: `Once upon a time ${'there was a bucket '.repeat(300)}`, tokensPerSecond: 30 };

/** What the API says of a revoked key stands in the page's console too, as every notification of an error does. */
const expectedErrors = /refuses “Ferry”/;

const [harbour, newHarbour, ferry, newFerry] = [plantKey(), plantKey(), plantKey(), plantKey()];

/** One person, one morning with keys: each test goes on where the one before it ended. */
describe('keys in VS Code', () => {
  const opened = useKeysWindow({ settings: { 'sluice.limits.maxConcurrent': 1 } });

  before(() => {
    const { simulator } = opened();
    const keys = { harbour, 'harbour-2': newHarbour, ferry, 'ferry-2': newFerry };
    for (const [id, key] of Object.entries(keys)) simulator.addKey({ key, id, organization });
  });

  it('have a view that says what it is for while it is empty, and takes the first key', async () => {
    const { workbench, keys } = opened();
    await keys.open();
    await keys.welcome.getByText('Kept in VS Code’s secret storage, each with an account of its use.').waitFor();
    await keys.welcome.getByRole('button', { name: 'Import API Key…' }).waitFor();
    await workbench.screenshot('keys-empty');
    await keys.welcome.getByRole('button', { name: 'Add API Key…' }).click();
    await keys.answerAdding(harbour, 'Harbour');

    await keys.row('Harbour').filter({ hasText: 'in use' }).waitFor();
    assert.equal(await keys.textOf('Harbour'), `Harbour in use · ····${harbour.slice(-4)}`);
  });

  it('are told apart: the last one added is in use, and both share the limits of their organization', async () => {
    const { workbench, keys } = opened();
    await keys.add(ferry, 'Ferry');
    await keys.row('Ferry').filter({ hasText: 'in use' }).waitFor();
    await keys.row('Harbour').filter({ hasNotText: 'in use' }).waitFor();
    await keys.expand('Ferry');

    const shared = await keys.walkTo('Organization');
    await shared.filter({ hasText: 'shares its limits with “Harbour”' }).waitFor();
    const cap = await keys.walkTo('Spend cap');
    await cap.filter({ hasText: 'none' }).waitFor();
    await keys.fold();
    await keys.row('Ferry').hover();
    const hover = workbench.page.locator('.monaco-hover').filter({ visible: true, hasText: 'Ferry' }).first();
    await hover.filter({ hasText: organization }).waitFor();
    assert.equal((await hover.innerText()).includes(ferry.slice(-8)), false, 'more of the key than its end');
  });

  it('offer all that can be done with one at Enter', async () => {
    const { workbench, keys } = opened();
    const { quickInput } = workbench;
    await keys.showActions('Ferry');
    for (const action of ['Use…', 'Rotate…', 'Rename…', 'Environment…', 'Spend Cap…', 'Check Now', 'Revoke Now…'])
      await quickInput.rows(action).waitFor();
    await quickInput.pick({ title: 'Ferry' }, 'Environment…');
    await quickInput.pick({ title: 'Environment of “Ferry”' }, 'Staging');

    await keys.row('Ferry').filter({ hasText: 'Staging' }).waitFor();
  });

  it('serve as they are chosen, for this window alone where a person says so', async () => {
    const { simulator, workbench, chat, keys } = opened();
    await keys.act('Harbour', 'Use…');
    await workbench.quickInput.pick({ title: 'Use “Harbour”' }, 'Use in This Window');
    await workbench.closeNotification('“Harbour” is in use in this window.');
    await keys.row('Harbour').filter({ hasText: 'in use (this window)' }).waitFor();
    await keys.row('Ferry').filter({ hasText: 'default' }).waitFor();
    await chat.open();
    await chat.ask('Which key is this?');

    assert.deepEqual(keysOfAnswers(simulator), ['harbour']);
  });

  it('are rotated: the new one serves from then on, and the view shows its end', async () => {
    const { simulator, chat, keys } = opened();
    await keys.rotate('Harbour', newHarbour);
    await keys
      .row('Harbour')
      .filter({ hasText: `····${newHarbour.slice(-4)}` })
      .waitFor();
    await chat.open();
    await chat.ask('And now?');

    assert.equal(keysOfAnswers(simulator).at(-1), 'harbour-2');
  });

  it('can have a spend cap, and what was used stands beside it', async () => {
    const { workbench, keys } = opened();
    const { quickInput } = workbench;
    await keys.act('Harbour', 'Spend Cap…');
    await quickInput.waitFor({ placeholder: 'Daily cap' });
    await quickInput.type('much');
    await workbench.page.locator('.quick-input-message').filter({ hasText: 'An amount above 0' }).waitFor();
    await quickInput.answer({ placeholder: 'Daily cap' }, '5');
    await quickInput.answer({ placeholder: 'Monthly cap' }, '50');
    await workbench.closeNotification('Spend cap of “Harbour”: $5.00 a day, $50.00 a month.');
    await keys.expand('Harbour');

    const cap = await keys.walkTo('Spend cap');
    await cap.filter({ hasText: /of \$5\.00 today \(\d %\)/ }).waitFor();
    const today = await keys.walkTo('Today');
    await today.filter({ hasText: /\$0\.\d+ · 2 requests · [\d,.k]+ tokens/ }).waitFor();
    await keys.fold();
  });

  it('are revoked while one answer comes and another request waits: what came is kept, what waited goes on', async () => {
    const { simulator, workbench, chat, keys } = opened();
    simulator.script(story, { text: 'The timetable, in short.' });
    await workbench.openFile('departures.ts');
    await chat.open();
    await chat.send('Tell me a story.');
    await chat.answer.filter({ hasText: 'Once upon a time' }).waitFor();
    await workbench.runCommand('Sluice: Summarize File');
    await workbench.notification('Summar').waitFor();
    await keys.act('Harbour', 'Revoke Now…');
    const dialog = workbench.dialog('Revoke “Harbour” now?');
    await dialog.filter({ hasText: /Requests that wait with it: \d/ }).waitFor();
    await dialog.filter({ hasText: 'Answers that are being written with it: 1.' }).waitFor();
    await workbench.screenshot('keys-revoke-dialog');
    await workbench.answerDialog('Revoke “Harbour” now?', 'Revoke and Move to “Ferry”');

    const cutOff = chat.incompleteAnswer.filter({ hasText: 'The answer was cut off: its key was revoked' });
    await cutOff.filter({ hasText: 'Once upon a time' }).waitFor();
    await workbench.editorText.filter({ hasText: 'The timetable, in short.' }).waitFor();
    assert.equal(keysOfAnswers(simulator).at(-1), 'ferry');
    await workbench.closeNotification('“Harbour” is revoked here; nothing more goes out with it.');
    await keys.open();
    await keys.row('Revoked: 1 key').waitFor();
    await keys.row('Ferry').filter({ hasText: 'in use' }).waitFor();
  });

  it('that the API refuses make requests wait, with the way on, and they go on by themselves', async () => {
    const { simulator, workbench, chat, keys } = opened();
    simulator.revokeKey('ferry');
    simulator.script({ text: 'It works again.' });
    await chat.open();
    await chat.send('Does it still work?');
    const card = chat.waiting('Waiting for a key that works');
    await card.waitFor();
    const notice = workbench.notification('The API refuses “Ferry”');
    await notice.waitFor();
    await workbench.screenshot('keys-parked');
    assert.equal(await notice.count(), 1);
    const refused = simulator.log.attempts.length;
    await workbench.closeNotification('The API refuses “Ferry”');
    await card.getByRole('button', { name: /Manage.*Keys/ }).click();
    await keys.row('Ferry').filter({ hasText: 'refused by the API' }).waitFor();
    assert.equal(simulator.log.attempts.length, refused, 'something was sent with a refused key');
    await keys.rotate('Ferry', newFerry);

    await chat.whenAnswered('It works again.');
    assert.equal(keysOfAnswers(simulator).at(-1), 'ferry-2');
    await keys.row('Ferry').filter({ hasNotText: 'refused' }).waitFor();
  });

  it('are there again when the window is loaded anew, with all that is known of them', async () => {
    const { simulator, workbench, chat, keys } = opened();
    const before = await keys.textOf('Ferry');
    await workbench.reload();
    await keys.open();
    await keys.row('Revoked: 1 key').waitFor();
    await keys.row('Ferry').waitFor();
    assert.equal(await keys.textOf('Ferry'), before);
    await keys
      .row('Ferry')
      .filter({ hasText: 'Staging' })
      .filter({ hasText: `····${newFerry.slice(-4)}` })
      .waitFor();
    await chat.open();
    await chat.ask('And after a reload?');

    assert.equal(keysOfAnswers(simulator).at(-1), 'ferry-2');
  });

  it('leave an account of what happened to them, which is exported without any key', async () => {
    const { demo, workbench } = opened();
    const { quickInput } = workbench;
    await workbench.runCommand('Sluice: Export Audit Trail of Keys…');
    await quickInput.pick({ title: 'Export Audit Trail of Keys' }, 'JSON Lines');
    // It is proposed where no repository is; a test leaves nothing outside of its own folder.
    await quickInput.rows('..').first().waitFor();
    await quickInput.type(join(demo.workspaceFolder, 'sluice-keys-audit.jsonl'));
    await quickInput.rows('src').first().waitFor();
    await quickInput.accept();
    await workbench.notification(/sluice-keys-.*\.jsonl” is exported\./).waitFor();
    await waitForFileWith('"event":"revoked"', [demo.workspaceFolder]);

    const [name] = (await readdir(demo.workspaceFolder)).filter((each) => each.endsWith('.jsonl'));
    const text = await readFile(join(demo.workspaceFolder, name ?? ''), 'utf8');
    const events = [...text.matchAll(/"event":"(\w+)"/g)].map(([, event]) => event);
    assert.equal(
      events.join(' '),
      'added added environment window rotated budget revoked moved window invalid rotated',
    );
    for (const key of [harbour, newHarbour, ferry, newFerry]) assert.equal(text.includes(key.slice(-8)), false);
  });

  it('have made the page report no error but the one that was shown', () => {
    assert.deepEqual(
      opened().workbench.consoleErrors.filter((text) => !expectedErrors.test(text)),
      [],
    );
  });
});
