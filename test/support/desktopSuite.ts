import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { createTemporaryFolder } from './files';
import { cacheFolder } from './paths';
import { runCommand } from './processes';
import type { SuiteRun } from './serverSuite';

/**
 * Runs the suite in desktop VS Code, on machines that can download one. Rejects when VS Code could not be had or was
 * killed; failed tests are in the report.
 */
export async function runInDesktop(run: SuiteRun): Promise<void> {
  const executable = await downloadAndUnzipVSCode({ cachePath: cacheFolder });
  const profile = await createTemporaryFolder('desktop');
  try {
    const [version] = (await runCommand(executable, ['--version'])).split('\n');
    console.log(`host: VS Code ${version} (desktop)`);
    await mkdir(join(profile.path, 'User'), { recursive: true });
    await writeFile(join(profile.path, 'User/settings.json'), JSON.stringify(run.settings));
    const code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: run.extension,
      extensionTestsPath: run.testsModule,
      extensionTestsEnv: run.environment,
      launchArgs: [
        run.folder,
        `--user-data-dir=${profile.path}`,
        `--extensions-dir=${join(profile.path, 'extensions')}`,
        ...(run.hasWorkspaceTrust ? [] : ['--disable-workspace-trust']),
      ],
    }).catch((error: unknown) => {
      // A suite with failed tests ends VS Code with an error too; its report tells which it was.
      console.error(error instanceof Error ? error.message : error);
      return 1;
    });
    console.log(`host: ended with exit code ${code}`);
  } finally {
    await profile.remove();
  }
}
