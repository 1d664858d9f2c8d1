import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { outFolder, repositoryRoot } from './paths';
import { runCommand } from './processes';
import { readZipNames } from './zipNames';

const vsixFile = join(outFolder, 'sluice.vsix');

/** Loaded at every start of VS Code, for everybody who has it installed. */
const hostBundleLimitBytes = 150 * 1024;
const vsixLimitBytes = 1_500_000;

/** vsce's own two files, and what a person who installs the extension needs; nothing else may ship. */
const shippedFiles = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[\w-]+)?)?\.json$/,
  /^extension\/(readme|changelog|security)\.md$/i,
  /^extension\/license(\.(txt|md))?$/i,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/dist\/[\w.-]+\.(js|css|ttf)$/,
  /^extension\/media\/[\w./-]+\.(svg|png|md)$/,
];

const requiredFiles = [
  'dist/extension.js',
  'dist/client.js',
  'dist/sdk.js',
  'dist/bottleneck.js',
  'dist/chat.js',
  'dist/chatHost.js',
  'dist/keysHost.js',
  'dist/leakMove.js',
  'dist/ledger.js',
  'dist/summariesHost.js',
  'dist/chat.css',
  'package.nls.json',
  'package.nls.de.json',
  'l10n/bundle.l10n.de.json',
].map((name) => `extension/${name}`);

/** Builds and packs the extension as it ships. */
export async function packVsix(): Promise<string> {
  await mkdir(outFolder, { recursive: true });
  await runCommand('npm', ['run', '--silent', 'package', '--', '--out', vsixFile], { cwd: repositoryRoot });
  return vsixFile;
}

/** What is wrong with the packed extension, a line each; none when it may ship. */
export async function findVsixFaults(): Promise<readonly string[]> {
  const names = readZipNames(await readFile(vsixFile));
  return [
    ...findContentFaults(names),
    ...(await findSizeFaults(vsixFile, vsixLimitBytes)),
    ...(await findSizeFaults(join(repositoryRoot, 'dist/extension.js'), hostBundleLimitBytes)),
  ];
}

export function findContentFaults(names: readonly string[]): readonly string[] {
  const strangers = names.filter((name) => !shippedFiles.some((pattern) => pattern.test(name)));
  const missing = requiredFiles.filter((name) => !names.includes(name));
  return [...strangers.map((name) => `must not ship: ${name}`), ...missing.map((name) => `is missing: ${name}`)];
}

async function findSizeFaults(file: string, limitBytes: number): Promise<readonly string[]> {
  const { size } = await stat(file);
  console.log(`size: ${file.slice(repositoryRoot.length + 1)} ${formatKib(size)} of ${formatKib(limitBytes)}`);
  return size > limitBytes ? [`is too large: ${file}, ${formatKib(size)} of ${formatKib(limitBytes)}`] : [];
}

function formatKib(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}
