import { existsSync } from 'node:fs';
import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { cacheFolder } from './paths';
import { runCommand } from './processes';
import { ensureStagedFolder } from './stagedFolder';

const commandNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const macApplications = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** The last resort, an npm package that contains the browser itself. */
const packagedChromium = { name: '@sparticuz/chromium', version: '153.0.0' } as const;

const unpackScript = `import chromium from '${packagedChromium.name}'; await chromium.executablePath();`;

/** No GPU and no sandbox on build machines, and nothing that calls home. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Chromium {
  readonly executable: string;
  readonly environment?: Record<string, string>;
}

export async function launchChromium(): Promise<Browser> {
  const { executable, environment } = await ensureChromium();
  return await chromium.launch({
    executablePath: executable,
    args: flags,
    ...(environment && { env: { ...process.env, ...environment } }),
    // The script that owns the browser ends it in order; see onShutdown.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function ensureChromium(): Promise<Chromium> {
  const found = (await findOnPath(commandNames)) ?? macApplications.find((path) => existsSync(path));
  if (found !== undefined) {
    return { executable: found };
  }
  const installed = await installFromDistribution();
  return installed === undefined ? await installFromNpm() : { executable: installed };
}

export async function findOnPath(names: readonly string[]): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) {
      return path;
    }
  }
  return undefined;
}

async function installFromDistribution(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || (await findOnPath(['apt-get'])) === undefined) {
    return undefined;
  }
  console.log('browser: installing chromium with apt-get');
  try {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runCommand('apt-get', ['update'], { environment });
    await runCommand('apt-get', ['install', '--yes', 'chromium'], { environment });
  } catch (error) {
    console.log(`browser: apt-get could not: ${error instanceof Error ? error.message : String(error)}`);
  }
  return await findOnPath(commandNames);
}

/** The package holds the browser compressed, with the libraries that a bare machine lacks; both are unpacked beside it. */
async function installFromNpm(): Promise<Chromium> {
  const folder = join(cacheFolder, `chromium-${packagedChromium.version}`);
  const wanted = `${packagedChromium.name}@${packagedChromium.version}`;
  await ensureStagedFolder(folder, async (staging) => {
    console.log(`browser: installing ${wanted} (once, into .vscode-test/)`);
    await writeFile(join(staging, 'package.json'), JSON.stringify({ private: true }));
    await runCommand('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', wanted], { cwd: staging });
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    await runCommand(process.execPath, ['--input-type=module', '--eval', unpackScript], {
      cwd: staging,
      // It unpacks into the temporary folder, and the libraries only where it takes the machine for a Lambda.
      environment: { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    });
  });
  return {
    executable: join(folder, 'unpacked/chromium'),
    environment: {
      LD_LIBRARY_PATH: join(folder, 'unpacked/al2023/lib'),
      FONTCONFIG_PATH: join(folder, 'unpacked/fonts'),
    },
  };
}
