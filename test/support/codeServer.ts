import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRecord, readJson, readPackageVersion } from './files';
import { cacheFolder, repositoryRoot } from './paths';
import { runCommand } from './processes';
import { ensureStagedFolder } from './stagedFolder';

/**
 * VS Code's own download cannot be relied on where this is built, so the host is the VS Code that the npm package
 * `code-server` carries: server, web workbench and Node extension host, all of VS Code itself.
 */
const codeServerVersion = '4.139.1';
const vscodeVersion = '1.139.1';

/** Without the first the extension host starts but activates nothing; without the second the server cannot log. */
const nativeModules = ['@vscode/native-watchdog', '@vscode/spdlog'] as const;

/** The smoke-test driver, which lets a page name an extension under development, also hides every notification. */
const toastCheck = '!this.environmentService.enableSmokeTestDriver&&e.priority!==2';
const toastCheckWithoutDriver = 'e.priority!==2';

const npmInstall = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
/** Raised with every change of the steps below, so that what older ones have installed is not taken for complete. */
const recipe = 2;
const stampName = 'sluice-host.json';

export interface CodeServer {
  readonly vscodeVersion: string;
  /** The script that starts the server with this process's Node. */
  readonly serverScript: string;
}

/** Installs the host once for each version of VS Code and of Node's binary interface. Tells each slow step in one line. */
export async function ensureCodeServer(report: (line: string) => void = console.log): Promise<CodeServer> {
  const folder = join(cacheFolder, `code-server-${codeServerVersion}-abi${process.versions.modules}-r${recipe}`);
  await ensureStagedFolder(folder, (staging) => install(staging, report));
  await verifyStamp(folder);
  return { vscodeVersion, serverScript: join(vscodeFolder(folder), 'out/server-main.js') };
}

function vscodeFolder(folder: string): string {
  return join(folder, 'node_modules/code-server/lib/vscode');
}

async function install(staging: string, report: (line: string) => void): Promise<void> {
  const startedAt = performance.now();
  const vscode = vscodeFolder(staging);

  report(`host: installing code-server ${codeServerVersion} (once, into .vscode-test/)`);
  await writeFile(join(staging, 'package.json'), JSON.stringify({ private: true }));
  await runCommand('npm', [...npmInstall, `code-server@${codeServerVersion}`], { cwd: staging });
  report('host: installing the packages of its VS Code');
  await runCommand('npm', [...npmInstall, '--omit=dev'], { cwd: vscode });
  // The TypeScript of its own language support; without it every script file that is opened ends in an error.
  await runCommand('npm', [...npmInstall, '--omit=dev'], { cwd: join(vscode, 'extensions') });
  report('host: building two native modules');
  await buildNativeModules(staging, vscode);
  await showToastsUnderDriver(vscode);

  const stamp = {
    codeServer: await readPackageVersion(join(staging, 'node_modules/code-server')),
    vscode: await readPackageVersion(vscode),
  };
  await writeFile(join(staging, stampName), JSON.stringify(stamp));
  report(`host: installed in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

async function verifyStamp(folder: string): Promise<void> {
  const stamp = await readJson(join(folder, stampName));
  if (!isRecord(stamp) || stamp['codeServer'] !== codeServerVersion || stamp['vscode'] !== vscodeVersion) {
    throw new Error(
      `Failed to verify the VS Code host: ${JSON.stringify(stamp)} is not ${codeServerVersion} with VS Code ${vscodeVersion}. Remove ${folder} and run again.`,
    );
  }
}

async function buildNativeModules(staging: string, vscode: string): Promise<void> {
  const headers = (await findNodeHeaders()) ?? (await installNodeHeaders(staging));
  try {
    await runCommand('npm', ['rebuild', '--loglevel=error', ...nativeModules], {
      cwd: vscode,
      environment: { ...process.env, npm_config_nodedir: headers },
    });
    for (const name of nativeModules) {
      await runCommand(process.execPath, ['--eval', `require(${JSON.stringify(name)})`], { cwd: vscode });
    }
  } catch (error) {
    throw new Error(
      'Failed to build the native modules of the VS Code host: it takes python3, make and a C++ compiler.',
      {
        cause: error,
      },
    );
  }
  await rm(join(staging, 'node-headers'), { recursive: true, force: true });
}

/** The C headers of exactly this Node, where its installation or the `node` package has them. */
async function findNodeHeaders(): Promise<string | undefined> {
  const candidates = [
    dirname(dirname(await realpath(process.execPath))),
    join(repositoryRoot, 'node_modules', nodePackage()),
    join(repositoryRoot, 'node_modules/node/node_modules', nodePackage()),
  ];
  for (const candidate of candidates) {
    const header = await readFile(join(candidate, 'include/node/node_version.h'), 'utf8').catch(() => '');
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`NODE_${part}_VERSION (\\d+)`).exec(header)?.[1],
    );
    if (`v${numbers.join('.')}` === process.version) {
      return candidate;
    }
  }
  return undefined;
}

async function installNodeHeaders(staging: string): Promise<string> {
  const folder = join(staging, 'node-headers');
  const wanted = `${nodePackage()}@${process.versions.node}`;
  await runCommand('npm', [...npmInstall, '--no-save', '--prefix', folder, wanted], { cwd: staging });
  return join(folder, 'node_modules', nodePackage());
}

/** The package beside `node` that holds the binary and headers of one platform. */
function nodePackage(): string {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/** So that people see what went wrong in `npm start`, and a test that finds no toast has proved something. */
async function showToastsUnderDriver(vscode: string): Promise<void> {
  const file = join(vscode, 'out/vs/code/browser/workbench/workbench.js');
  const [before, after, ...more] = (await readFile(file, 'utf8')).split(toastCheck);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(
      `Failed to prepare the VS Code host: ${codeServerVersion} decides about notifications in another way.`,
    );
  }
  await writeFile(file, before + toastCheckWithoutDriver + after);
}
