import * as v from 'valibot';
import type { ChatCommand } from '../../protocol/chat';

/** What VS Code hands a webview, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** A question that is being put in other words. */
export interface QuestionEdit {
  readonly turnId: string;
  readonly text: string;
}

/** What survives hiding the view and reloading the window. Everything else is the host's and comes again. */
export interface ViewState {
  readonly draft: string;
  /** The turn at the top of the view; `undefined` when the view was at the bottom. */
  readonly topTurnId: string | undefined;
  readonly edit: QuestionEdit | undefined;
}

const absent = () => undefined;
const viewStateSchema = v.object({
  draft: v.string(),
  topTurnId: v.optional(v.string(), absent),
  edit: v.optional(v.object({ turnId: v.string(), text: v.string() }), absent),
});
const emptyViewState: ViewState = { draft: '', topTurnId: undefined, edit: undefined };

export interface HostLink {
  post(command: ChatCommand): void;
  readViewState(): ViewState;
  writeViewState(state: ViewState): void;
}

export function createHostLink(api: VsCodeApi): HostLink {
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's function, not a window's
    post: (command) => api.postMessage(command),
    readViewState() {
      const result = v.safeParse(viewStateSchema, api.getState());
      return result.success ? result.output : emptyViewState;
    },
    writeViewState: (state) => api.setState(state),
  };
}
