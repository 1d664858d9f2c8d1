import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useKeysWindow } from './keysWindow';
import { plantKey } from './plantedKeys';

const [harbour, ferry, pilot] = [plantKey(), plantKey(), plantKey()];
const narrow = 240;

const themes = [
  { theme: 'light', name: 'light' },
  { theme: 'dark', name: 'dark' },
  { theme: 'highContrast', name: 'hc-dark' },
  { theme: 'highContrastLight', name: 'hc-light' },
] as const;

/** Pictures for people to look at; what a machine can judge of them is checked on the way. */
describe('the looks of keys in VS Code', () => {
  const opened = useKeysWindow();

  before(async () => {
    const { simulator, demo, workbench, keys } = opened();
    const organization = 'org-harbour';
    for (const [id, key] of Object.entries({ harbour, ferry, pilot })) simulator.addKey({ key, id, organization });
    await writeFile(join(demo.workspaceFolder, 'office.ts'), '');
    await keys.open();
    await keys.add(pilot, 'Pilot boat');
    await keys.add(harbour, 'Harbour office');
    await keys.add(ferry, 'Ferry timetable');
    await keys.act('Ferry timetable', 'Environment…');
    await workbench.quickInput.pick({ title: 'Environment of “Ferry timetable”' }, 'Production');
    await keys.row('Ferry timetable').filter({ hasText: 'Production' }).waitFor();
  });

  const photograph = async (picture: string) => {
    const { workbench } = opened();
    for (const { theme, name } of themes) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`${picture}-${name}`);
    }
  };

  it('can be looked at while one serves, one is revoked, and one is refused while a question waits', async () => {
    const { simulator, workbench, chat, keys } = opened();
    const { quickInput } = workbench;
    await chat.open();
    await chat.ask('How do I keep near the limit without crossing it?');
    await keys.act('Ferry timetable', 'Spend Cap…');
    await quickInput.answer({ placeholder: 'Daily cap' }, '5');
    await quickInput.answer({ placeholder: 'Monthly cap' }, '50');
    await workbench.closeNotification('Spend cap of “Ferry timetable”');
    await keys.act('Pilot boat', 'Revoke Now…');
    await workbench.dialog('Revoke “Pilot boat” now?').waitFor();
    await workbench.screenshot('keys-looks-dialog');
    await workbench.answerDialog('Revoke “Pilot boat” now?', 'Revoke');
    await workbench.closeNotification('“Pilot boat” is revoked here');
    await keys.act('Harbour office', 'Use…');
    await quickInput.pick({ title: 'Use “Harbour office”' }, 'Use in This Window');
    await workbench.closeNotification('“Harbour office” is in use in this window.');
    simulator.revokeKey('harbour');
    await chat.open();
    await chat.send('Is anybody there?');
    await chat.waiting('Waiting for a key that works').waitFor();
    await workbench.notification('The API refuses “Harbour office”').waitFor();
    await photograph('keys-parked');
    await workbench.closeNotification('The API refuses “Harbour office”');

    await keys.open();
    await keys.expand('Ferry timetable');
    await photograph('keys-view');
    await workbench.page.getByRole('button', { name: /^Chat Section/ }).click();
    await keys.open();
    await keys.expand('Today');
    await keys.expand('Revoked');
    await keys.expand('Harbour office');
    await photograph('keys-expanded');
    await workbench.setSideBarWidth(narrow);
    await workbench.screenshot('keys-narrow');
    await workbench.setSideBarWidth(360);
    await keys.row('Ferry timetable').hover();
    await workbench.page.locator('.monaco-hover').filter({ visible: true, hasText: 'Spend cap' }).first().waitFor();
    await workbench.screenshot('keys-tooltip');
    await keys.showActions('Ferry timetable');
    await workbench.screenshot('keys-actions');
    await quickInput.dismiss();
    await workbench.runCommand('Sluice: Use API Key…');
    await quickInput.waitFor({ title: 'Use “Ferry timetable”' });
    await workbench.screenshot('keys-use');
    await quickInput.dismiss();
    assert.equal(
      await keys.pane
        .locator('.monaco-list-row')
        .filter({ hasText: harbour.slice(-8) })
        .count(),
      0,
    );
  });
});
