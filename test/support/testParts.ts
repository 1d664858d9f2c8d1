import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outFolder, repositoryRoot } from './paths';
import { describeEnd, onShutdown, startGroup } from './processes';
import { readReport, reportVariable } from './report';
import { findVsixFaults, packVsix } from './vsix';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** `null` stands for a part that crashed, or ran nothing: it counts as one failure. */
type PartRunner = () => Promise<Counts | null>;

/** In the order in which they run: what is quick and fails most comes first. */
export const parts = {
  types: () => runCheck('check:types'),
  lint: () => runCheck('lint'),
  unit: () => runTests('unit'),
  simulation: () => runTests('simulation'),
  webview: () => runTests('webview'),
  package: checkPackage,
  integration: () => runTests('integration'),
  e2e: () => runTests('e2e'),
  smoke: () => runCheck('start', '--smoke'),
} as const satisfies Record<string, PartRunner>;

export type PartName = keyof typeof parts;

/** What runs inside Node alone takes a minute or two, on a busy machine three times as long; a test that leaves something open keeps mocha for ever. */
const plainLimitMs = 10 * 60_000;
/** Enough for a cold install of the host and the browser on a slow machine. */
const hostLimitMs = 40 * 60_000;
const hostScripts: readonly string[] = ['test:integration', 'test:e2e', 'start'];

/** One failure for a crash: whatever happened, it did not pass. */
export function countsOf(result: Counts | null): Counts {
  return result === null || result.passed + result.failed === 0 ? { passed: 0, failed: 1 } : result;
}

async function runCheck(script: string, ...args: readonly string[]): Promise<Counts> {
  return (await runScript(script, args, {})) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** The counts come from the run's own report. A run that fails without a failed test has crashed. */
async function runTests(name: 'unit' | 'simulation' | 'webview' | 'integration' | 'e2e'): Promise<Counts | null> {
  const reportFile = join(outFolder, 'reports', `${name}.json`);
  await rm(reportFile, { force: true });
  const reporterArgs = name === 'integration' ? [] : ['--reporter', 'test/support/countingReporter.ts'];
  const hasSucceeded = await runScript(`test:${name}`, reporterArgs, { [reportVariable]: reportFile });
  const report = await readReport(reportFile);
  return report === undefined || (!hasSucceeded && report.failed === 0) ? null : report;
}

async function checkPackage(): Promise<Counts> {
  await packVsix();
  const faults = await findVsixFaults();
  for (const fault of faults) {
    console.error(fault);
  }
  return faults.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: faults.length };
}

async function runScript(script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const group = startGroup('npm', ['run', '--silent', script, '--', ...args], {
    cwd: repositoryRoot,
    environment: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const forget = onShutdown(() => group.stop());
  const limitMs = hostScripts.includes(script) ? hostLimitMs : plainLimitMs;
  const limit = setTimeout(() => {
    console.error(`${script} did not end within ${limitMs / 60_000} minutes`);
    void group.stop();
  }, limitMs);
  const end = await group.ended;
  clearTimeout(limit);
  forget();
  if (end.code !== 0) {
    console.error(`${script}: ${describeEnd(end)}`);
  }
  return end.code === 0;
}
