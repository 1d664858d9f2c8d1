import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, CDPSession, Page } from 'playwright-core';
import * as v from 'valibot';
import type { ChatSnapshot, TurnView } from '../../../src/protocol/chat';
import { resultsFolder } from '../../support/paths';
import { bundleScript, bundleStyles } from '../../webview/support/bundle';
import { themes } from '../../webview/support/themes';

const folder = join(resultsFolder, 'webview-bench');
const viewSize = { width: 400, height: 800 } as const;

/** Who draws the chat, and the script that does. */
const contenders = {
  Sluice: 'src/webview/chat/main.tsx',
  naive: 'test/webview/support/naiveChat.ts',
} as const;
export type Contender = keyof typeof contenders;

export async function writePages(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const variables = Object.entries(themes.dark.variables).map(([name, value]) => `--vscode-${name}: ${value};`);
  const styles = `:root { ${variables.join(' ')} } ${await bundleStyles()}`;
  await writeFile(join(folder, 'feeder.js'), await bundleScript('test/webview/support/feeder.ts'));
  for (const [name, script] of Object.entries(contenders)) {
    await writeFile(join(folder, `${name}.js`), await bundleScript(script));
    await writeFile(
      join(folder, `${name}.html`),
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title><style>${styles}</style></head>
<body class="vscode-dark"><script src="feeder.js"></script><script src="${name}.js"></script></body></html>`,
    );
  }
}

/** One chat in a browser page, with a host that feeds it, and what the browser tells of its work. */
export class BenchPage {
  readonly page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.page = page;
    this.#session = session;
  }

  static async open(browser: Browser, contender: Contender): Promise<BenchPage> {
    const page = await browser.newPage({ viewport: viewSize });
    await page.goto(pathToFileURL(join(folder, `${contender}.html`)).href);
    const session = await page.context().newCDPSession(page);
    // Of the thread itself: what else the machine does meanwhile is not the chat's.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new BenchPage(page, session);
  }

  /** @returns milliseconds until something of it was painted */
  async show(snapshot: ChatSnapshot): Promise<number> {
    await this.#call('prepare', JSON.stringify(snapshot));
    // What making it has left behind is not the chat's to clear away.
    await this.#session.send('HeapProfiler.collectGarbage');
    return v.parse(v.number(), await this.#call('open'));
  }

  async addTurn(turn: TurnView): Promise<void> {
    await this.#call('turn', turn);
  }

  async stream(turnId: string, text: string, pieceLength: number, intervalMs: number): Promise<void> {
    await this.#call('stream', turnId, text, pieceLength, intervalMs);
  }

  /** What the thread of the page has worked until now. */
  async workedMs(): Promise<{ readonly script: number; readonly all: number }> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const read = (wanted: string) => (metrics.find(({ name }) => name === wanted)?.value ?? 0) * 1_000;
    return { script: read('ScriptDuration'), all: read('TaskDuration') };
  }

  /** What the page's objects take, garbage collected. */
  async heapBytes(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage');
    return usedSize;
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async #call(name: 'prepare' | 'open' | 'turn' | 'stream', ...parameters: readonly unknown[]): Promise<unknown> {
    return await this.page.evaluate(`feeder.${name}(${parameters.map((each) => JSON.stringify(each)).join(', ')})`);
  }
}
