import { parseOrExit, parseStartArguments } from './arguments';
import { buildExtension, prepareDemo } from './demo';
import type { StartMode } from './arguments';
import type { Demo } from './demo';
import { openDesktop } from './desktop';
import { repositoryRoot } from './paths';
import { describeEnd, onShutdown } from './processes';
import { Resources } from './resources';
import { runSmoke } from './smoke';
import { startVscodeHost } from './vscodeHost';

const usage = `Usage: npm start [-- --smoke | --desktop]
  (nothing)   opens Sluice in a VS Code for your browser, with a simulated API, until Ctrl+C
  --smoke     drives it by itself in a headless browser and writes test-results/
  --desktop   uses the \`code\` on the PATH`;

/** Serves until Ctrl+C; returns only when the server has crashed. */
async function serve(demo: Demo, resources: Resources): Promise<number> {
  const host = await startVscodeHost({ settings: demo.userSettings, environment: demo.keyEnvironment });
  await resources.own(() => host.stop());
  console.log(`api:  simulated, at ${demo.apiUrl}`);
  console.log(`open: ${host.urlOf({ folder: demo.workspaceFolder, developmentExtension: repositoryRoot })}`);
  console.log('Ctrl+C ends it.');
  const end = await host.ended;
  if (resources.isEnding) {
    // Ctrl+C: what stops the server here ends the process as well, with the signal's exit code.
    return await new Promise<never>(() => {});
  }
  console.error(`The VS Code server stopped: ${end}\n${host.logTail()}`);
  return 1;
}

async function openInDesktop(demo: Demo, resources: Resources): Promise<number> {
  const end = await openDesktop(demo, resources);
  if (end.code !== 0) {
    console.error(`VS Code stopped: ${describeEnd(end)}`);
  }
  return end.code ?? 1;
}

const runners = { serve, smoke: runSmoke, desktop: openInDesktop } satisfies Record<StartMode, unknown>;

async function main(): Promise<number> {
  const mode = parseOrExit(parseStartArguments, usage);
  const resources = new Resources();
  onShutdown(() => resources.end());
  try {
    console.log('build: dist/');
    await buildExtension();
    return await runners[mode](await prepareDemo(resources, 'lifelike'), resources);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await resources.end();
  }
}

void main().then((code) => process.exit(code));
