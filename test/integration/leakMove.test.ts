import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { key, otherKey } from '../unit/keys/leakKeys';
import { api } from './support/api';
import {
  argumentsOf,
  insert,
  movedKey,
  openFile,
  openNotebook,
  readSaved,
  replaceText,
  setUpGuard,
  tearDownGuard,
  untilLeaks,
} from './support/leakDesk';
import { writeWorkspaceSettings } from './support/settings';
import { restoreDialogs, setup } from './support/sluice';
import { until } from './support/waiting';

const move = 'Move Key to Sluice';
const ignore = 'Ignore This Key Here';
const reference = 'process.env.ANTHROPIC_API_KEY';

describe('a key that the leak guard moves', () => {
  afterEach(tearDownGuard);

  it('gives way to a reference wherever it stands in the file', async () => {
    const { guard, moved, audited, logged, dialogs } = await setUpGuard();
    const text = `use('${key}', '${otherKey}');\r\nuse("Bearer ${key}");\r\n`;
    const document = await openFile('leak.ts', text);
    await untilLeaks(document, 3);
    await guard.move(...(await argumentsOf(document, move)));

    assert.deepEqual(moved, [key]);
    const after = `use(${reference}, '${otherKey}');\r\nuse("Bearer " + ${reference} + "");\r\n`;
    assert.equal(await readSaved(document), after);
    await untilLeaks(document, 1);
    assert.match(audited.join(), /^moved From a File: replaced in [\w-]+\/leak\.ts$/);
    assert.match(dialogs.messages[0]?.text ?? '', /The key is in Sluice\. \S+leak\.ts refers to ANTHROPIC_API_KEY/);
    assert.doesNotMatch(JSON.stringify([dialogs.messages, logged]), /sk-ant|Leaked/);
  });

  it('has what the reference needs imported', async () => {
    const { guard } = await setUpGuard();
    const document = await openFile('leak.py', `import sys\n\nkey = "${key}"\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(await readSaved(document), 'import os\nimport sys\n\nkey = os.environ["ANTHROPIC_API_KEY"]\n');
  });

  it('stays where it is when it was not taken', async () => {
    const { guard, person, audited } = await setUpGuard();
    person.moveIn = async () => undefined;
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(document.getText(), `'${key}'`);
    assert.deepEqual(audited, []);
  });

  it('stays where it is when taking it failed, and the person is told', async () => {
    const { guard, person, dialogs } = await setUpGuard();
    person.moveIn = () => Promise.reject(new Error('no'));
    const document = await openFile('leak.ts', `'${key}'`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.deepEqual(dialogs.errors, ['The key could not be moved. The log of Sluice has the details.']);
    assert.equal(document.getText(), `'${key}'`);
  });

  it('is found again when it has moved since the lightbulb, and while it was taken', async () => {
    const { guard, person } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    const fix = await argumentsOf(document, move);
    await insert(document, '// one line more\n');
    person.moveIn = async () => {
      await insert(document, '// and another\n');
      return movedKey;
    };
    await guard.move(...fix);

    assert.equal(document.getText(), `// and another\n// one line more\nuse(${reference});\n`);
  });

  it('is not taken when it is gone since the lightbulb', async () => {
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

  it('is replaced by nothing when it went while it was taken', async () => {
    const { guard, person, dialogs, audited } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    person.moveIn = async () => {
      await replaceText(document, `use('${otherKey}');\n`);
      return movedKey;
    };
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(document.getText(), `use('${otherKey}');\n`);
    assert.match(dialogs.messages[0]?.text ?? '', /nothing was replaced/);
    assert.deepEqual(audited, []);
  });

  it('takes no other changes of the person to disk with it, and the person is told', async () => {
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

  it('is said to be still on disk when the file cannot be saved', async () => {
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

  it('is still on disk while a notebook is not saved, and never was for a document without a file', async () => {
    const { guard, dialogs, audited } = await setUpGuard();
    const { document: cell } = (await openNotebook('leak.ipynb', `key = "${key}"`)).cellAt(0);
    const untitled = await vscode.workspace.openTextDocument({ language: 'ini', content: `key = ${key}` });
    for (const document of [cell, untitled]) {
      await untilLeaks(document, 1);
      await guard.move(...(await argumentsOf(document, move)));
    }

    assert.equal(cell.getText(), 'import os\nkey = os.environ["ANTHROPIC_API_KEY"]');
    assert.equal(untitled.getText(), 'key = ${ANTHROPIC_API_KEY}');
    const [ofCell, ofUntitled] = dialogs.messages;
    assert.match(ofCell?.text ?? '', /leak\.ipynb refers to .* Save the file: until then the key is still on disk/);
    assert.doesNotMatch(ofUntitled?.text ?? 'disk', /disk/);
    assert.match(audited.join('\n'), /leak\.ipynb, not saved yet\n.*, which was never on disk$/);
  });

  it('leaves its own variable empty, and says what that means', async () => {
    const { guard, dialogs } = await setUpGuard();
    const document = await openFile('leak.env', `ANTHROPIC_API_KEY=${key}\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(await readSaved(document), 'ANTHROPIC_API_KEY=\n');
    assert.match(dialogs.messages[0]?.text ?? '', /sets ANTHROPIC_API_KEY to nothing now: .* a key of its own/);
  });

  it('goes although the API refuses it, when the person says so', async () => {
    const { guard, person, dialogs, audited } = await setUpGuard();
    person.moveIn = async () => 'refused';
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.equal(await readSaved(document), `use(${reference});\n`);
    assert.match(dialogs.messages[0]?.text ?? '', /^The key works no more, and is not in Sluice\./);
    assert.match(audited.join(), /^ : refused by the API, not stored; replaced in /);
  });

  it('makes no link of the name of its file', async () => {
    const { guard, dialogs } = await setUpGuard();
    const document = await openFile('[x](y).ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    await guard.move(...(await argumentsOf(document, move)));

    assert.match(dialogs.messages[0]?.text ?? '', /\[x\]\u200B\(y\)\.ts refers to/);
  });

  it('is asked about once, however often the fix is clicked', async () => {
    const { guard, person, moved } = await setUpGuard();
    const document = await openFile('leak.ts', `use('${key}');\n`);
    await untilLeaks(document, 1);
    const answer = Promise.withResolvers<typeof movedKey>();
    person.moveIn = () => answer.promise;
    const fix = await argumentsOf(document, move);
    const first = guard.move(...fix);
    await until('the first question', () => moved.length === 1);
    await guard.move(...fix);
    answer.resolve(movedKey);
    await first;

    assert.deepEqual(moved, [key]);
    assert.equal(document.getText(), `use(${reference});\n`);
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
    dialogs.press('Use the Key');
    await vscode.commands.executeCommand(commands.moveLeak, ...(await argumentsOf(document, move)));

    assert.deepEqual(dialogs.errors, []);
    assert.match(dialogs.messages[0]?.detail ?? '', /go through their account/);
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
