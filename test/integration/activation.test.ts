import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/contributions';
import { printInReport } from '../support/markedConsole';
import { isSdkLoaded, restart, restoreDialogs, setup } from './support/sluice';

/** The budget of an extension that activates with every window. Issue 2, "It is done when", 4. */
const activationBudgetMs = 20;

/** A machine that does other things makes one measurement several times too long; the best of some is the code's own. */
const measurements = 10;

describe('activation', () => {
  afterEach(restoreDialogs);

  it('happens by itself and registers every command', async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();

    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.includes(id)),
      [],
    );
  });

  // Must stay before every test that sends something: a loaded module stays loaded in this process.
  it('leaves the SDK alone until something is sent', async () => {
    const { chat } = await setup({ hasKey: false });
    assert.equal(await chat.send('Without a key nothing is sent.'), false);
    assert.equal(isSdkLoaded(), false);

    const withKey = await setup();
    await withKey.chat.ask('What is a token bucket?');
    assert.equal(isSdkLoaded(), true);
  });

  it(`takes no more than ${activationBudgetMs} ms, the loading of its bundle included`, async () => {
    let sluice = await setup({ hasKey: false });
    const times: { readonly activate: number; readonly total: number }[] = [];
    for (let count = 0; count < measurements; count += 1) {
      sluice = await restart(sluice);
      times.push({ activate: sluice.activationMs, total: sluice.loadMs + sluice.activationMs });
    }

    const activate = Math.min(...times.map((time) => time.activate));
    const total = Math.min(...times.map((time) => time.total));
    const all = times.map((time) => time.activate.toFixed(1)).join(', ');
    printInReport(`activate(): ${activate.toFixed(1)} ms of ${activationBudgetMs} ms, the best of ${all}`);
    printInReport(`with the loading of its bundle: ${total.toFixed(1)} ms`);
    assert.ok(total <= activationBudgetMs, `it took ${total} ms`);
  });

  it('can be undone and done again in the same host', async () => {
    const first = await setup();
    const second = await restart(first);

    assert.equal((await second.chat.ask('Still there?')).state.kind, 'done');
  });
});
