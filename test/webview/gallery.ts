/**
 * Draws the chat in every state and default theme, for people to look at: `tsx test/webview/gallery.ts`.
 *
 * Writes pages and pictures to test-results/webview/ under the policy the host sets, and names every text that is too
 * faint, everything that sticks out of the page, a conversation that what is under it leaves no room, and what moves for
 * those who want nothing to move. Ends with an error when there is one, or when a page logs an error.
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
/** Names of states; all of them when none is given. */
const wanted = process.argv.slice(2);
/** The last is a side bar of 360 pixels at a zoom of 200 %. */
const sizes = {
  '': { width: 360, height: 760 },
  narrow: { width: 240, height: 760 },
  wide: { width: 1_200, height: 760 },
  zoomed: { width: 180, height: 380 },
} as const;

/** States that begin with the press of a button in another one. */
const pressed: Readonly<Record<string, { readonly state: keyof typeof states; readonly button: string }>> = {
  editing: { state: 'branches', button: 'Edit' },
  details: { state: 'conversation', button: 'Details' },
  'editing the queue': { state: 'queue', button: 'Edit Queued Message' },
};

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

/** What does not fit the page, unless it is in a part of its own that scrolls or cuts it. */
const findOverflow = `[...document.querySelectorAll('body *')]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.right <= innerWidth + 1) return false;
    for (let parent = element.parentElement; parent; parent = parent.parentElement) {
      const { overflowX } = getComputedStyle(parent);
      if (overflowX !== 'visible' && parent.getBoundingClientRect().right <= innerWidth + 1 && !parent.matches('.log')) return false;
    }
    return true;
  })
  .map(({ outerHTML }) => 'sticks out: ' + outerHTML.slice(0, 120))`;

/** The conversation keeps its least height, and what is under it ends where the page does. */
const findSqueezed = `[
  ...[...document.querySelectorAll('.conversation')].filter((part) => part.offsetHeight < 0.3 * innerHeight - 1),
  ...[...document.querySelectorAll('.composer')].filter(
    (part) => part.offsetHeight > 0.6 * innerHeight + 1 || part.getBoundingClientRect().bottom > innerHeight + 1,
  ),
].map(({ className, offsetHeight }) => className + ' is ' + offsetHeight + ' high of ' + innerHeight)`;

async function findMotion(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const count = Number(await page.evaluate('document.getAnimations().length'));
  await page.emulateMedia({ reducedMotion: null });
  return count === 0 ? [] : [`${count} things move`];
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
    const scenes = [
      ...Object.entries(states).map(([name, snapshot]) => ({ name, snapshot, button: undefined })),
      ...Object.entries(pressed).map(([name, { state, button }]) => ({ name, snapshot: states[state], button })),
    ];
    for (const { name, snapshot, button } of scenes) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      for (const [themeName, theme] of Object.entries(themes)) {
        for (const [sizeName, size] of Object.entries(sizes)) {
          if (sizeName !== '' && themeName !== 'dark') continue;
          picture = [name.replaceAll(' ', '-'), themeName, sizeName].filter(Boolean).join('-');
          await page.setViewportSize(size);
          await writeFile(`${folder}/${picture}.html`, html(theme, snapshot));
          await page.goto(pathToFileURL(`${folder}/${picture}.html`).href);
          await page.locator('main').waitFor();
          await page.evaluate('document.fonts.ready');
          if (button !== undefined) await page.getByRole('button', { name: button, exact: true }).first().click();
          await page.screenshot({ path: `${folder}/${picture}.png` });
          const found = [
            ...(await findFaintText(page)),
            ...(await page.evaluate<string[]>(findOverflow)),
            ...(await page.evaluate<string[]>(findSqueezed)),
            ...(await findMotion(page)),
          ];
          for (const fault of found) faults.push(`${picture}: ${fault}`);
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
