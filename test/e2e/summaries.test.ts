import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoKey } from '../simulator/simulator';
import type { Simulator } from '../simulator/simulator';
import { prepareDemo } from '../support/demo';
import type { Demo } from '../support/demo';
import { runCommand } from '../support/processes';
import { Resources } from '../support/resources';
import { packVsix } from '../support/vsix';
import { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { crashExtensionHosts, findExtensionHosts } from './extensionHost';
import { photographFailure } from './failure';
import { writeModules } from './manyFiles';
import { QueueView } from './queueView';
import { lastBody, once, slowDown, speedUp, timesRead } from './summaryRequests';

const berths = 300;
const piers = 60;
const quays = 40;

/** What a window says of itself while its extensions are away. */
const expectedErrors = /[Ee]xtension host|Canceled|WebSocket|connection|CloseEvent|ENOPRO: No file system provider/;

/** One person, one morning with summaries: each test goes on where the one before it ended. */
describe('summaries in VS Code', () => {
  const resources = new Resources();
  let demo: Demo;
  let simulator: Simulator;
  let workbench: Workbench;
  let chat: ChatPage;
  let queue: QueueView;

  before(async () => {
    const [prepared, vsix] = await Promise.all([prepareDemo(resources, 'instant'), packVsix()]);
    demo = prepared;
    simulator = demo.simulator;
    const { workspaceFolder } = demo;
    await writeModules(workspaceFolder, 'berth', berths);
    await writeModules(workspaceFolder, 'pier', piers);
    await writeModules(workspaceFolder, 'quay', quays);
    await commitAll(workspaceFolder);
    await writeFile(join(workspaceFolder, 'src/tides.ts'), 'export const highWater = "06:12";\n');
    workbench = await Workbench.open({
      folder: workspaceFolder,
      extensions: [vsix],
      settings: {
        ...demo.userSettings,
        'files.simpleDialog.enable': true,
        'git.enabled': true,
        'sluice.limits.maxConcurrent': 2,
        // In the page as text, where it can be found.
        'terminal.integrated.gpuAcceleration': 'off',
      },
      hasSmokeDriver: false,
      sharesSecrets: true,
    });
    await resources.own(() => workbench.close());
    chat = new ChatPage(workbench);
    queue = new QueueView(workbench);
  });
  afterEach(async function () {
    await photographFailure(workbench, this.currentTest);
  });
  after(() => resources.end());

  const summary = (title: string) => {
    const words = `Summary of ${title}`.split(' ').map((word) => word.replaceAll(/[.[\]()/]/g, String.raw`\$&`));
    return workbench.editorText.filter({ hasText: new RegExp(words.join(String.raw`\s+`)) });
  };
  const finished = async (title: string) => {
    await summary(title)
      .filter({ hasNotText: /Being\s+made/ })
      .waitFor();
  };

  it('of a small folder is made at once, from the menu of the explorer', async () => {
    await workbench.runCommand('Sluice: Add API Key…');
    await workbench.quickInput.answer({ placeholder: 'API key' }, demoKey);
    await workbench.quickInput.answer({ placeholder: 'Label' }, 'Harbour');
    await workbench.closeNotification('“Harbour” is stored and in use.');
    await queue.open();
    await queue.welcome.getByText('Nothing is waiting or running.').waitFor();
    await fromExplorer(workbench, 'src', 'Summarize Folder…');

    await finished('src');
    await workbench.editorText.filter({ hasText: /src\/retry\.ts/ }).waitFor();
    assert.equal(simulator.log.messages.length, 1, 'small files do not share a request');
  });

  it('of a large folder is asked about: requests, tokens, cost, and until when', async () => {
    await fromExplorer(workbench, 'berths', 'Summarize Folder…');
    const dialog = workbench.dialog('Summarize berths?');
    await dialog.waitFor();
    const text = await dialog.innerText();
    await workbench.screenshot('summaries-dialog');
    assert.match(text, new RegExp(`${berths} files\\.`));
    assert.match(text, /About \d+ requests, [\d.,]+k? tokens in and [\d.,]+k? out\./);
    assert.match(text, /About \$\d+\.\d+; as a batch about \$\d+\.\d+, within a day\./);
    assert.match(text, /until about (\d\d:){2}\d\d/);
    const before = simulator.log.messages.length;
    await workbench.answerDialog('Summarize berths?', 'Cancel');
    assert.equal(simulator.log.messages.length, before);
  });

  it('grows as it is made, while the queue tells how far it is, until when, and what it cost', async () => {
    slowDown(simulator);
    await fromExplorer(workbench, 'berths', 'Summarize Folder…');
    await workbench.answerDialog('Summarize berths?', 'Summarize');
    await summary('berths')
      .filter({ hasText: /Being\s+made:/ })
      .waitFor();
    await workbench.editorText.filter({ hasText: 'berth-0000.ts' }).waitFor();
    await queue.open();
    const row = await queue.whenShown('Summary of berths', /\d+ of \d+ · .*until (\d\d:){2}\d\d.* · \$\d/);
    await workbench.screenshot('summaries-running');
    assert.match((await row.getAttribute('aria-label')) ?? '', /^Summary of berths, .*\d+ of \d+/);

    await queue.whenMoreThan('Summary of berths', await queue.doneOf('Summary of berths'));
  });

  it('is paused with the keyboard alone, and stays so over a reload, with its document', async () => {
    await queue.actFromMenu('Summary of berths', 'Pause');
    await queue.whenShown('Summary of berths', 'paused');
    const done = await queue.doneOf('Summary of berths');
    await workbench.reload();
    await summary('berths')
      .filter({ hasText: /Paused\./ })
      .waitFor();
    await workbench.editorText.filter({ hasText: 'berth-0000.ts' }).waitFor();
    await queue.open();
    await queue.whenShown('Summary of berths', 'paused');
    await workbench.screenshot('summaries-paused-after-reload');

    assert.equal(await queue.doneOf('Summary of berths'), done);
    await queue.act('Summary of berths', 'Resume');
    await queue.whenMoreThan('Summary of berths', done);
  });

  it('goes on by itself after a crash in the middle, is finished, and nothing was asked for twice', async () => {
    const done = await queue.doneOf('Summary of berths');
    await crashExtensionHosts(workbench.host);
    await queue.whenMoreThan('Summary of berths', done);
    speedUp(simulator);
    await queue.whenShown('Summary of berths', /done · /);
    await workbench.runCommand('View: Close All Editors');
    await queue.act('Summary of berths', 'Open Summary');

    await finished('berths');
    await workbench.screenshot('summaries-finished');
    assert.deepEqual(timesRead(simulator, 'berth', berths), once(berths));
  });

  it('leads to a file from its heading, and is saved with links', async () => {
    const heading = workbench.editorText.locator('.detected-link').filter({ hasText: 'berth-0000.ts' });
    await heading.first().click({ modifiers: ['Control'] });
    await workbench.tab(/^berth-0000\.ts/).waitFor();
    await workbench.tab('Summary of berths').first().click();
    await workbench.page
      .locator('.editor-actions')
      .getByRole('button', { name: /^Save Summary/ })
      .click();
    await workbench.quickInput.waitFor({ title: 'Save Summary' });
    await workbench.screenshot('summaries-save');
    await workbench.quickInput.accept();
    await workbench.tab('berths.summary.md').waitFor();

    const saved = await readFile(join(demo.workspaceFolder, 'berths.summary.md'), 'utf8');
    assert.match(saved, /^# Summary of \[berths\]\(berths\)|^# Summary of berths/);
    assert.match(saved, /^## \[berths\/berth-0000\.ts\]\(berths\/berth-0000\.ts\)$/m);
    assert.equal(saved.match(/^## /gm)?.length, berths);
  });

  it('goes out as a batch for half the price, and comes back by itself', async () => {
    simulator.batches.setPace({ firstDoneMs: 500, lastDoneMs: 2_000, entryMs: 200 });
    await workbench.runCommand('View: Close All Editors');
    await fromExplorer(workbench, 'piers', 'Summarize Folder…');
    await workbench.answerDialog('Summarize piers?', 'As a Batch, Half Price');
    await queue.whenShown('Summary of piers', 'in a batch since');
    await workbench.screenshot('summaries-batch');
  });

  it('of what is selected, open, changed, in a terminal or in the chat is asked for where that is', async () => {
    const { page, quickInput } = workbench;
    await workbench.openFile('retry.ts');
    await workbench.editorText.click();
    await page.keyboard.press('Control+Home');
    for (let line = 0; line < 3; line += 1) await page.keyboard.press('Shift+ArrowDown');
    await workbench.pickFromMenu(workbench.editorText.locator('.view-line').first(), 'Summarize Selection');
    await finished('src/retry.ts:1–3');

    await workbench.openFile('departures.ts');
    await workbench.runCommand('Sluice: Summarize File');
    await finished('src/departures.ts');

    await workbench.runCommand('Sluice: Summarize Open Editors…');
    await finished('open editors');

    await workbench.runCommand('Sluice: Summarize Changes…');
    await quickInput.pick({ title: 'Summarize Changes' }, 'All Changes Since the Last Commit');
    await workbench
      .tab(/Summary of .*harbour/)
      .first()
      .waitFor();
    assert.match(lastBody(simulator), /highWater/);

    await chat.open();
    await chat.ask('When does the ferry leave?');
    await workbench.runCommand('Sluice: Summarize…');
    await quickInput.pick({ title: 'Summarize' }, 'This Chat');
    await quickInput.pick({ title: 'Summarize' }, 'Bullet Points');
    await quickInput.answer({ title: 'Language of the Summary' }, 'German');
    await finished('When does the ferry leave?');
    assert.match(lastBody(simulator), /bullet points.*German/);
  });

  it('of what is selected in a terminal is asked for in its menu', async () => {
    const { page } = workbench;
    await workbench.runCommand('Terminal: Create New Terminal');
    const terminal = page.locator('.terminal-wrapper.active');
    await terminal
      .locator('.xterm-rows')
      .filter({ hasText: /[$#%>]/ })
      .waitFor();
    await page.keyboard.type('echo "The tide gauge fell silent at $((5 + 1)) in the morning."\n');
    const line = terminal.locator('.xterm-rows > div').filter({ hasText: /^The tide gauge fell silent at 6/ });
    // Three clicks select a line.
    await line.click({ clickCount: 3, position: { x: 60, y: 8 } });
    await workbench.pickFromMenu(line, 'Summarize Terminal Selection');
    await summary('terminal').waitFor();

    assert.match(lastBody(simulator), /fell silent at 6 in the morning/);
    await workbench.screenshot('summaries-terminal');
    await workbench.runCommand('Terminal: Kill the Active Terminal Instance');
  });

  it('of the whole workspace asks only for what nobody has read yet', async () => {
    await queue.open();
    await queue.whenShown('Summary of piers', /done · .* · \$/);
    assert.deepEqual(timesRead(simulator, 'pier', piers), once(piers));
    await workbench.runCommand('Sluice: Summarize Workspace…');
    const dialog = workbench.dialog('Summarize harbour?');
    await dialog.filter({ hasText: /Known already, at no cost: \d{3} parts\./ }).waitFor();
    await workbench.screenshot('summaries-known');
    await workbench.answerDialog('Summarize harbour?', 'Summarize');

    await finished('harbour');
    assert.deepEqual(timesRead(simulator, 'berth', berths), once(berths));
    assert.deepEqual(timesRead(simulator, 'pier', piers), once(piers));
    assert.deepEqual(timesRead(simulator, 'quay', quays), once(quays));
  });

  it('is seen in another window, which takes it over when its own is gone', async () => {
    const own = await findExtensionHosts(workbench.host);
    const other = await workbench.openAnother();
    const others = (await findExtensionHosts(workbench.host)).filter((pid) => !own.includes(pid));
    await writeModules(demo.workspaceFolder, 'basin', piers);
    slowDown(simulator);
    await fromExplorer(other, 'basins', 'Summarize Folder…');
    await other.answerDialog('Summarize basins?', 'Summarize');
    await queue.open();
    await queue.whenShown('Summary of basins', 'in another window');
    await workbench.screenshot('summaries-elsewhere');
    await queue.whenMoreThan('Summary of basins', 0);
    const done = await queue.doneOf('Summary of basins');
    await other.page.close();
    await crashExtensionHosts(workbench.host, others);

    await queue.row('Summary of basins').filter({ hasNotText: 'in another window' }).waitFor();
    await queue.whenMoreThan('Summary of basins', done);
    speedUp(simulator);
    await queue.whenShown('Summary of basins', /done · /);
    assert.deepEqual(timesRead(simulator, 'basin', piers), once(piers));
  });

  it('has made the page report no error but that of the crash', () => {
    assert.deepEqual(
      workbench.consoleErrors.filter((text) => !expectedErrors.test(text)),
      [],
    );
  });
});

async function fromExplorer(window: Workbench, name: string, entry: string): Promise<void> {
  await window.page.bringToFront();
  await window.runCommand('View: Show Explorer');
  await window.pickFromMenu(window.page.getByRole('treeitem', { name, exact: true }), entry);
}

async function commitAll(cwd: string): Promise<void> {
  const identity = ['-c', 'user.name=Harbour', '-c', 'user.email=harbour@example.com', '-c', 'commit.gpgsign=false'];
  await runCommand('git', ['init', '-q', '-b', 'main'], { cwd });
  await runCommand('git', ['add', '.'], { cwd });
  await runCommand('git', [...identity, 'commit', '-q', '-m', 'Berths'], { cwd });
}
