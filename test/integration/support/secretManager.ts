import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '../../../src/contributions';
import { setUserSetting } from './settings';

/** Outside the workspace, as the programs of a person are. */
export interface SecretManager {
  /** As it stands in the settings. */
  readonly name: string;
  readonly command: readonly string[];
  /** What it does from now on. */
  will(behaviour: { print?: string; exitCode?: number; hangs?: boolean; failsOnce?: boolean }): Promise<void>;
  /** How often it was run so far. */
  runs(): Promise<number>;
  remove(): Promise<void>;
}

/** Notes for people that a real one prints beside the key; none of it may be seen anywhere. */
export const chatter = 'chatter-of-the-secret-manager';

const program = `
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
appendFileSync(join(__dirname, 'runs'), '.');
const file = join(__dirname, 'behaviour.json');
const { failsOnce, ...behaviour } = JSON.parse(readFileSync(file, 'utf8'));
const { print, exitCode, hangs } = failsOnce ? { exitCode: 1 } : behaviour;
writeFileSync(file, JSON.stringify(behaviour));
console.error('${chatter}');
if (print !== undefined) console.log(print);
if (hangs) setInterval(() => {}, 1_000);
else process.exitCode = exitCode ?? 0;
`;

/** A small program that does as it is told. With `isConfigured`, the person has named it in the settings. */
export async function startSecretManager(name: string, { isConfigured = true } = {}): Promise<SecretManager> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-manager-'));
  const script = join(folder, 'manager.cjs');
  await writeFile(script, program);
  if (isConfigured) await setUserSetting(settings.keyCommands, { [name]: commandOf(script) });
  return {
    name,
    command: commandOf(script),
    will: (behaviour) => writeFile(join(folder, 'behaviour.json'), JSON.stringify(behaviour)),
    runs: async () => (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).length,
    remove: () => rm(folder, { recursive: true }),
  };
}

function commandOf(script: string): readonly string[] {
  return ['node', script];
}
