import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { api } from './support/api';
import { restoreDialogs, setup } from './support/sluice';
import { workspaceFolder } from './support/settings';
import { timetable } from './support/timetable';
import { until } from './support/waiting';

const megabyte = 1_000_000;

describe('summaries', () => {
  afterEach(async () => {
    restoreDialogs();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(fileUri('harbours'), { recursive: true }).then(undefined, () => {});
  });

  it('of a file open as a markdown document', async () => {
    const { run } = await setup();
    await api.script({ text: 'It lists the next ferries.' });
    await run(commands.summarizeFile, fileUri('src/departures.ts'));

    const document = activeDocument();
    assert.equal(document.languageId, 'markdown');
    assert.equal(document.getText(), '# Summary of src/departures.ts\n\nIt lists the next ferries.\n');
    const [attempt] = await api.messages();
    assert.match(JSON.stringify(attempt?.body), /Departures from a pier within the next hour/);
  });

  it('of a file mean the active editor when started from the palette, saved or not', async () => {
    const { run } = await setup();
    const document = await vscode.workspace.openTextDocument({ content: 'Nobody has saved this yet.' });
    await vscode.window.showTextDocument(document);
    await run(commands.summarizeFile);

    const [attempt] = await api.messages();
    assert.match(JSON.stringify(attempt?.body), /Nobody has saved this yet\./);
  });

  it('of a selection take no more than what is selected', async () => {
    const { run } = await setup();
    const document = await vscode.workspace.openTextDocument(fileUri('src/retry.ts'));
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    await run(commands.summarizeSelection);

    assert.match(activeDocument().getText(), /^# Summary of src\/retry\.ts:1–2\n\n\S/);
    const [attempt] = await api.messages();
    const body = JSON.stringify(attempt?.body);
    assert.match(body, /firstDelayMs = 250/);
    assert.doesNotMatch(body, /withRetry/);
  });

  it('of a folder name what they will take, and begin after a yes only', async () => {
    const { run, dialogs } = await setup();
    await writeMany('harbours', 30);
    await run(commands.summarizeFolder, fileUri('harbours'));
    const detail = dialogs.messages[0]?.detail ?? '';
    assert.match(detail, /^30 files\.\n/);
    assert.match(detail, /\nAbout \d+ requests, [\d.]+k? tokens in and [\d.]+k? out\.\n/);
    assert.match(detail, /About \$[\d.]+; as a batch about \$[\d.]+, within a day\./);
    assert.deepEqual(dialogs.messages[0]?.buttons, ['Summarize', 'As a Batch, Half Price']);
    assert.deepEqual(await api.messages(), []);

    dialogs.press('Summarize', 'Open Summary');
    await run(commands.summarizeFolder, fileUri('harbours'));

    // The editor hears of it a moment after the job has ended.
    await until('the document to be whole', () => isWhole('harbours'));
    const text = activeDocument().getText();
    for (const number of [1, 17, 30]) assert.ok(text.includes(`## harbours/${number}.txt`), text);
  });

  it('of a small folder begin at once: a summary of each file and of all, in one request', async () => {
    const { run, dialogs } = await setup();
    await run(commands.summarizeFolder, fileUri('src'));

    const text = activeDocument().getText();
    assert.match(text, /^# Summary of src\n/);
    assert.deepEqual(
      dialogs.messages.filter(({ buttons }) => buttons.includes('Summarize')),
      [],
    );
    assert.ok((await api.messages()).length > 0);
  });

  it('of a folder leave out what .gitignore names and what is no text', async () => {
    const { run, dialogs } = await setup();
    await writeFile('mixed/.gitignore', 'secret.txt\n');
    await writeFile('mixed/secret.txt', 'Not for others.');
    await writeFile('mixed/picture.bin', new Uint8Array([1, 0, 2, 0]));
    await writeFile('mixed/notes.txt', 'For everybody.');
    dialogs.press('Summarize');
    await run(commands.summarizeFolder, fileUri('mixed'));

    const bodies = JSON.stringify(await api.messages());
    assert.match(bodies, /For everybody/);
    assert.doesNotMatch(bodies, /Not for others/);
  });

  it('of a text larger than the limit are put together from its pieces', async () => {
    const { run } = await setup();
    await openText(timetable(900));
    await run(commands.summarizeFile);

    const attempts = await api.messages();
    assert.ok(attempts.length > 2, `only ${attempts.length} requests`);
    assert.match(activeDocument().getText(), /^# Summary of /);
  });

  for (const [what, write, message] of [
    ['an empty file', () => writeFile('empty.txt', ''), /empty\.txt is empty/],
    ['a binary file', () => writeFile('ferry.bin', new Uint8Array([7, 0, 7])), /ferry\.bin is not a text file/],
    ['an unreadable file', () => writeLoop('loop.txt'), /Failed to read loop\.txt/],
    ['a missing file', () => Promise.resolve(fileUri('gone.txt')), /Failed to read gone\.txt/],
    ['a file beyond all reading', () => writeFile('huge.log', new Uint8Array(21 * megabyte).fill(97)), /too large/],
  ] as const) {
    it(`of ${what} end in a clear message, and nothing is sent`, async () => {
      const { run, dialogs } = await setup();
      const uri = await write();
      await run(commands.summarizeFile, uri);

      assert.equal(dialogs.errors.length, 1);
      assert.match(dialogs.errors[0] ?? '', message);
      assert.deepEqual(await api.messages(), []);
      await vscode.workspace.fs.delete(uri).then(undefined, () => unlink(uri.fsPath).catch(() => {}));
    });
  }

  it('end at Cancel, without a document and without a word', async () => {
    const { run, dialogs } = await setup();
    await api.script({ outputTokens: 2_000, tokensPerSecond: 20 });
    const ended = run(commands.summarizeFile, fileUri('src/retry.ts'));
    await until('the request', async () => (await api.messages()).length === 1);
    assert.equal(dialogs.progress.at(-1)?.title, 'Summarizing src/retry.ts');
    dialogs.progress.at(-1)?.cancel();
    await ended;

    await until('the API to see it', async () => (await api.messages())[0]?.outcome === 'aborted');
    assert.deepEqual(dialogs.messages, []);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('that fail half-way keep what they have, name what is missing, and tell the error once', async () => {
    const { run, dialogs } = await setup();
    await openText(timetable(900));
    await api.script({ text: 'It leaves at noon.' });
    await api.addFault({ kind: 'forbidden' }, { bodyIncludes: 'departure 850 ' });
    await run(commands.summarizeFile);

    const text = activeDocument().getText();
    assert.match(text, /^# Summary of .* \(incomplete\)\n\n/);
    assert.match(text, /\d+ of \d+ parts are missing\. This key may not do that/);
    assert.equal(dialogs.errors.length, 1);
    assert.match(dialogs.errors[0] ?? '', /^Failed to summarize: This key may not do that/);
  });

  it('end at Cancel with what they have, marked incomplete, and without a word', async () => {
    const { run, dialogs } = await setup();
    await openText(timetable(900));
    await api.script({ text: 'It leaves at noon.' });
    await api.script({ outputTokens: 2_000, tokensPerSecond: 20 });
    const ended = run(commands.summarizeFile);
    await until('the second piece', async () => (await api.messages()).length > 1);
    dialogs.progress.at(-1)?.cancel();
    await ended;

    const isTold = () => /^# Summary of .* \(incomplete\)\n\n/.test(activeDocument().getText());
    await until('the document to say so', isTold);
    const text = activeDocument().getText();
    assert.match(text, /It leaves at noon\./);
    assert.match(text, /It was cancelled before it was whole\./);
    assert.deepEqual(dialogs.messages, []);
  });

  it('of a file beyond 100k tokens begin after a yes only', async () => {
    const { run, dialogs } = await setup();
    await openText(timetable(8_000));
    await run(commands.summarizeFile);
    assert.match(dialogs.messages[0]?.detail ?? '', /About \d+ requests, [1-9]\d\dk tokens in/);
    assert.deepEqual(await api.messages(), []);
  });

  it('of what lies outside the workspace name no path of this machine', async () => {
    const { run } = await setup();
    const folder = await mkdtemp(join(tmpdir(), 'sluice-outside-'));
    const file = vscode.Uri.file(join(folder, 'diary.txt'));
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('Dear diary.'));
    await run(commands.summarizeFile, file);

    assert.match(activeDocument().getText(), /^# Summary of diary\.txt\n/);
    const bodies = JSON.stringify(await api.messages());
    assert.match(bodies, /Summarize \\"diary\.txt/);
    assert.ok(!bodies.includes('sluice-outside-'), bodies);
    await rm(folder, { recursive: true });
  });

  it('of the workspace itself call it by its name', async () => {
    const { run, dialogs } = await setup();
    dialogs.press('Open Summary');
    await run(commands.summarizeFolder, workspaceFolder());
    assert.ok(
      activeDocument()
        .getText()
        .startsWith(`# Summary of ${basename(workspaceFolder().path)}\n`),
    );
  });

  it('of a folder end without a word when its search is cancelled', async () => {
    const { run, dialogs } = await setup();
    dialogs.isHasty = true;
    await run(commands.summarizeFolder, fileUri('src'));
    assert.equal(dialogs.progress.at(-1)?.title, 'Reading src…');
    assert.deepEqual(dialogs.messages, []);
  });

  it('of a large folder leave out what is beyond the bound of reading, and say so', async () => {
    const { run, dialogs } = await setup();
    const blob = new Uint8Array(3.9 * megabyte);
    for (let number = 10; number < 16; number++) await writeFile(`large/${number}.dat`, blob);
    await writeFile('large/notes.txt', 'Small enough.');
    await run(commands.summarizeFolder, fileUri('large'));

    assert.match(dialogs.messages[0]?.text ?? '', /^large holds more than 20\.0 MB; files left out: 1\.$/);
    await vscode.workspace.fs.delete(fileUri('large'), { recursive: true });
  });

  it('without a key offer to add one', async () => {
    const { run, dialogs } = await setup({ hasKey: false });
    dialogs.press('Add API Key…');
    await run(commands.summarizeFile, fileUri('src/retry.ts'));

    assert.deepEqual(dialogs.errors, ['Add an API key first.']);
    assert.equal(dialogs.inputBoxes[0]?.password, true);
  });

  it('that the API refuses say why, and open no document', async () => {
    const { run, dialogs } = await setup();
    await api.addFault({ kind: 'forbidden' });
    await run(commands.summarizeFile, fileUri('src/retry.ts'));

    assert.match(dialogs.errors.join('\n'), /Failed to summarize: This key may not do that/);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });
});

describe('a question about a selection', () => {
  afterEach(async () => {
    restoreDialogs();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('sends the selection along', async () => {
    const { run, dialogs, chat } = await setup();
    const document = await vscode.workspace.openTextDocument(fileUri('src/retry.ts'));
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    dialogs.type('What is the first delay?');
    await run(commands.askSelection);

    await chat.answerOf('done');
    assert.equal(chat.state?.turns[0]?.attachments[0]?.name, 'src/retry.ts:1–2');
    assert.match(JSON.stringify(await api.messages()), /firstDelayMs = 250/);
  });

  it('of five megabytes is refused with its size, and nothing is sent', async () => {
    const { run, dialogs } = await setup();
    const document = await vscode.workspace.openTextDocument({ content: 'five bytes\n'.repeat((5 * megabyte) / 11) });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, document.lineCount, 0);
    await run(commands.askSelection);

    assert.deepEqual(dialogs.errors, [
      'The selection has 5.0 MB; a question takes at most 1.0 MB. Select less, or summarize it.',
    ]);
    assert.deepEqual(dialogs.inputBoxes.slice(2), [], 'a question was asked for');
    assert.deepEqual(await api.messages(), []);
  });
});

async function writeMany(folder: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) await writeFile(`${folder}/${number}.txt`, timetable(8 + number));
}

async function openText(content: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content }));
}

function fileUri(path: string): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder(), path);
}

async function writeFile(path: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const uri = fileUri(path);
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return uri;
}

/** Unreadable for everybody, whatever the rights of who runs this: a link to itself. */
async function writeLoop(path: string): Promise<vscode.Uri> {
  const uri = fileUri(path);
  await symlink(uri.fsPath, uri.fsPath);
  return uri;
}

function isWhole(title: string): boolean {
  const text = activeDocument().getText();
  return text.startsWith(`# Summary of ${title}\n`) && !text.includes('*Being made');
}

function activeDocument(): vscode.TextDocument {
  const document = vscode.window.activeTextEditor?.document;
  assert.ok(document, 'no document was opened');
  return document;
}
