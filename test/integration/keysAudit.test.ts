import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/contributions';
import { isRecord } from '../support/files';
import { addValidKey, keyIdOf, makeKey, makeValidKey } from './support/keys';
import { plantedSecrets } from './support/planted';
import { workspaceFolder } from './support/settings';
import { addKey, restart, restoreDialogs, setup, type Sluice } from './support/sluice';

describe('keys have an audit trail', () => {
  afterEach(async () => {
    restoreDialogs();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('of all that was done to them, in order, without any secret, over a reload', async () => {
    const { sluice, id } = await liveALife();
    const events = (await exportAs(await restart(sluice), 'JSON Lines')).trimEnd().split('\n').map(parse);

    assert.deepEqual(
      events.filter(({ keyId }) => keyId === id).map(({ event }) => event),
      ['added', 'renamed', 'environment', 'budget', 'window', 'rotated', 'checked', 'revoked', 'removed'],
    );
    const [added, renamed] = events;
    assert.deepEqual([added?.['label'], renamed?.['label']], ['First', 'Production']);
    assert.equal(renamed?.['detail'], 'was “First”');
    for (const { time, windowId } of events) {
      assert.ok(!Number.isNaN(Date.parse(String(time))));
      assert.match(String(windowId), /^[\da-f-]{36}$/);
    }
  });

  it('as a table too, which tells of the export before', async () => {
    const { sluice } = await liveALife();
    await exportAs(sluice, 'JSON Lines');
    const [head, ...rows] = (await exportAs(sluice, 'CSV')).trimEnd().split('\r\n');

    assert.equal(head, 'time,event,keyId,label,detail,windowId');
    assert.match(rows.at(-1) ?? '', /,exported,/);
    assert.match(rows.join('\n'), /,rotated,/);
    const folder = dirname(sluice.dialogs.proposals.at(-1)?.fsPath ?? '');
    assert.equal(realpathSync(folder), realpathSync(homedir()), 'it is not proposed to go into the home folder');
  });

  it('that a key which is not taken does not enter', async () => {
    const sluice = await setup({ hasKey: false });
    await addKey(sluice, makeKey(), 'Refused');
    await sluice.run(commands.exportKeyAudit);
    assert.deepEqual(sluice.dialogs.textsOf('information'), ['Nothing has happened to a key yet.']);
  });
});

/** Everything that can happen to a key from its coming to its going. */
async function liveALife(): Promise<{ sluice: Sluice; id: string }> {
  const sluice = await setup({ hasKey: false });
  await addValidKey(sluice, 'First');
  const id = await keyIdOf(sluice, 'First');
  const { dialogs, run } = sluice;
  const act = async (picks: readonly string[], inputs: readonly string[], buttons: readonly string[] = []) => {
    dialogs.pick(...picks);
    dialogs.type(...inputs);
    dialogs.press(...buttons);
    await run(commands.keyActions, id);
  };
  await act(['Rename…'], ['Production']);
  await act(['Environment…', 'Production'], []);
  await act(['Spend Cap…'], ['5', '50']);
  await act(['Use…', 'Use in This Window'], []);
  await act(['Rotate…'], [await makeValidKey('second')]);
  await act(['Check Now'], []);
  await act(['Revoke Now…'], [], ['Revoke']);
  await act(['Remove from List…'], [], ['Remove from List']);
  assert.deepEqual(dialogs.errors, []);
  return { sluice, id };
}

async function exportAs({ dialogs, run }: Sluice, format: string): Promise<string> {
  const target = vscode.Uri.joinPath(workspaceFolder(), `audit-${format.length}.txt`);
  dialogs.saveTo(target);
  dialogs.pick(format);
  await run(commands.exportKeyAudit);
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(target));
  await vscode.workspace.fs.delete(target);
  for (const secret of plantedSecrets()) assert.ok(!text.includes(secret), 'there is a secret in it');
  assert.ok(!text.includes('sk-ant-'));
  return text;
}

function parse(line: string): Readonly<Record<string, unknown>> {
  const event: unknown = JSON.parse(line);
  assert.ok(isRecord(event));
  return event;
}
