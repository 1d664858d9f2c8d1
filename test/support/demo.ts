import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { settings } from '../../src/contributions';
import { demoPace } from '../simulator/answerStream';
import { createSimulator, demoKey } from '../simulator/simulator';
import type { Simulator } from '../simulator/simulator';
import { createTemporaryFolder } from './files';
import { repositoryRoot } from './paths';
import { runCommand } from './processes';
import type { Resources } from './resources';

/** What a host needs to open Sluice on the simulated API. */
export interface Demo {
  readonly simulator: Simulator;
  /** The simulated API, and its control below `/_simulator/`. */
  readonly apiUrl: string;
  /** A copy, so that nothing a window does reaches the repository. */
  readonly workspaceFolder: string;
  readonly userSettings: Readonly<Record<string, unknown>>;
  /** The extension takes a key from here in development mode, with a base URL on loopback, and nowhere else. */
  readonly keyEnvironment: NodeJS.ProcessEnv;
}

/** Low enough to watch the meter move and to run into a limit by hand. */
const demoLimits = { requestsPerMinute: 50, inputTokensPerMinute: 30_000, outputTokensPerMinute: 8_000 } as const;

/** Starts the simulated API and lays out the demo workspace; both go with `resources`. */
export async function prepareDemo(resources: Resources, pace: 'lifelike' | 'instant'): Promise<Demo> {
  const simulator = createSimulator({ limits: demoLimits, ...(pace === 'lifelike' && { pace: demoPace }) });
  const server = await simulator.listen();
  await resources.own(() => server.close());

  const folder = await createTemporaryFolder('demo');
  await resources.own(() => folder.remove());
  const workspaceFolder = join(folder.path, 'harbour');
  await cp(join(import.meta.dirname, 'demoWorkspace'), workspaceFolder, { recursive: true });

  return {
    simulator,
    apiUrl: server.url,
    workspaceFolder,
    userSettings: { [settings.baseUrl]: server.url },
    keyEnvironment: { SLUICE_DEMO_KEY: demoKey },
  };
}

/** Everything in dist/, as it ships. */
export async function buildExtension(): Promise<void> {
  await runCommand(process.execPath, ['esbuild.mjs', '--production'], { cwd: repositoryRoot });
}
