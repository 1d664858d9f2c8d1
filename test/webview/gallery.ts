/**
 * Draws the chat in every state and default theme, for people to look at: `tsx test/webview/gallery.ts`.
 *
 * Writes pages and pictures to test-results/webview/ under the policy the host sets, and names every text that is too
 * faint. Ends with an error when there is one, or when a page logs an error.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { source as axeSource } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { ChatSnapshot } from '../../src/protocol/chat';
import { launchChromium } from '../support/chromium';
import { bundleChat, bundleStyles } from './support/bundle';
import { states } from './support/states';
import { themes } from './support/themes';

const folder = resolve('test-results/webview');
const widths = { '': 360, narrow: 240, wide: 900 } as const;

type Theme = (typeof themes)[keyof typeof themes];

/** The frame VS Code puts around a webview, as far as it shows: variables, the class of the body, its default styles. */
function html(theme: Theme, snapshot: ChatSnapshot): string {
  const variables = Object.entries(theme.variables).map(([name, value]) => `--vscode-${name}: ${value};`);
  const message = JSON.stringify({ type: 'snapshot', payload: snapshot }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-gallery' file:; style-src 'nonce-gallery' file:; font-src file:; base-uri 'none'; form-action 'none'">
<title>Chat</title>
<style nonce="gallery">
:root { ${variables.join(' ')} }
html { background: var(--vscode-sideBar-background); }
body { padding: 0 20px; color: var(--vscode-editor-foreground); }
code { color: var(--vscode-textPreformat-foreground); background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
pre code { padding: 0; }
</style>
<link rel="stylesheet" href="codicon.css">
<link rel="stylesheet" href="chat.css">
</head>
<body class="${theme.bodyClass}">
<script nonce="gallery">
window.acquireVsCodeApi = () => ({
  getState: () => undefined,
  setState: () => {},
  postMessage: ({ type, payload }) => {
    if (type === 'ready') window.postMessage(${message}, '*');
    if (type === 'reportError') console.error(payload.message);
  },
});
</script>
<script src="chat.js"></script>
</body>
</html>
`;
}

async function writeAssets(): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/chat.js`, await bundleChat());
  await writeFile(`${folder}/chat.css`, await bundleStyles());
  for (const file of ['codicon.css', 'codicon.ttf']) {
    await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `${folder}/${file}`);
  }
}

async function findFaintText(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(axeSource);
  const results: AxeResults = await page.evaluate('axe.run(document, { runOnly: ["color-contrast"] })');
  return results.violations.flatMap(({ nodes }) =>
    nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
  );
}

async function drawAll(): Promise<readonly string[]> {
  const faults: string[] = [];
  await writeAssets();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ deviceScaleFactor: 2 });
    let picture = '';
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${picture}: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`${picture}: ${error.message}`));
    for (const [state, snapshot] of Object.entries(states)) {
      for (const [themeName, theme] of Object.entries(themes)) {
        for (const [widthName, width] of Object.entries(widths)) {
          if (widthName !== '' && themeName !== 'dark') continue;
          picture = [state.replaceAll(' ', '-'), themeName, widthName].filter(Boolean).join('-');
          await page.setViewportSize({ width, height: 760 });
          await writeFile(`${folder}/${picture}.html`, html(theme, snapshot));
          await page.goto(pathToFileURL(`${folder}/${picture}.html`).href);
          await page.locator('main').waitFor();
          await page.evaluate('document.fonts.ready');
          await page.screenshot({ path: `${folder}/${picture}.png` });
          for (const fault of await findFaintText(page)) faults.push(`${picture}: ${fault}`);
        }
      }
    }
  } finally {
    await browser.close();
  }
  return faults;
}

async function main(): Promise<void> {
  const faults = await drawAll();
  process.stdout.write(`Pictures are in ${folder}\n`);
  if (faults.length === 0) return;
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
}

void main();
