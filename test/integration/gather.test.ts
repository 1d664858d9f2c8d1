import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { TextGatherer } from '../../src/host/summarize/gather';
import type { GatheredTexts } from '../../src/host/summarize/gathered';
import { SourceError } from '../../src/host/summarize/textSources';
import { createRandom } from '../support/random';
import { Dialogs } from './support/dialogs';
import { workspaceFolder, writeWorkspaceSettings } from './support/settings';
import { GitDesk } from './support/gitDesk';
import { until } from './support/waiting';

const log = { info: () => {}, warn: () => {}, error: () => {}, show: () => {} };

/**
 * Where this file has its own files; gone after each test. VS Code keeps the text of a closed editor for a while, so each
 * test opens a name of its own.
 */
const own = vscode.Uri.joinPath(workspaceFolder(), 'gathering');

describe('the gathering of texts', () => {
  let dialogs: Dialogs;
  let gatherer: TextGatherer;

  beforeEach(() => {
    dialogs = new Dialogs();
    gatherer = new TextGatherer({ log, chatText: async () => ({ title: 'Ferries', text: 'When?' }) });
  });

  afterEach(async () => {
    dialogs.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(own, { recursive: true }).then(undefined, () => {});
  });

  describe('from a selection', () => {
    it('takes all that is selected, and nothing else', async () => {
      const editor = await show(await write('list.txt', 'one\ntwo\nthree\nfour\n'));
      editor.selections = [new vscode.Selection(0, 0, 0, 3), new vscode.Selection(2, 0, 2, 5)];
      const texts = await gatherer.selection();
      assert.deepEqual(textsOf(texts), { 'gathering/list.txt:1': 'one\n\nthree' });
      assert.equal(texts.title, 'gathering/list.txt:1');
      assert.deepEqual([texts.subject, texts.priority], ['text', 'normal']);
      assert.equal(texts.sources[0]?.uri, editor.document.uri.toString());
    });

    it('needs one', async () => {
      await assert.rejects(gatherer.selection(), isRefusal(/Open a file and select/));
      // An editor remembers what was selected in a file.
      await show(await write('untouched.txt', 'one\n'));
      await assert.rejects(gatherer.selection(), isRefusal(/Select some text first/));
    });
  });

  describe('from a file', () => {
    it('takes what the editor shows, saved or not', async () => {
      const editor = await show(await write('edited.txt', 'one\n'));
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'zero\n'));
      assert.deepEqual(textsOf(await gatherer.file()), { 'gathering/edited.txt': 'zero\none\n' });
    });

    it('takes what was never saved', async () => {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'Only here.' }));
      const [source] = (await gatherer.file()).sources;
      assert.equal(source?.text, 'Only here.');
      assert.match(source?.uri ?? '', /^untitled:/);
    });

    it('takes the newer of two that are compared', async () => {
      const [older, newer] = [await write('older.txt', 'older'), await write('newer.txt', 'newer')];
      await vscode.commands.executeCommand('vscode.diff', older, newer);
      assert.deepEqual(textsOf(await gatherer.file()), { 'gathering/newer.txt': 'newer' });
    });

    it('takes a notebook as it is read, closed and open', async () => {
      const cell = { cell_type: 'code', metadata: {}, execution_count: null, outputs: [], source: ['x = 1'] };
      const format = { nbformat: 4, nbformat_minor: 5, metadata: { language_info: { name: 'python' } } };
      const uri = await write('ferry.ipynb', JSON.stringify({ ...format, cells: [cell] }));
      assert.deepEqual(textsOf(await gatherer.file(uri)), { 'gathering/ferry.ipynb': '```python\nx = 1\n```' });

      const notebook = await vscode.workspace.openNotebookDocument(uri);
      const edit = new vscode.WorkspaceEdit();
      const added = new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, '# Not saved', 'markdown');
      edit.set(uri, [vscode.NotebookEdit.insertCells(0, [added])]);
      await vscode.workspace.applyEdit(edit);
      await until('the new cell', () => notebook.cellCount === 2);
      await vscode.window.showNotebookDocument(notebook);
      const [source] = (await gatherer.file()).sources;
      assert.equal(source?.text, '# Not saved\n\n```python\nx = 1\n```');
    });

    it('refuses a folder, and says which command is meant', async () => {
      await write('list.txt', 'one');
      await assert.rejects(gatherer.file(own), isRefusal(/is a folder/));
    });
  });

  describe('from a folder', () => {
    it('follows .gitignore of every folder above and below', async () => {
      await write('.gitignore', '*.log\nbuilt/\n');
      await write('a.txt', 'a');
      await write('a.log', 'log');
      await write('built/b.txt', 'built');
      await write('deep/.gitignore', '!kept.log\n/drafts.txt\n');
      await write('deep/kept.log', 'kept');
      await write('deep/drafts.txt', 'drafts');
      await write('deep/more/drafts.txt', 'more drafts');
      const texts = await gatherer.folder(own);
      assert.deepEqual(namesOf(texts), [
        'gathering/.gitignore',
        'gathering/a.txt',
        'gathering/deep/.gitignore',
        'gathering/deep/kept.log',
        'gathering/deep/more/drafts.txt',
      ]);
      assert.deepEqual([texts?.title, texts?.subject, texts?.priority], ['gathering', 'files', 'background']);
      const below = await gatherer.folder(vscode.Uri.joinPath(own, 'deep'));
      assert.ok(namesOf(below).includes('gathering/deep/kept.log'));
      const ignored = await gatherer.folder(vscode.Uri.joinPath(own, 'built'));
      assert.deepEqual(namesOf(ignored), ['gathering/built/b.txt'], 'it was pointed at');
    });

    it('leaves out what the explorer hides', async () => {
      const settings = await writeWorkspaceSettings({
        'files.exclude': { '**/*.js': { when: '$(basename).ts' }, '**/hidden': true },
      });
      try {
        for (const name of ['a.ts', 'a.js', 'b.js', 'hidden/c.ts']) await write(name, `// ${name}`);
        assert.deepEqual(namesOf(await gatherer.folder(own)), ['gathering/a.ts', 'gathering/b.js']);
      } finally {
        await settings.remove();
      }
    });

    it('follows no links, of which some lead round in circles', async () => {
      const outside = await mkdtemp(join(tmpdir(), 'sluice-elsewhere-'));
      try {
        await vscode.workspace.fs.writeFile(vscode.Uri.file(join(outside, 'diary.txt')), bytesOf('Dear diary.'));
        await write('a.txt', 'a');
        await symlink(own.fsPath, vscode.Uri.joinPath(own, 'circle').fsPath);
        await symlink(outside, vscode.Uri.joinPath(own, 'elsewhere').fsPath);
        await symlink(join(outside, 'diary.txt'), vscode.Uri.joinPath(own, 'diary.txt').fsPath);
        assert.deepEqual(namesOf(await gatherer.folder(own)), ['gathering/a.txt']);
      } finally {
        await rm(outside, { recursive: true });
      }
    });

    it('takes what an editor shows instead of the file, and counts what it leaves out', async () => {
      const editor = await show(await write('shown.txt', 'saved\n'));
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'not '));
      await write('package-lock.json', '{"lockfileVersion": 3}');
      await write('blob.dat', new Uint8Array([1, 0, 2]));
      await write('empty.txt', ' \n');
      const texts = await gatherer.folder(own);
      assert.deepEqual(textsOf(texts), { 'gathering/shown.txt': 'not saved\n' });
      assert.deepEqual(texts?.leftOut, { lockFile: 1, binary: 1, empty: 1 });
      assert.equal(texts?.unreadable, 0);
    });

    it('reads thousands of files in the order of their paths', async () => {
      const count = 2_500;
      const numbers = Array.from({ length: count }, (_, index) => String(index).padStart(4, '0'));
      for (const number of numbers) {
        const folder = join(own.fsPath, number.slice(0, 2));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${number}.txt`), `number ${number}`);
      }
      const texts = await gatherer.folder(own);
      assert.deepEqual(
        texts?.sources.map(({ text }) => text),
        numbers.map((number) => `number ${number}`),
      );
      assert.deepEqual(dialogs.messages, []);
    });

    it('ends without a word when it is cancelled', async () => {
      await write('a.txt', 'a');
      dialogs.isHasty = true;
      assert.equal(await gatherer.folder(own), undefined);
      assert.deepEqual(
        dialogs.progress.map(({ title }) => title),
        ['Reading gathering…'],
      );
    });

    it('says so when there is nothing to read, or no such folder', async () => {
      await write('blob.dat', new Uint8Array([1, 0, 2]));
      await assert.rejects(gatherer.folder(own), isRefusal(/holds no text files/));
      await assert.rejects(
        gatherer.folder(vscode.Uri.joinPath(own, 'gone')),
        isRefusal(/^Failed to read gone|^Failed to read gathering\/gone/),
      );
    });

    it('outside of the workspace names files by their paths within it only', async () => {
      const outside = await mkdtemp(join(tmpdir(), 'sluice-elsewhere-'));
      try {
        const folder = vscode.Uri.joinPath(vscode.Uri.file(outside), 'notes');
        await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, 'deep/diary.txt'), bytesOf('Dear diary.'));
        assert.deepEqual(textsOf(await gatherer.folder(folder)), { 'notes/deep/diary.txt': 'Dear diary.' });
      } finally {
        await rm(outside, { recursive: true });
      }
    });

    it('reads file systems that are no disk, whose files may be gone by then', async () => {
      const files = new Map([
        ['/sea/a.txt', 'a'],
        ['/sea/gone.txt', undefined],
        ['/sea/.gitignore', 'secret.txt'],
        ['/sea/secret.txt', 'secret'],
      ]);
      const registered = vscode.workspace.registerFileSystemProvider('gather-sea', new SeaFiles(files));
      try {
        const texts = await gatherer.folder(vscode.Uri.from({ scheme: 'gather-sea', path: '/sea' }));
        assert.deepEqual(namesOf(texts), ['sea/.gitignore', 'sea/a.txt']);
        assert.equal(texts?.unreadable, 1);
      } finally {
        registered.dispose();
      }
    });
  });

  it('from the workspace takes all of it, under its name', async () => {
    const texts = await gatherer.workspace();
    assert.equal(texts?.title, workspaceFolder().path.split('/').at(-1));
    assert.ok(namesOf(texts).includes('src/retry.ts'), namesOf(texts).join());
    assert.equal(texts?.priority, 'background');
  });

  describe('from the open editors', () => {
    it('takes each text once, and of two that are compared the newer one', async () => {
      const [a, b, c] = [await write('tab.txt', 'a'), await write('left.txt', 'b'), await write('right.txt', 'c')];
      await show(a);
      await vscode.window.showTextDocument(a, { viewColumn: vscode.ViewColumn.Beside, preview: false });
      await vscode.commands.executeCommand('vscode.diff', b, c, 'b and c', { preview: false });
      await vscode.commands.executeCommand('vscode.open', await write('dot.png', png), { preview: false });
      await vscode.commands.executeCommand('workbench.action.closePanel');
      const texts = await gatherer.openEditors();
      assert.deepEqual(textsOf(texts), { 'gathering/tab.txt': 'a', 'gathering/right.txt': 'c' });
      assert.deepEqual(texts?.leftOut, { binary: 1 });
      assert.deepEqual([texts?.title, texts?.subject], ['open editors', 'files']);
    });

    it('takes what was never saved', async () => {
      const document = await vscode.workspace.openTextDocument({ content: 'Only here.' });
      await vscode.window.showTextDocument(document);
      assert.deepEqual(
        (await gatherer.openEditors())?.sources.map(({ text }) => text),
        ['Only here.'],
      );
    });

    it('needs one', async () => {
      await assert.rejects(gatherer.openEditors(), isRefusal(/Open the files/));
    });
  });

  describe('from Git', () => {
    let git: GitDesk;
    before(async () => {
      git = await GitDesk.create('gathering-git');
      await git.write('a.txt', 'one\n');
      await git.write('package-lock.json', '{}\n');
      await git.run('add', '.');
      await git.run('commit', '-m', 'first');
      await git.run('tag', 'v1');
      await git.run('checkout', '-q', '-b', 'topic');
      await git.write('a.txt', 'one\ntwo\n');
      await git.write('package-lock.json', '{"a":1}\n');
      await git.run('commit', '-a', '-m', 'second');
    });
    after(() => git.remove());
    afterEach(async () => {
      await git.run('reset', '-q', '--hard');
      await git.run('clean', '-q', '-f', '-d');
    });

    it('takes what one has that another has not', async () => {
      dialogs.pick('Between Two');
      dialogs.type('v1..topic');
      const texts = await gatherer.changes();
      assert.equal(texts?.title, 'gathering-git v1..topic');
      assert.deepEqual([texts?.subject, texts?.leftOut], ['diff', { lockFile: 1 }]);
      const text = texts?.sources[0]?.text ?? '';
      assert.match(text, /\+two/);
      assert.match(text, /\[changes left out: package-lock\.json\]/);
    });

    it('takes all since a commit', async () => {
      dialogs.pick('Between Two');
      dialogs.type('HEAD~1');
      assert.match((await gatherer.changes())?.sources[0]?.text ?? '', /\+two/);
    });

    it('takes all that is not committed, new files as well', async () => {
      await git.write('a.txt', 'one\ntwo\nthree\n');
      await git.run('add', 'a.txt');
      await git.write('a.txt', 'one\ntwo\nthree\nfour\n');
      await git.write('new/b.txt', 'brand new\n');
      await git.refresh((state) => state.includes('new/b.txt'));
      dialogs.pick('All Changes');
      const texts = await gatherer.changes();
      assert.equal(texts?.title, 'changes in gathering-git');
      assert.match(
        texts?.sources[0]?.text ?? '',
        /# Staged[^#]*\+three\n\n# Not staged[^#]*\+four\n\n# New files[^#]*\+brand new$/,
      );
    });

    it('takes what is staged only', async () => {
      await git.write('a.txt', 'one\ntwo\nthree\n');
      await git.run('add', 'a.txt');
      await git.write('a.txt', 'one\ntwo\nthree\nfour\n');
      dialogs.pick('Staged');
      const text = (await gatherer.changes())?.sources[0]?.text ?? '';
      assert.match(text, /\+three/);
      assert.doesNotMatch(text, /\+four/);
    });

    it('says what is wrong: nothing changed, no such commit, no range at all', async () => {
      dialogs.pick('Staged');
      await assert.rejects(gatherer.changes(), isRefusal('Nothing is staged in gathering-git.'));
      dialogs.pick('All Changes');
      await assert.rejects(gatherer.changes(), isRefusal(/^Nothing has changed in gathering-git/));
      dialogs.pick('Between Two');
      dialogs.type('topic..v1');
      await assert.rejects(gatherer.changes(), isRefusal('v1 has nothing that topic has not.'));
      dialogs.pick('Between Two');
      dialogs.type('nowhere');
      await assert.rejects(gatherer.changes(), isRefusal('Git knows no commit “nowhere” in gathering-git.'));
      dialogs.pick('Between Two');
      dialogs.type('--output=stolen..HEAD');
      await assert.rejects(gatherer.changes(), isRefusal(/^Not a range/));
      assert.match((await dialogs.complaintAbout('main..HEAD', '-x')) ?? '', /^Not a range/);
      assert.equal(await dialogs.complaintAbout('main..HEAD', 'main..HEAD'), undefined);
    });

    it('ends without a word when it is called off', async () => {
      assert.equal(await gatherer.changes(), undefined);
      dialogs.pick('Between Two');
      assert.equal(await gatherer.changes(), undefined);
    });
  });

  describe('from a terminal', () => {
    const { clipboard } = vscode.env;
    const { executeCommand } = vscode.commands;
    let held = '';
    let selected: string | undefined;

    beforeEach(() => {
      held = 'mine';
      selected = undefined;
      // The browser that the tests run in lends its clipboard to nobody, and a script selects nothing in a terminal.
      const readText = async () => held;
      const writeText = async (text: string) => {
        held = text;
      };
      Object.defineProperty(vscode.env, 'clipboard', { value: { readText, writeText }, configurable: true });
      Object.assign(vscode.commands, {
        executeCommand: async (command: string, ...rest: readonly unknown[]) => {
          if (command !== 'workbench.action.terminal.copySelection') return executeCommand(command, ...rest);
          held = selected ?? held;
          return undefined;
        },
      });
    });
    afterEach(() => {
      Object.defineProperty(vscode.env, 'clipboard', { value: clipboard, configurable: true });
      Object.assign(vscode.commands, { executeCommand });
      for (const terminal of vscode.window.terminals) terminal.dispose();
    });

    it('takes what is selected in it, and puts the clipboard back', async () => {
      await openTerminal('ferry');
      selected = 'It leaves at noon.';
      const texts = await gatherer.terminal();
      assert.deepEqual(textsOf(texts), { 'terminal ferry': 'It leaves at noon.' });
      assert.equal(texts.sources[0]?.uri, undefined);
      assert.equal(held, 'mine');
    });

    it('needs one, and something selected in it', async () => {
      await until('all terminals to be gone', () => vscode.window.activeTerminal === undefined);
      await assert.rejects(gatherer.terminal(), isRefusal(/Open a terminal/));
      await openTerminal('ferry');
      await assert.rejects(gatherer.terminal(), isRefusal(/Select some text in the terminal/));
      assert.equal(held, 'mine');
    });
  });

  it('from a chat takes what it is given', async () => {
    const texts = await gatherer.chat();
    assert.deepEqual([texts?.title, texts?.subject], ['Ferries', 'conversation']);
    assert.deepEqual(texts?.sources, [{ name: 'Ferries', uri: undefined, text: 'When?' }]);
  });

  describe('with seams', () => {
    const words = ['ferry', 'pier', 'noon', 'night', 'harbour', 'rope', 'captain', 'wind', 'tide', 'anchor', 'lamp'];
    const random = createRandom(6);
    const word = () => words[Math.floor(random() * words.length)] ?? '';
    // Lines that differ by their numbers only would be condensed.
    const content = Array.from(
      { length: 2_000 },
      (_, index) => `${index} ${word()} ${word()} ${word()} ${word()}`,
    ).join('\n');

    it('asks the languages where a large text may be cut', async () => {
      const uri = await write('timetable.ferry-log', content);
      const long = symbolAt(500, 900);
      long.children = [symbolAt(600, 650)];
      const provider = { provideDocumentSymbols: () => [symbolAt(10, 20), long] };
      const registered = vscode.languages.registerDocumentSymbolProvider({ pattern: '**/*.ferry-log' }, provider);
      try {
        const [source] = (await gatherer.file(uri)).sources;
        const lines = source?.seams?.map((offset) => Number.parseInt(source.text.slice(offset), 10));
        assert.deepEqual(lines, [10, 500, 600]);
      } finally {
        registered.dispose();
      }
    });

    it('does without where nobody knows', async () => {
      const [source] = (await gatherer.file(await write('timetable.unheard-of', content))).sources;
      assert.equal(source?.seams, undefined);
    });
  });
});

function symbolAt(first: number, last: number): vscode.DocumentSymbol {
  const range = new vscode.Range(first, 0, last, 0);
  return new vscode.DocumentSymbol(
    `line ${first}`,
    '',
    vscode.SymbolKind.Class,
    range,
    new vscode.Range(first, 0, first, 1),
  );
}

/** One transparent dot. */
const png = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
);

/** A file system of a few files, of which those without a text are listed and cannot be read. */
class SeaFiles implements vscode.FileSystemProvider {
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;
  readonly #files: ReadonlyMap<string, string | undefined>;

  constructor(files: ReadonlyMap<string, string | undefined>) {
    this.#files = files;
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const isFolder = path === '/sea';
    const text = this.#files.get(path);
    if (!isFolder && text === undefined) throw vscode.FileSystemError.FileNotFound();
    return {
      type: isFolder ? vscode.FileType.Directory : vscode.FileType.File,
      size: text?.length ?? 0,
      ctime: 0,
      mtime: 0,
    };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.#files.keys()].map((path) => [path.split('/').at(-1) ?? '', vscode.FileType.File]);
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const text = this.#files.get(path);
    if (text === undefined) throw vscode.FileSystemError.FileNotFound();
    return bytesOf(text);
  }

  watch(): vscode.Disposable {
    return { dispose: () => {} };
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

async function write(path: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(own, path);
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? bytesOf(content) : content);
  return uri;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function show(uri: vscode.Uri): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

async function openTerminal(name: string): Promise<void> {
  const written = new vscode.EventEmitter<string>();
  const pty = { onDidWrite: written.event, open: () => written.fire('The ferry leaves at noon.\r\n'), close: () => {} };
  const terminal = vscode.window.createTerminal({ name, pty });
  terminal.show();
  await until('the terminal', () => vscode.window.activeTerminal === terminal);
}

function namesOf(texts: GatheredTexts | undefined): readonly string[] {
  return texts?.sources.map(({ name }) => name) ?? [];
}

function textsOf(texts: GatheredTexts | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(texts?.sources.map(({ name, text }) => [name, text]) ?? []);
}

function isRefusal(message: RegExp | string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(SourceError.is(error), String(error));
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  };
}
