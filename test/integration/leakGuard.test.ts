import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { body, key, keyOf, otherKey } from '../unit/keys/leakKeys';
import {
  argumentsOf,
  fixesFor,
  insert,
  leaksIn,
  openFile,
  replaceText,
  setUpGuard,
  tearDownGuard,
  untilLeaks,
} from './support/leakDesk';

const move = 'Move Key to Sluice';
const ignore = 'Ignore This Key Here';

describe('the leak guard', () => {
  afterEach(tearDownGuard);

  it('points out keys in files that are open, without showing any part of them', async () => {
    await setUpGuard();
    const document = await openFile('leak.ts', `const a = '${key}';\r\nconst b = '${otherKey}'; // ${key}\r\n`);
    const leaks = await untilLeaks(document, 3);

    assert.deepEqual(
      leaks.map(({ range }) => document.getText(range)),
      [key, otherKey, key],
    );
    for (const { severity, message } of leaks) {
      assert.equal(severity, vscode.DiagnosticSeverity.Warning);
      assert.doesNotMatch(message, /sk-ant|Leaked|Other|6789/);
    }
  });

  it('points out keys in any kind of text, those that were open before it started included', async () => {
    const documents: vscode.TextDocument[] = [];
    for (const name of ['leak.env', 'leak.yaml', 'leak.md', 'leak.unheardof']) {
      documents.push(await openFile(name, `key: ${key}\n`));
    }
    const untitled = await vscode.workspace.openTextDocument({ language: 'ini', content: `key = ${key}` });
    await setUpGuard();

    for (const document of [...documents, untitled]) await untilLeaks(document, 1);
  });

  it('follows what is typed', async () => {
    await setUpGuard();
    const document = await openFile('leak.ts', 'let a = 1;\n');
    await insert(document, `let key = '${key}';\n`);
    await untilLeaks(document, 1);
    await replaceText(document, `let key = 'sk-ant-api03-xxxx';\n`);
    await untilLeaks(document, 0);
  });

  it('leaves documents alone that are only shown', async () => {
    await setUpGuard();
    const provider = vscode.workspace.registerTextDocumentContentProvider('shown-only', {
      provideTextDocumentContent: () => `key = '${key}'`,
    });
    try {
      const shown = await vscode.workspace.openTextDocument(vscode.Uri.parse('shown-only:/old.ts'));
      await untilLeaks(await openFile('leak.ts', `'${key}'`), 1);
      assert.deepEqual(leaksIn(shown), []);
    } finally {
      provider.dispose();
    }
  });

  it('looks at a very large file when it is saved, and points out no more than a hundred', async () => {
    await setUpGuard();
    const document = await openFile('leak.txt', `${`${key}\n`.repeat(200)}${'filler '.repeat(150_000)}\n`);
    await untilLeaks(await openFile('leak.ts', `'${key}'`), 1);
    assert.equal(leaksIn(document).length, 0);

    await insert(document, 'changed\n');
    await document.save();
    await untilLeaks(document, 100);
  });

  it('offers to move an API key, and only to ignore what Sluice does not take', async () => {
    await setUpGuard();
    const document = await openFile('leak.txt', `${key}\n${keyOf(body, 'admin01')}\n${keyOf(body, 'oat01')}\n`);
    await untilLeaks(document, 3);

    const fixes = await fixesFor(document, 0);
    assert.deepEqual(
      fixes.map(({ title, isPreferred = false }) => ({ title, isPreferred })),
      [
        { title: move, isPreferred: true },
        { title: ignore, isPreferred: false },
      ],
    );
    for (const other of [1, 2]) {
      assert.deepEqual(
        (await fixesFor(document, other)).map(({ title }) => title),
        [ignore],
      );
    }
    assert.doesNotMatch(JSON.stringify(fixes), /sk-ant|Leaked/);
  });

  it('forgets no key that is to be ignored, and ignores it in this file only', async () => {
    const { guard, state, restart } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}', '${key}', '${otherKey}');\n`);
    await untilLeaks(document, 3);
    await guard.ignore(...(await argumentsOf(document, ignore)));
    assert.deepEqual(
      (await untilLeaks(document, 1)).map(({ range }) => document.getText(range)),
      [otherKey],
    );

    restart();
    await untilLeaks(document, 1);
    await untilLeaks(await openFile('leak2.ts', `use('${key}');\n`), 1);
    assert.match(JSON.stringify([...state]), /^\[\["[\w.]+",\["[0-9a-f]{64}"\]\]\]$/);
  });

  it('can be switched off, and on again', async () => {
    const { guard, person } = await setUpGuard();
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    person.isEnabled = false;
    guard.handleSettings();
    assert.deepEqual(leaksIn(document), []);

    person.isEnabled = true;
    guard.handleSettings();
    await untilLeaks(document, 1);
  });

  it('keeps pointing at keys when the language of a document changes', async () => {
    await setUpGuard();
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    await untilLeaks(await vscode.languages.setTextDocumentLanguage(document, 'plaintext'), 1);
  });

  it('does nothing for arguments that are not its own', async () => {
    const { guard, moved } = await setUpGuard();
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    const odd = [undefined, null, 7, '', {}, [], 'file:///etc/passwd', document.uri, document.uri.toString()];
    for (const uri of odd) {
      for (const id of [...odd, key]) {
        await guard.move(uri, id);
        await guard.ignore(uri, id);
      }
    }

    assert.deepEqual(moved, []);
    assert.equal(document.getText(), `'${key}'`);
    assert.equal(leaksIn(document).length, 1);
  });
});
