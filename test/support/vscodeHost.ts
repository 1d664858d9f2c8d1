import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ensureCodeServer } from './codeServer';
import type { CodeServer } from './codeServer';
import { createTemporaryFolder } from './files';
import { startLoopbackFront } from './loopbackFront';
import { describeEnd, lastLines, runCommand, startGroup } from './processes';
import type { ProcessGroup } from './processes';
import { Resources } from './resources';

export interface HostOptions {
  /** User settings, on top of those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the server and, through it, the extension host. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Installed before the start: paths of VSIX files, or of extension folders, which are linked. */
  readonly extensions?: readonly string[];
  /** Opens folders in Restricted Mode until somebody trusts them. Default: everything is trusted. */
  readonly hasWorkspaceTrust?: boolean;
  /** Default: true. Without it the page cannot name an extension under development. */
  readonly hasSmokeDriver?: boolean;
}

export interface WindowOptions {
  /** Absolute path of the folder to open. */
  readonly folder: string;
  /** Absolute path of an extension to load in development mode. */
  readonly developmentExtension?: string;
  /** Absolute path of a module that exports `run()`, called in the extension host. */
  readonly testsModule?: string;
}

/** A VS Code server with data folders of its own, and the front through which a browser reaches it. */
export interface VscodeHost {
  /** `VS Code 1.139.1 (server)` */
  readonly description: string;
  urlOf(window: WindowOptions): string;
  /** Everything this host writes: user data, server data, extensions. Gone when it stops. */
  readonly dataFolder: string;
  /** Resolves with a description when the server ends; a server that was not told to has crashed. */
  readonly ended: Promise<string>;
  /** The server's last words. */
  logTail(): string;
  stop(): Promise<void>;
}

/** A cold start takes about two seconds; a machine busy with everything else takes many times that. */
const readinessLimitMs = 90_000;

const logTailLines = 40;

/** They keep first-run pages, update checks and the built-in chat out of the window. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
} as const;

export async function startVscodeHost(options: HostOptions = {}): Promise<VscodeHost> {
  const codeServer = await ensureCodeServer();
  const description = `VS Code ${codeServer.vscodeVersion} (server)`;
  console.log(`host: ${description}`);

  const resources = new Resources();
  try {
    const data = await createTemporaryFolder('host');
    await resources.own(() => data.remove());
    await writeUserSettings(data.path, { ...quietSettings, ...options.settings });
    await installExtensions(codeServer, data.path, options.extensions ?? []);

    const socketPath = join(data.path, 's');
    const server = startGroup(
      process.execPath,
      [codeServer.serverScript, ...serverArgs(data.path, socketPath, options)],
      {
        environment: serverEnvironment(options.environment),
      },
    );
    await resources.own(() => server.stop());
    const log = await waitForReadiness(server);
    const front = await startLoopbackFront(socketPath);
    await resources.own(() => front.close());

    return {
      description,
      urlOf: (window) => windowUrl(front.authority, window),
      dataFolder: data.path,
      ended: server.ended.then(describeEnd),
      logTail: () => lastLines(log.join(''), logTailLines),
      stop: () => resources.end(),
    };
  } catch (error) {
    await resources.end();
    throw error;
  }
}

export function windowUrl(authority: string, { folder, developmentExtension, testsModule }: WindowOptions): string {
  const url = new URL(`http://${authority}/`);
  url.searchParams.set('folder', folder);
  const payload: [string, string][] = [];
  if (developmentExtension !== undefined) {
    payload.push(['extensionDevelopmentPath', `vscode-remote://${authority}${developmentExtension}`]);
  }
  if (testsModule !== undefined) {
    payload.push(['extensionTestsPath', `vscode-remote://${authority}${testsModule}`]);
  }
  if (payload.length > 0) {
    url.searchParams.set('payload', JSON.stringify(payload));
  }
  return url.href;
}

function dataArgs(data: string): string[] {
  return [
    '--user-data-dir',
    join(data, 'user'),
    '--server-data-dir',
    join(data, 'server'),
    '--extensions-dir',
    join(data, 'extensions'),
  ];
}

function serverArgs(data: string, socketPath: string, options: HostOptions): string[] {
  return [
    ...dataArgs(data),
    '--socket-path',
    socketPath,
    '--without-connection-token',
    '--accept-server-license-terms',
    '--disable-telemetry',
    ...(options.hasWorkspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.hasSmokeDriver === false ? [] : ['--enable-smoke-test-driver']),
  ];
}

/** The test's surroundings stay out: a VS Code that runs this script, and keys that happen to be set. */
function serverEnvironment(added: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|ANTHROPIC_|npm_)/.test(name));
  return { ...Object.fromEntries(inherited), ...added };
}

async function writeUserSettings(data: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = join(data, 'user/User');
  await mkdir(folder, { recursive: true });
  await mkdir(join(data, 'extensions'), { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

async function installExtensions(codeServer: CodeServer, data: string, extensions: readonly string[]): Promise<void> {
  for (const extension of extensions) {
    if (extension.endsWith('.vsix')) {
      await runCommand(
        process.execPath,
        [codeServer.serverScript, '--install-extension', extension, ...dataArgs(data)],
        {
          environment: serverEnvironment(),
        },
      );
    } else {
      await symlink(extension, join(data, 'extensions', basename(extension)));
    }
  }
}

/** Resolves, with the log as it grows, when the server says that it listens. */
async function waitForReadiness(server: ProcessGroup): Promise<readonly string[]> {
  const log: string[] = [];
  const isReady = new Promise<void>((resolve) => {
    for (const stream of [server.child.stdout, server.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        log.push(chunk);
        if (log.join('').includes('Extension host agent listening on')) {
          resolve();
        }
      });
    }
  });
  const failure = (why: string) =>
    new Error(`Failed to start the VS Code host: ${why}\n${lastLines(log.join(''), logTailLines)}`);
  let limit: NodeJS.Timeout | undefined;
  try {
    await Promise.race([
      isReady,
      server.ended.then((end) => {
        throw failure(describeEnd(end));
      }),
      new Promise((_, reject) => {
        limit = setTimeout(() => reject(failure(`not ready after ${readinessLimitMs / 1000} s`)), readinessLimitMs);
      }),
    ]);
  } finally {
    clearTimeout(limit);
  }
  return log;
}
