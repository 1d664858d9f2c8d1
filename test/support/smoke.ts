import type { Demo } from './demo';
import { repositoryRoot } from './paths';
import { onShutdown } from './processes';
import { Workbench } from './workbench';

/** The simulated answers stream at the pace of a real model; the longest takes about half a minute. */
const answerLimitMs = 120_000;

const question = 'How does withRetry decide when to give up, and what does it do between attempts?';

const chatPictures = [
  { theme: 'light', name: 'chat-light' },
  { theme: 'dark', name: 'chat-dark' },
  { theme: 'highContrast', name: 'chat-hc-dark' },
  { theme: 'highContrastLight', name: 'chat-hc-light' },
] as const;

/** The main job, from the first message to the summary, as a person would do it. Resolves with the exit code. */
export async function runSmoke(demo: Demo): Promise<number> {
  const workbench = await Workbench.open({
    folder: demo.workspaceFolder,
    developmentExtension: repositoryRoot,
    settings: demo.userSettings,
    environment: demo.keyEnvironment,
    theme: 'light',
  });
  const forget = onShutdown(() => workbench.close());
  try {
    await chat(workbench);
    await photographThemes(workbench);
    await summarize(workbench);
    await photographMeter(workbench);
    if (workbench.consoleErrors.length > 0) {
      throw new Error(`The page reported errors:\n${workbench.consoleErrors.join('\n')}`);
    }
    console.log('smoke: passed');
    return 0;
  } catch (error) {
    console.error(`smoke: failed\n${error instanceof Error ? error.stack : String(error)}\n${workbench.logTail()}`);
    // The page may be what is broken; the failure itself is already told.
    await workbench.screenshot('smoke-failure').catch(() => undefined);
    return 1;
  } finally {
    forget();
    await workbench.close();
  }
}

async function chat(workbench: Workbench): Promise<void> {
  await workbench.openFile('retry.ts');
  await workbench.runCommand('Sluice: Focus on Chat');
  const { chat } = workbench;
  await chat.getByRole('textbox', { name: 'Message Claude' }).fill(question);
  await chat.getByRole('button', { name: 'Send' }).click();
  await chat.getByRole('article', { name: 'You' }).filter({ hasText: question }).waitFor();
  await chat.getByRole('button', { name: 'Stop' }).waitFor();
  await workbench.meter.filter({ hasText: /RPM/ }).waitFor({ timeout: answerLimitMs });
  console.log(`smoke: while Claude answers, the meter shows "${await workbench.meterText()}"`);
  await chat.getByRole('button', { name: 'Stop' }).waitFor({ state: 'hidden', timeout: answerLimitMs });
  const answer = await chat.getByRole('article', { name: 'Claude', exact: true }).last().innerText();
  if (answer.trim() === '') {
    throw new Error('The answer is empty');
  }
  console.log(`smoke: Claude answered with ${answer.length} characters`);
}

async function photographThemes(workbench: Workbench): Promise<void> {
  for (const { theme, name } of chatPictures) {
    await workbench.setTheme(theme);
    await workbench.screenshot(name);
  }
  await workbench.setTheme('dark');
}

async function summarize(workbench: Workbench): Promise<void> {
  await workbench.openFile('departures.ts');
  await workbench.runCommand('Sluice: Summarize File');
  const mode = workbench.page.locator('.statusbar-item[id="status.editor.mode"]');
  await mode.filter({ hasText: 'Markdown' }).waitFor({ timeout: answerLimitMs });
  await workbench.editorText.filter({ hasText: /\S/ }).waitFor();
  await workbench.screenshot('summary');
  console.log(`smoke: the summary begins "${(await workbench.editorText.innerText()).trim().split('\n')[0]}"`);
}

async function photographMeter(workbench: Workbench): Promise<void> {
  await workbench.meter.filter({ hasText: /RPM/ }).waitFor();
  console.log(`smoke: at the end the meter shows "${await workbench.meterText()}"`);
  await workbench.meterHover();
  await workbench.screenshot('meter-hover');
}
