import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { key, keyOf, body, otherKey } from '../unit/keys/leakKeys';
import { api } from './support/api';
import {
  argumentsOf,
  fixesFor,
  insert,
  leaksIn,
  openFile,
  readSaved,
  replaceText,
  setUpGuard,
  tearDownGuard,
  untilLeaks,
} from './support/leakDesk';
import { writeWorkspaceSettings } from './support/settings';
import { restoreDialogs, setup } from './support/sluice';
import { until } from './support/waiting';

const move = 'Move the Key into Sluice';
const ignore = 'Ignore This Key Here';
const reference = 'process.env.ANTHROPIC_API_KEY';

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

  it('moves a key, and writes a reference over it wherever it stands in the file', async () => {
    const { guard, moved, audited, logged, dialogs } = await setUpGuard();
    const text = `use('${key}', '${otherKey}');\r\nuse("Bearer ${key}");\r\n`;
    const document = await openFile('leak.ts', text);
    await untilLeaks(document, 3);
    await guard.move(...(await argumentsOf(document, move)));

    assert.deepEqual(moved, [key]);
    const after = `use(${reference}, '${otherKey}');\r\nuse("Bearer " + ${reference} + "");\r\n`;
    assert.equal(await readSaved(document), after);
    await untilLeaks(document, 1);
    assert.match(audited.join(), /^[\w-]+\/leak\.ts$/);
    assert.match(dialogs.messages[0]?.text ?? '', /The key is in Sluice, and \S+leak\.ts refers to ANTHROPIC_API_KEY/);
    assert.doesNotMatch(JSON.stringify([dialogs.messages, logged]), /sk-ant|Leaked/);
  });

  it('imports what the reference needs', async () => {
    const { guard } = await setUpGuard();
    const document = await openFile('leak.py', `import sys\n\nkey = "${key}"\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(await readSaved(document), 'import os\nimport sys\n\nkey = os.environ["ANTHROPIC_API_KEY"]\n');
  });

  it('changes nothing when the key was not taken', async () => {
    const { guard, person, audited } = await setUpGuard();
    person.moveIn = async () => false;
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(document.getText(), `'${key}'`);
    assert.deepEqual(audited, []);
  });

  it('tells when taking it failed, and changes nothing', async () => {
    const { guard, person, dialogs } = await setUpGuard();
    person.moveIn = () => Promise.reject(new Error('no'));
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.deepEqual(dialogs.errors, ['The key could not be moved. The log of Sluice has the details.']);
    assert.equal(document.getText(), `'${key}'`);
  });

  it('finds a key again that has moved since the lightbulb, and while it was taken', async () => {
    const { guard, person } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    const fix = await argumentsOf(document, move);
    await insert(document, '// one line more\n');
    person.moveIn = async () => {
      await insert(document, '// and another\n');
      return true;
    };
    await guard.move(...fix);

    assert.equal(document.getText(), `// and another\n// one line more\nuse(${reference});\n`);
  });

  it('takes no key that is gone since the lightbulb', async () => {
    const { guard, moved, dialogs } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    const fix = await argumentsOf(document, move);
    await replaceText(document, `use('${otherKey}');\n`);
    await guard.move(...fix);

    assert.deepEqual(moved, []);
    assert.equal(document.getText(), `use('${otherKey}');\n`);
    assert.match(dialogs.messages[0]?.text ?? '', /no longer stands there/);
  });

  it('replaces nothing when the key went while it was taken', async () => {
    const { guard, person, dialogs } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    person.moveIn = async () => {
      await replaceText(document, `use('${otherKey}');\n`);
      return true;
    };
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(document.getText(), `use('${otherKey}');\n`);
    assert.match(dialogs.messages[0]?.text ?? '', /nothing was replaced/);
  });

  it('saves no other changes of the person along, and says so', async () => {
    const { guard, dialogs } = await setUpGuard();
    const file = await writeWorkspaceSettings({ 'files.autoSave': 'off' });
    try {
      const document = await openFile('leak.ts', `use('${key}');\n`);
      const fix = await argumentsOf(document, move);
      await insert(document, '// not done yet\n');
      await guard.move(...fix);

      assert.equal(document.getText(), `// not done yet\nuse(${reference});\n`);
      assert.equal(await readSaved(document), `use('${key}');\n`);
      assert.match(dialogs.messages[0]?.text ?? '', /Save the file/);
    } finally {
      await file.remove();
    }
  });

  it('tells when the file cannot be saved', async () => {
    const { guard, dialogs } = await setUpGuard();
    const file = await writeWorkspaceSettings({ 'files.readonlyInclude': { '**/leak.ts': true } });
    try {
      const document = await openFile('leak.ts', `use('${key}');\n`);
      await guard.move(...(await argumentsOf(document, move)));

      assert.equal(await readSaved(document), `use('${key}');\n`);
      assert.match(dialogs.messages[0]?.text ?? '', /could not be saved: the key is still on disk/);
    } finally {
      await file.remove();
    }
  });

  it('asks once, however often it is clicked', async () => {
    const { guard, person, moved } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    const answer = Promise.withResolvers<boolean>();
    person.moveIn = () => answer.promise;
    const fix = await argumentsOf(document, move);
    const first = guard.move(...fix);
    await until('the first question', () => moved.length === 1);
    await guard.move(...fix);
    answer.resolve(true);
    await first;

    assert.deepEqual(moved, [key]);
    assert.equal(document.getText(), `use(${reference});\n`);
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

describe('the leak guard of the extension', () => {
  afterEach(tearDownGuard);
  afterEach(restoreDialogs);

  it('takes the key out of a file and into SecretStorage', async () => {
    const { context, dialogs } = await setup({ hasKey: false });
    await api.addKey(key);
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    dialogs.type('From a File');
    await vscode.commands.executeCommand(commands.moveLeak, ...(await argumentsOf(document, move)));

    assert.deepEqual(dialogs.errors, []);
    assert.equal(await readSaved(document), `use(${reference});\n`);
    const names = await context.secrets.keys();
    const secrets = await Promise.all(names.map((name) => context.secrets.get(name)));
    assert.equal(secrets.filter((secret) => secret?.includes(key)).length, 1);
  });

  it('leaves a key in its file that the API refuses', async () => {
    const { context, dialogs } = await setup({ hasKey: false });
    const document = await openFile('leak.ts', `use('${otherKey}');\n`);
    await untilLeaks(document, 1);
    dialogs.type('From a File');
    await vscode.commands.executeCommand(commands.moveLeak, ...(await argumentsOf(document, move)));

    assert.equal(document.getText(), `use('${otherKey}');\n`);
    assert.deepEqual(await context.secrets.keys(), []);
  });

  it('ignores a key on demand', async () => {
    await setup({ hasKey: false });
    const document = await openFile('leak-ignored.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    await vscode.commands.executeCommand(commands.ignoreLeak, ...(await argumentsOf(document, ignore)));

    await untilLeaks(document, 0);
  });
});
