import * as v from 'valibot';
import type { ChatCommand } from '../../protocol/chat';
import { noConversation } from './drafts';
import type { KeptDraft } from './drafts';
import type { QueuedEdit } from './queueEditor';

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
  /** The latest at the end. */
  readonly drafts: readonly KeptDraft[];
  /** The turn at the top of the view; `undefined` when the view was at the bottom. */
  readonly topTurnId: string | undefined;
  readonly edit: QuestionEdit | undefined;
  readonly queuedEdit: QueuedEdit | undefined;
}

const absent = () => undefined;
const viewStateSchema = v.object({
  drafts: v.optional(v.array(v.object({ conversationId: v.string(), text: v.string() })), () => []),
  /** Of a version that kept one draft for all conversations. */
  draft: v.optional(v.string(), ''),
  topTurnId: v.optional(v.string(), absent),
  edit: v.optional(v.object({ turnId: v.string(), text: v.string() }), absent),
  queuedEdit: v.optional(
    v.object({ conversationId: v.string(), id: v.string(), text: v.string(), original: v.string() }),
    absent,
  ),
});
const emptyViewState: ViewState = { drafts: [], topTurnId: undefined, edit: undefined, queuedEdit: undefined };

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
      if (!result.success) return emptyViewState;
      const { draft, drafts, ...rest } = result.output;
      return { ...rest, drafts: draft === '' ? drafts : [...drafts, { conversationId: noConversation, text: draft }] };
    },
    writeViewState: (state) => api.setState(state),
  };
}
