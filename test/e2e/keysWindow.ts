import { after, afterEach, before } from 'mocha';
import type { Simulator } from '../simulator/simulator';
import { buildExtension, prepareDemo } from '../support/demo';
import type { Demo } from '../support/demo';
import { repositoryRoot } from '../support/paths';
import { Resources } from '../support/resources';
import { Workbench } from '../support/workbench';
import { ChatPage } from './chatPage';
import { photographFailure } from './failure';
import { KeysView } from './keysView';

export interface KeysWindow {
  readonly demo: Demo;
  readonly simulator: Simulator;
  readonly workbench: Workbench;
  readonly chat: ChatPage;
  readonly keys: KeysView;
}

export interface KeysWindowOptions {
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Changes the folder before it is opened. */
  readonly prepare?: (folder: string) => Promise<unknown>;
  readonly sharesSecrets?: boolean;
}

/** One window without a key for all tests of the suite that calls this: they go on from one another, as a person does. */
export function useKeysWindow({
  settings = {},
  prepare,
  sharesSecrets = false,
}: KeysWindowOptions = {}): () => KeysWindow {
  const resources = new Resources();
  let opened: KeysWindow | undefined;

  before(async () => {
    await buildExtension();
    const demo = await prepareDemo(resources, 'instant');
    await prepare?.(demo.workspaceFolder);
    const workbench = await Workbench.open({
      folder: demo.workspaceFolder,
      developmentExtension: repositoryRoot,
      settings: { ...demo.userSettings, 'files.simpleDialog.enable': true, ...settings },
      sharesSecrets,
    });
    await resources.own(() => workbench.close());
    // A window of extension development begins in its own theme.
    await workbench.setTheme('dark');
    const [chat, keys] = [new ChatPage(workbench), new KeysView(workbench)];
    opened = { demo, simulator: demo.simulator, workbench, chat, keys };
  });
  afterEach(async function () {
    await photographFailure(opened?.workbench, this.currentTest);
  });
  after(() => resources.end());

  return () => {
    if (opened === undefined) throw new Error('The window is not open');
    return opened;
  };
}

/** Which key each request for an answer came with, first to last. */
export function keysOfAnswers({ log }: Simulator): readonly (string | undefined)[] {
  return log.messages.map(({ keyId }) => keyId);
}
