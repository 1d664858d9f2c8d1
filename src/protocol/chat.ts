import type { MessageOf } from './channel';

/** One dimension of the active lane, as the bar above the conversation shows it. */
export interface BucketView {
  readonly label: string;
  /** Already formatted, such as `9.2k`. */
  readonly remaining: string;
  readonly limit: string;
  /** 0 … 1 of the limit. */
  readonly share: number;
  readonly level: 'plenty' | 'low' | 'empty';
}

/** What a button under a turn can do. */
export const turnActionIds = [
  'retry',
  'continue',
  'cancel',
  'sendNow',
  'switchModel',
  'manageKeys',
  'addKey',
  'openSettings',
  'showLog',
] as const;

/** A button under a turn. Its label is already in the user's language. */
export interface TurnAction {
  readonly id: (typeof turnActionIds)[number];
  readonly label: string;
}

export const attachmentKinds = ['selection', 'file', 'folder', 'problems', 'diff'] as const;

/** What is sent along with a message, as a chip shows it. */
export interface AttachmentView {
  readonly id: string;
  readonly kind: (typeof attachmentKinds)[number];
  /** Such as `retry.ts:12–48`. */
  readonly name: string;
  /** Already formatted, such as `1.2k`. */
  readonly tokens: string;
}

/** Where a turn of Claude stands. Titles and details are sentences for people, made by the host. */
export type TurnState =
  | { readonly kind: 'done' }
  /** Waiting, in words with its clock time: `Waiting for input tokens until 14:05:20`. */
  | {
      readonly kind: 'waiting';
      readonly title: string;
      readonly detail: string | undefined;
      readonly until: number | undefined;
      /** Whether sending it before its time would end the wait. */
      readonly canSendNow: boolean;
      /** What a person can do to end it, where nothing else does. */
      readonly remedy: TurnAction | undefined;
    }
  /** `isElsewhere`: another window runs it, so that it cannot be stopped here. */
  | { readonly kind: 'streaming'; readonly isElsewhere: boolean }
  | {
      readonly kind: 'failed';
      readonly title: string;
      readonly detail: string | undefined;
      readonly actions: readonly TurnAction[];
      readonly isIncomplete: boolean;
    };

/** One line of what an answer took, such as `Cost` and `about $0.01`. */
export interface FactView {
  readonly label: string;
  readonly value: string;
}

export interface TurnView {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Clock time it was written, such as `14:03:12`. */
  readonly time: string;
  readonly attachments: readonly AttachmentView[];
  /** What Claude told of its thinking; empty for none. */
  readonly thinking: string;
  /** Which of several versions this is, from 1; `undefined` where there is one only. */
  readonly branch: { readonly position: number; readonly count: number } | undefined;
  /** In short what the answer took, such as `1.2k in · 300 out · about $0.01`. */
  readonly note: string | undefined;
  /** The same at length, shown when asked for; empty for none. */
  readonly facts: readonly FactView[];
  /** `done` for turns of the user. */
  readonly state: TurnState;
}

/** A message that is sent when the answer before it is complete. */
export interface QueuedView {
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly AttachmentView[];
}

/** How full the context window would be with the draft. Amounts are already formatted; shares are 0 … 1 of the window. */
export interface ContextView {
  readonly used: string;
  readonly reserved: string;
  readonly free: string;
  readonly window: string;
  readonly usedShare: number;
  readonly reservedShare: number;
  /** Such as `83 % from the cache`. */
  readonly cache: string | undefined;
}

/** Whether the draft could be sent now, in a sentence, and what could be done when it could not. */
export interface FitView {
  readonly kind: 'fits' | 'waits' | 'tooLarge';
  readonly text: string;
  readonly until: number | undefined;
  readonly actions: readonly FitAction[];
}

export interface FitAction {
  readonly id: 'condense' | 'switchModel' | 'split';
  readonly label: string;
}

/** A line between turns: what stands before it is not sent as it is. */
export interface HistoryView {
  readonly beforeTurnId: string;
  readonly title: string;
  /** The summary that is sent in its place. */
  readonly detail: string | undefined;
  readonly canUndo: boolean;
}

/** Everything of a conversation but its turns. */
export interface ChatStatus {
  readonly hasKey: boolean;
  /** Whether an answer runs: a message that is sent meanwhile appears in `queue`. */
  readonly isBusy: boolean;
  /** As shown to people, such as `Sonnet 5.5`. */
  readonly model: string;
  readonly title: string;
  readonly buckets: readonly BucketView[];
  /** Said once above the composer, such as why there is no key to send with. */
  readonly notice: string | undefined;
  /** Of the draft. */
  readonly attachments: readonly AttachmentView[];
  readonly queue: readonly QueuedView[];
  /** The queue waits for a word of the person: the answer before it failed or was stopped. */
  readonly isQueuePaused: boolean;
  readonly context: ContextView | undefined;
  readonly fit: FitView | undefined;
  readonly history: HistoryView | undefined;
}

export interface ChatSnapshot extends ChatStatus {
  /** Every later delta carries the next number; a gap means: ask for a snapshot with `ready`. */
  readonly revision: number;
  readonly conversationId: string;
  readonly turns: readonly TurnView[];
}

/** Another branch or another conversation is no delta but a new snapshot. */
export type ChatDelta =
  /** Replaces the turn with its id, or adds it at the end. */
  | { readonly kind: 'turn'; readonly turn: TurnView }
  /** Appends to the text of a streaming turn. */
  | { readonly kind: 'text'; readonly turnId: string; readonly text: string }
  | { readonly kind: 'thinking'; readonly turnId: string; readonly text: string }
  | { readonly kind: 'remove'; readonly turnIds: readonly string[] }
  | { readonly kind: 'status'; readonly status: ChatStatus };

/** How something came to be attached, or where it was asked for. */
type AttachVia = 'button' | 'mention' | 'drop';

/** Host → webview. */
type ChatNotifications = {
  readonly snapshot: ChatSnapshot;
  readonly delta: { readonly revision: number; readonly delta: ChatDelta };
  /** What became of a `send` or an `edit`: the draft is cleared only when it was accepted. */
  readonly sendResult: { readonly draftId: number; readonly isAccepted: boolean };
  readonly focusInput: undefined;
  /** Replaces what is written in the composer. */
  readonly setDraft: { readonly text: string };
  /** What became of an `attach` or `attachUris`. The chips themselves come with the status. */
  readonly attached: { readonly via: AttachVia; readonly isPicked: boolean };
};

/** Webview → host. */
export type ChatCommands = {
  /** Posted on load and whenever a delta is missing; answered with a snapshot. */
  readonly ready: undefined;
  readonly send: { readonly draftId: number; readonly text: string };
  readonly stop: undefined;
  readonly act: { readonly turnId: string; readonly action: TurnAction['id'] };
  /** Asks a question anew in other words, on a branch of its own. Answered with `sendResult`. */
  readonly edit: { readonly turnId: string; readonly draftId: number; readonly text: string };
  /** Deletes the turn and all that follows it. */
  readonly remove: { readonly turnId: string };
  readonly showBranch: { readonly turnId: string; readonly step: -1 | 1 };
  /** What is being written, some time after the last keystroke, for `fit` and `context`. */
  readonly draft: { readonly text: string };
  readonly attach: { readonly via: Exclude<AttachVia, 'drop'> };
  readonly attachUris: { readonly uris: readonly string[] };
  readonly detach: { readonly attachmentId: string };
  readonly editQueued: { readonly id: string; readonly text: string };
  readonly removeQueued: { readonly id: string };
  /** The message is being edited, and is not sent meanwhile; `null`: none is any more. */
  readonly holdQueued: { readonly id: string | null };
  /** Sends what is in a paused queue after all. */
  readonly resumeQueue: undefined;
  /** Stops the answer that runs, if any, and sends this one next. */
  readonly sendQueuedNow: { readonly id: string };
  readonly pickModel: undefined;
  readonly fitAct: { readonly action: FitAction['id'] };
  /** What to do with a block of code of an answer. */
  readonly code: {
    readonly action: 'insert' | 'apply' | 'newFile';
    readonly text: string;
    /** As the answer named it, such as `ts`; empty when it did not. */
    readonly language: string;
  };
  /** Shows what would be sent with the draft. */
  readonly preview: undefined;
  readonly undoHistory: undefined;
  readonly showHistory: undefined;
  readonly copy: { readonly text: string };
  readonly openLink: { readonly url: string };
  readonly addKey: undefined;
  /** An error of the webview itself, for the log; cut to 2,000 characters by the host. */
  readonly reportError: { readonly message: string };
};

export type ChatNotification = MessageOf<ChatNotifications>;
export type ChatCommand = MessageOf<ChatCommands>;
