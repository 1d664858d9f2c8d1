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

/** A button under a turn. Its label is already in the user's language. */
export interface TurnAction {
  readonly id: 'retry' | 'cancel' | 'sendNow' | 'manageKeys' | 'addKey' | 'openSettings' | 'showLog';
  readonly label: string;
}

/** Where a turn of Claude stands. Titles and details are sentences for people, made by the host. */
export type TurnState =
  | { readonly kind: 'done'; readonly note: string | undefined }
  /** Waiting, in words with its clock time: `Waiting for input tokens until 14:05:20`. */
  | {
      readonly kind: 'waiting';
      readonly title: string;
      readonly detail: string | undefined;
      readonly until: number | undefined;
      /** Whether sending it before its time would end the wait. */
      readonly canSendNow: boolean;
    }
  | { readonly kind: 'streaming' }
  | {
      readonly kind: 'failed';
      readonly title: string;
      readonly detail: string | undefined;
      readonly actions: readonly TurnAction[];
      readonly isIncomplete: boolean;
    };

export interface TurnView {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Clock time it was written, such as `14:03:12`. */
  readonly time: string;
  /** Name of what was sent along, such as `retry.ts:12–48`; `undefined` for plain messages. */
  readonly attachment: string | undefined;
  /** `done` for turns of the user. */
  readonly state: TurnState;
}

export interface ChatSnapshot {
  /** Every later delta carries the next number; a gap means: ask for a snapshot with `ready`. */
  readonly revision: number;
  readonly hasKey: boolean;
  readonly isBusy: boolean;
  readonly model: string;
  readonly turns: readonly TurnView[];
  readonly buckets: readonly BucketView[];
  /** Said once above the composer, such as why there is no key to send with. */
  readonly notice: string | undefined;
}

export type ChatDelta =
  /** Adds the turn, or replaces the one with its id. */
  | { readonly kind: 'turn'; readonly turn: TurnView }
  /** Appends to the text of a streaming turn. */
  | { readonly kind: 'text'; readonly turnId: string; readonly text: string }
  | { readonly kind: 'remove'; readonly turnIds: readonly string[] }
  | { readonly kind: 'status'; readonly status: Omit<ChatSnapshot, 'revision' | 'turns'> };

/** Host → webview. */
type ChatNotifications = {
  readonly snapshot: ChatSnapshot;
  readonly delta: { readonly revision: number; readonly delta: ChatDelta };
  /** What became of a `send`: the draft is cleared only when it was accepted. */
  readonly sendResult: { readonly draftId: number; readonly isAccepted: boolean };
  readonly focusInput: undefined;
};

/** Webview → host. */
export type ChatCommands = {
  /** Posted on load and whenever a delta is missing; answered with a snapshot. */
  readonly ready: undefined;
  readonly send: { readonly draftId: number; readonly text: string };
  readonly stop: undefined;
  readonly act: { readonly turnId: string; readonly action: TurnAction['id'] };
  readonly copy: { readonly text: string };
  readonly openLink: { readonly url: string };
  readonly addKey: undefined;
  /** An error of the webview itself, for the log; cut to 2,000 characters by the host. */
  readonly reportError: { readonly message: string };
};

export type ChatNotification = MessageOf<ChatNotifications>;
export type ChatCommand = MessageOf<ChatCommands>;
