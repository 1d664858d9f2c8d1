import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseGrep, parseOrExit } from './arguments';
import { buildExtension, prepareDemo } from './demo';
import { runInDesktop } from './desktopSuite';
import { bundleIntegrationSuite } from './integrationSuite';
import { outFolder, repositoryRoot } from './paths';
import { onShutdown } from './processes';
import { addReports, emptyReport, readReport, reportVariable } from './report';
import type { TestReport } from './report';
import { Resources } from './resources';
import { runInServer } from './serverSuite';
import type { SuiteRun } from './serverSuite';
import { grepVariable, suiteVariable } from './suites';
import type { SuiteName } from './suites';

const usage = `Usage: npm run test:integration [-- --grep TEXT]
  --grep TEXT   only tests whose name contains TEXT
SLUICE_TEST_HOST=desktop runs the same suites in a downloaded desktop VS Code.`;

const suites: readonly SuiteName[] = ['trusted', 'restricted'];

/** Throws where the run crashed, took too long, or ran no test at all: none of that may pass. */
async function runSuite(suite: SuiteName, testsModule: string, grep: string | undefined): Promise<TestReport> {
  console.log(`\nintegration: ${suite} folder`);
  const resources = new Resources();
  const forget = onShutdown(() => resources.end());
  const reportFile = join(outFolder, 'reports', `integration-${suite}.json`);
  await rm(reportFile, { force: true });
  try {
    const demo = await prepareDemo(resources, 'instant');
    const run: SuiteRun = {
      extension: repositoryRoot,
      testsModule,
      folder: demo.workspaceFolder,
      settings: demo.userSettings,
      hasWorkspaceTrust: suite === 'restricted',
      environment: {
        ...demo.keyEnvironment,
        SLUICE_TEST_SIMULATOR: demo.apiUrl,
        [suiteVariable]: suite,
        [reportVariable]: reportFile,
        ...(grep !== undefined && { [grepVariable]: grep }),
      },
    };
    await (process.env['SLUICE_TEST_HOST'] === 'desktop' ? runInDesktop(run) : runInServer(run));
  } finally {
    forget();
    await resources.end();
  }
  const report = await readReport(reportFile);
  if (report === undefined) {
    throw new Error(`The ${suite} suite ended without a report: the extension host crashed`);
  }
  if (report.passed + report.failed === 0 && grep === undefined) {
    throw new Error(`The ${suite} suite ran no test`);
  }
  return report;
}

async function main(): Promise<number> {
  const grep = parseOrExit(parseGrep, usage);
  await buildExtension();
  const testsModule = await bundleIntegrationSuite();
  let total = emptyReport;
  let crashes = 0;
  for (const suite of suites) {
    try {
      total = addReports(total, await runSuite(suite, testsModule, grep));
    } catch (error) {
      crashes += 1;
      console.error(error instanceof Error ? error.message : error);
    }
  }
  const report = { ...total, failed: total.failed + crashes };
  await writeReport(report);
  console.log(`integration: ${report.passed} passed, ${report.failed} failed`);
  return report.failed === 0 && report.passed > 0 ? 0 : 1;
}

async function writeReport(report: TestReport): Promise<void> {
  const file = process.env[reportVariable];
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(report));
  }
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
