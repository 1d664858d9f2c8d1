import type { Simulator } from '../simulator/simulator';
import type { Demo } from '../support/demo';
import type { Workbench } from '../support/workbench';
import type { ChatPage } from './chatPage';
import { useDemoWindow } from './demoWindow';
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
  let opened: KeysWindow | undefined;
  useDemoWindow({
    settings: { 'files.simpleDialog.enable': true, ...settings },
    prepare,
    sharesSecrets,
    onOpened: async ({ demo, workbench, chat }) => {
      // A window of extension development begins in its own theme.
      await workbench.setTheme('dark');
      opened = { demo, simulator: demo.simulator, workbench, chat, keys: new KeysView(workbench) };
    },
  });

  return () => {
    if (opened === undefined) throw new Error('The window is not open');
    return opened;
  };
}

/** Which key each request for an answer came with, first to last. */
export function keysOfAnswers({ log }: Simulator): readonly (string | undefined)[] {
  return log.messages.map(({ keyId }) => keyId);
}
