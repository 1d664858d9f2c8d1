import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium';
import { markVariable } from './markedConsole';
import { resultsFolder } from './paths';
import { Resources } from './resources';
import { startVscodeHost } from './vscodeHost';

/** One run of a compiled suite inside VS Code, whichever VS Code it is. */
export interface SuiteRun {
  /** Absolute path of the extension, loaded in development mode. */
  readonly extension: string;
  /** Absolute path, without `.js`, of a module that exports `run()`. */
  readonly testsModule: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly hasWorkspaceTrust: boolean;
}

const lineMark = 'suite│';

/** A suite takes a few minutes, three times as long on a busy machine; past this it hangs. */
const suiteLimitMs = 20 * 60_000;

/** Runs it in the extension host of the VS Code server and prints its console. Rejects when the host fails, not the tests. */
export async function runInServer(run: SuiteRun): Promise<void> {
  const resources = new Resources();
  try {
    const host = await startVscodeHost({ ...run, environment: { ...run.environment, [markVariable]: lineMark } });
    await resources.own(() => host.stop());
    const browser = await launchChromium();
    await resources.own(() => browser.close());
    const page = await browser.newPage();
    let limit: NodeJS.Timeout | undefined;
    await resources.own(() => clearTimeout(limit));

    await Promise.race([
      runInPage(page, () => page.goto(host.urlOf({ ...run, developmentExtension: run.extension }))),
      host.ended.then((end) => {
        throw new Error(`The VS Code server stopped in mid-run: ${end}\n${host.logTail()}`);
      }),
      new Promise((_, reject) => {
        limit = setTimeout(() => {
          void page.screenshot({ path: join(resultsFolder, 'integration-hangs.png') }).finally(() => {
            reject(new Error(`The suite did not end within ${suiteLimitMs / 60_000} minutes\n${host.logTail()}`));
          });
        }, suiteLimitMs);
      }),
    ]);
  } finally {
    await resources.end();
  }
}

/** The workbench hands console and end of a test run to two functions of the page. */
async function runInPage(page: Page, navigate: () => Promise<unknown>): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    page.once('crash', () => reject(new Error('The page crashed in mid-run')));
    void page
      .exposeFunction('codeAutomationLog', (_type: string, args: unknown) => printMarked(args))
      .then(() => page.exposeFunction('codeAutomationExit', () => resolve()))
      .then(navigate)
      .catch(reject);
  });
  await ended;
}

function printMarked(args: unknown): void {
  const text = String(Array.isArray(args) ? args[0] : args);
  if (text.startsWith(lineMark)) {
    console.log(text.slice(lineMark.length));
  }
}
