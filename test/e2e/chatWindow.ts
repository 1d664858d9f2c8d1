import type { Simulator } from '../simulator/simulator';
import type { Demo } from '../support/demo';
import type { Workbench } from '../support/workbench';
import type { ChatPage } from './chatPage';
import { useDemoWindow } from './demoWindow';

export interface ChatWindow {
  readonly demo: Demo;
  readonly simulator: Simulator;
  readonly workbench: Workbench;
  readonly chat: ChatPage;
}

export interface ChatWindowOptions {
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Changes the folder before it is opened. */
  readonly prepare?: (folder: string) => Promise<unknown>;
}

/**
 * One window for all tests of the suite that calls this: opened before the first, closed after the last. What is
 * returned starts a new chat on an API that has forgotten everything.
 */
export function useChatWindow({ settings = {}, prepare }: ChatWindowOptions = {}): () => Promise<ChatWindow> {
  let opened: ChatWindow | undefined;
  useDemoWindow({
    settings,
    prepare,
    environment: ({ keyEnvironment }) => keyEnvironment,
    onOpened: async ({ demo, workbench, chat }) => {
      opened = { demo, simulator: demo.simulator, workbench, chat };
      await chat.open();
    },
  });

  return async () => {
    if (opened === undefined) throw new Error('The window is not open');
    const { simulator, workbench, chat } = opened;
    simulator.reset();
    await workbench.runCommand('Sluice: New Chat');
    await chat.textbox.waitFor();
    await chat.questions.first().waitFor({ state: 'detached' });
    await chat.textbox.fill('');
    // A chat that was still empty stays as it is, with what was added to it.
    for (let left = await chat.chips.count(); left > 0; left -= 1) {
      await chat.chips
        .nth(left - 1)
        .getByRole('button')
        .click();
      await chat.chips.nth(left - 1).waitFor({ state: 'detached' });
    }
    return opened;
  };
}
