import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from './chromium';
import type { Demo } from './demo';
import { createTemporaryFolder } from './files';
import { repositoryRoot } from './paths';
import { runCommand, startGroup } from './processes';
import type { ProcessEnd } from './processes';
import type { Resources } from './resources';

/** Opens Sluice in the desktop VS Code of this machine, with a profile of its own, until its window is closed. */
export async function openDesktop(demo: Demo, resources: Resources): Promise<ProcessEnd> {
  const code = await findOnPath(['code']);
  if (code === undefined) {
    throw new Error('Failed to find desktop VS Code: there is no `code` on the PATH. `npm start` needs none.');
  }
  const [version] = (await runCommand(code, ['--version'])).split('\n');
  console.log(`host: VS Code ${version} (desktop)`);

  const profile = await createTemporaryFolder('desktop');
  await resources.own(() => profile.remove());
  await mkdir(join(profile.path, 'User'), { recursive: true });
  await writeFile(join(profile.path, 'User/settings.json'), JSON.stringify(demo.userSettings));

  const window = startGroup(
    code,
    [
      '--wait',
      '--new-window',
      `--user-data-dir=${profile.path}`,
      `--extensions-dir=${join(profile.path, 'extensions')}`,
      `--extensionDevelopmentPath=${repositoryRoot}`,
      '--disable-workspace-trust',
      demo.workspaceFolder,
    ],
    { environment: { ...process.env, ...demo.keyEnvironment }, stdio: 'inherit' },
  );
  await resources.own(() => window.stop());
  return await window.ended;
}
