import { after, afterEach, before } from 'mocha';
import { buildExtension, prepareDemo } from '../support/demo';
import type { Demo } from '../support/demo';
import { repositoryRoot } from '../support/paths';
import { Resources } from '../support/resources';
import { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { photographFailure } from './failure';

interface DemoWindow {
  readonly demo: Demo;
  readonly workbench: Workbench;
  readonly chat: ChatPage;
}

export interface DemoWindowOptions {
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Changes the folder before it is opened. */
  readonly prepare?: ((folder: string) => Promise<unknown>) | undefined;
  /** Of the extension host. Default: none, and so no key. */
  readonly environment?: ((demo: Demo) => NodeJS.ProcessEnv) | undefined;
  readonly sharesSecrets?: boolean | undefined;
  /** Before the first test. */
  readonly onOpened: (window: DemoWindow) => Promise<void>;
}

/** One window for all tests of the suite that calls this: opened before the first, closed after the last. */
export function useDemoWindow({ settings, prepare, environment, sharesSecrets, onOpened }: DemoWindowOptions): void {
  const resources = new Resources();
  let workbench: Workbench | undefined;

  before(async () => {
    await buildExtension();
    const demo = await prepareDemo(resources, 'instant');
    await prepare?.(demo.workspaceFolder);
    const opened = await Workbench.open({
      folder: demo.workspaceFolder,
      developmentExtension: repositoryRoot,
      settings: { ...demo.userSettings, ...settings },
      ...(environment && { environment: environment(demo) }),
      sharesSecrets: sharesSecrets ?? false,
    });
    workbench = opened;
    await resources.own(() => opened.close());
    await onOpened({ demo, workbench: opened, chat: new ChatPage(opened) });
  });
  afterEach(async function () {
    await photographFailure(workbench, this.currentTest);
  });
  after(() => resources.end());
}
