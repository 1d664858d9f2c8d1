import assert from 'node:assert/strict';
import { demoKey } from '../simulator/simulator';
import type { ChatWindow } from './chatWindow';
import { useDemoWindow } from './demoWindow';
import { markOf, writeModules } from './manyFiles';
import { QueueView } from './queueView';
import { slowDown, speedUp } from './summaryRequests';

const narrow = 240;
const usual = 380;

const themes = [
  { theme: 'light', name: 'light' },
  { theme: 'dark', name: 'dark' },
  { theme: 'highContrast', name: 'hc-dark' },
  { theme: 'highContrastLight', name: 'hc-light' },
] as const;

/** Pictures for people to look at; what a machine can judge of them is checked on the way. */
describe('the looks of the queue and of summaries in VS Code', () => {
  let opened: ChatWindow | undefined;
  useDemoWindow({
    settings: { 'sluice.limits.maxConcurrent': 2 },
    prepare: async (folder) => {
      await writeModules(folder, 'berth', 160);
      await writeModules(folder, 'pier', 60);
      await writeModules(folder, 'quay', 40);
    },
    environment: () => ({ SLUICE_DEMO_KEY: demoKey }),
    onOpened: async ({ demo, workbench, chat }) => {
      opened = { demo, simulator: demo.simulator, workbench, chat };
      await workbench.setTheme('dark');
    },
  });

  const setup = () => {
    if (opened === undefined) throw new Error('The window is not open');
    const { workbench, simulator, chat } = opened;
    const queue = new QueueView(workbench);
    const photograph = async (
      picture: string,
      which: readonly (typeof themes)[number]['name'][] = ['dark', 'light'],
    ) => {
      for (const { theme, name } of themes.filter((each) => which.includes(each.name))) {
        await workbench.setTheme(theme);
        await workbench.screenshot(`${picture}-${name}`);
      }
    };
    const summarize = async (folder: string, entry = 'Summarize Folder…') => {
      await workbench.runCommand('View: Show Explorer');
      await workbench.pickFromMenu(workbench.page.getByRole('treeitem', { name: folder, exact: true }), entry);
    };
    return { workbench, simulator, chat, queue, photograph, summarize };
  };
  const all = themes.map(({ name }) => name);

  it('can be looked at while it is empty, and while summaries run, are paused and wait', async () => {
    const { workbench, simulator, chat, queue, photograph, summarize } = setup();
    await workbench.setSideBarWidth(usual);
    await chat.open();
    // From here on the limits are known.
    await chat.ask('What is a token bucket?');
    await queue.open();
    await queue.welcome.waitFor();
    await photograph('queue-empty');
    await workbench.page.getByRole('button', { name: /^Chat Section/ }).click();

    slowDown(simulator);
    await summarize('berths');
    await workbench.answerDialog('Summarize berths?', 'Summarize');
    await workbench.editorText.filter({ hasText: 'berth-0000.ts' }).waitFor();
    await summarize('piers');
    await workbench.answerDialog('Summarize piers?', 'Summarize');
    await queue.open();
    await queue.row('Summary of piers').waitFor();
    await queue.whenShown('Summary of berths', /\d+ of \d+ · .*until .* · \$/);
    await queue.expand('Summary of berths');
    await photograph('queue-running', all);
    await workbench.setSideBarWidth(narrow);
    await workbench.screenshot('queue-running-narrow');
    await workbench.setSideBarWidth(usual);
    await queue.row('Summary of berths').hover();
    await workbench.page.locator('.monaco-hover').filter({ visible: true, hasText: 'Model' }).first().waitFor();
    await workbench.screenshot('queue-tooltip');
    await queue.showActions('Summary of berths');
    await workbench.screenshot('queue-actions');
    await workbench.quickInput.dismiss();

    await queue.actFromMenu('Summary of berths', 'Pause');
    await queue.whenShown('Summary of berths', 'paused');
    simulator.faults.clear();
    simulator.faults.add({ kind: 'rateLimited', retryAfter: 45 }, { times: Infinity });
    await queue.whenShown('Summary of piers', /until (\d\d:){2}\d\d/);
    await queue.expand('Summary of piers');
    await photograph('queue-waiting', all);
    await workbench.setSideBarWidth(narrow);
    await workbench.screenshot('queue-waiting-narrow');
    await workbench.setSideBarWidth(usual);
    assert.equal(await queue.row('Summary of piers').locator('.codicon-watch').count(), 1);
  });

  it('can be looked at while a batch is out, and when summaries have ended, well or not', async () => {
    const { workbench, simulator, queue, photograph, summarize } = setup();
    simulator.faults.clear();
    speedUp(simulator);
    // One that nobody can read, and one that nobody may.
    simulator.faults.add({ kind: 'tooLarge' }, { times: Infinity, match: { bodyIncludes: markOf('berth', 7) } });
    simulator.batches.setPace({ firstDoneMs: 3_600_000, lastDoneMs: 7_200_000 });
    await queue.act('Summary of berths', 'Resume');
    await queue.act('Summary of piers', 'Try Now');
    await queue.whenShown('Summary of piers', 'done');
    await queue.whenShown('Summary of berths', 'incomplete');
    await summarize('quays');
    await workbench.answerDialog('Summarize quays?', 'As a Batch, Half Price');
    await queue.whenShown('Summary of quays', 'in a batch since');
    simulator.faults.add({ kind: 'forbidden' }, { times: Infinity });
    await workbench.openFile('retry.ts');
    await workbench.runCommand('Sluice: Summarize File');
    await workbench.notification('Failed to summarize').waitFor();
    await workbench.screenshot('queue-failed-notification');
    await workbench.runCommand('Notifications: Clear All Notifications');
    await queue.whenShown('Summary of src/retry.ts', 'failed');
    await queue.expand('Summary of quays');
    await photograph('queue-ended', all);
    await workbench.setSideBarWidth(narrow);
    await workbench.screenshot('queue-ended-narrow');
    await workbench.setSideBarWidth(usual);
    await workbench.page.getByRole('button', { name: /^Chat Section/ }).click();
    await queue.expand('Summary of berths');
    await queue.row('Why').or(queue.row('Begun')).first().waitFor();
    await workbench.screenshot('queue-incomplete-expanded');

    await queue.act('Summary of berths', 'Open Summary');
    await workbench.editorText.filter({ hasText: /\(incomplete\)/ }).waitFor();
    await photograph('summary-incomplete-head', all);
    await workbench.editorText.click();
    await workbench.page.keyboard.press('Control+End');
    await workbench.editorText.filter({ hasText: 'Incomplete:' }).waitFor();
    await photograph('summary-incomplete-end');
    await queue.act('Summary of piers', 'Open Summary');
    await photograph('summary-finished');
    await workbench.runCommand('Markdown: Open Preview to the Side');
    await workbench.tab(/Preview/).waitFor();
    await workbench.screenshot('summary-preview');
  });
});
