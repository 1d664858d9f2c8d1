import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ChatCommand, ChatNotification, ChatSnapshot, TurnAction } from '../../protocol/chat';
import { announceChange } from './announce';
import type { Announcement } from './announce';
import { mentionAt, withoutMention } from './mention';
import { parseNotification } from './messages';
import { applyDelta, canStop } from './state';
import { strings } from './strings';
import type { HostLink, QuestionEdit, ViewState } from './vscodeApi';

interface SentDraft {
  readonly id: number;
  readonly text: string;
}

type Payload<Type extends ChatNotification['type']> = Extract<ChatNotification, { type: Type }>['payload'];

/** The host counts tokens for what it is told of a draft; a person pauses about this long between thoughts. */
const draftRestMs = 300;

/**
 * The chat as the components see it.
 *
 * Owns: the host's state as last heard, the draft, the question being edited, and what is kept for the next load. All of
 * it changes on the one thread, by messages and by the person's hand. A message of the wrong shape is ignored; a missing
 * one is answered with `ready`, once until the snapshot comes. The draft, and an edit, is given up only when the host has
 * accepted it. Never throws.
 */
export class ChatSession {
  readonly #host: HostLink;
  readonly #state: Signal<ChatSnapshot | undefined> = signal(undefined);
  readonly #draft: Signal<string>;
  readonly #edit: Signal<QuestionEdit | undefined>;
  readonly #announcement: Signal<Announcement | undefined> = signal(undefined);
  readonly #focusRequests = signal(0);
  readonly #acceptedSends = signal(0);
  #viewState: ViewState;
  #isAwaitingSnapshot = false;
  /** Starts at the time of loading, so that an answer to a draft of an earlier load matches none of this one. */
  #lastDraftId = Date.now();
  #sent: SentDraft | undefined;
  #sentEdit: (SentDraft & { readonly turnId: string }) | undefined;
  /** Where the `@` stands that the host is asking about. */
  #mention: number | undefined;
  /** The place in the conversation where another version was asked for. */
  #switchedIndex: number | undefined;
  #draftTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: HostLink) {
    this.#host = host;
    this.#viewState = host.readViewState();
    this.#draft = signal(this.#viewState.draft);
    this.#edit = signal(this.#viewState.edit);
  }

  /** `undefined` until the first snapshot. */
  get state(): ReadonlySignal<ChatSnapshot | undefined> {
    return this.#state;
  }

  get draft(): ReadonlySignal<string> {
    return this.#draft;
  }

  /** Of a turn that may not be in the conversation that is shown. */
  get edit(): ReadonlySignal<QuestionEdit | undefined> {
    return this.#edit;
  }

  /** A new object for each announcement, also when its words are those of the last. */
  get announcement(): ReadonlySignal<Announcement | undefined> {
    return this.#announcement;
  }

  /** Counts the occasions on which the input should take the focus. */
  get focusRequests(): ReadonlySignal<number> {
    return this.#focusRequests;
  }

  /** Counts the drafts and edits that became messages. */
  get acceptedSends(): ReadonlySignal<number> {
    return this.#acceptedSends;
  }

  /** The turn that was at the top when the view was last seen. */
  get topTurnId(): string | undefined {
    return this.#viewState.topTurnId;
  }

  start(): void {
    this.#askForSnapshot();
    if (this.#draft.value !== '') this.#tellDraft();
  }

  receive(data: unknown): void {
    const message = parseNotification(data);
    switch (message?.type) {
      case 'snapshot':
        this.#isAwaitingSnapshot = false;
        this.#change(message.payload);
        this.#sayVersion(message.payload);
        break;
      case 'delta':
        this.#applyDelta(message.payload);
        break;
      case 'sendResult':
        this.#settleSent(message.payload);
        break;
      case 'focusInput':
        this.requestFocus();
        break;
      case 'setDraft':
        this.setDraft(message.payload.text);
        break;
      case 'attached':
        this.#settleAttached(message.payload);
        break;
      case undefined:
        break;
    }
  }

  /** @param caret where the person is typing; left out when the text comes from elsewhere */
  setDraft(text: string, caret?: number): void {
    const at = caret === undefined ? undefined : mentionAt(this.#draft.value, text, caret);
    this.#draft.value = text;
    this.#keep({ draft: text });
    this.#tellDraft();
    if (at === undefined) return;
    this.#mention = at;
    this.post({ type: 'attach', payload: { via: 'mention' } });
  }

  keepPosition(topTurnId: string | undefined): void {
    if (topTurnId !== this.#viewState.topTurnId) this.#keep({ topTurnId });
  }

  requestFocus(): void {
    this.#focusRequests.value += 1;
  }

  /** Without a known key as well: the host looks for it once more and says why there is none. While busy it queues. */
  send(): void {
    const text = this.#draft.value;
    if (text.trim() === '' || this.#state.value === undefined || this.#sent !== undefined) return;
    this.#lastDraftId += 1;
    this.#sent = { id: this.#lastDraftId, text };
    this.post({ type: 'send', payload: { draftId: this.#sent.id, text } });
  }

  /** @returns whether there was anything to stop */
  stop(): boolean {
    const state = this.#state.value;
    const isStoppable = state !== undefined && canStop(state);
    if (isStoppable) this.post({ type: 'stop', payload: undefined });
    return isStoppable;
  }

  readonly setEdit = (edit: QuestionEdit | undefined): void => {
    this.#edit.value = edit;
    this.#keep({ edit });
  };

  readonly sendEdit = (): void => {
    const edit = this.#edit.value;
    if (edit === undefined || edit.text.trim() === '' || this.#sentEdit !== undefined) return;
    if (this.#state.value?.isBusy === true) {
      this.say(strings.stillAnswering);
      return;
    }
    this.#lastDraftId += 1;
    this.#sentEdit = { id: this.#lastDraftId, ...edit };
    this.post({ type: 'edit', payload: { draftId: this.#lastDraftId, ...edit } });
  };

  readonly showBranch = (turnId: string, step: -1 | 1): void => {
    const index = this.#state.value?.turns.findIndex(({ id }) => id === turnId) ?? -1;
    this.#switchedIndex = index === -1 ? undefined : index;
    this.post({ type: 'showBranch', payload: { turnId, step } });
  };

  readonly post = (command: ChatCommand): void => {
    // What they are about is the draft as it is now, not as it was when the host was last told of it.
    if (command.type === 'preview' || command.type === 'fitAct') this.#tellDraftNow();
    this.#host.post(command);
  };

  readonly act = (turnId: string, action: TurnAction['id']): void => {
    this.post({ type: 'act', payload: { turnId, action } });
  };

  readonly copy = (text: string): void => {
    this.post({ type: 'copy', payload: { text } });
    this.say(strings.copied);
  };

  readonly say = (text: string): void => {
    this.#announcement.value = { text, isAssertive: false };
  };

  reportError(message: string): void {
    this.post({ type: 'reportError', payload: { message } });
  }

  #askForSnapshot(): void {
    this.#isAwaitingSnapshot = true;
    this.post({ type: 'ready', payload: undefined });
  }

  #applyDelta({ revision, delta }: Payload<'delta'>): void {
    const state = this.#state.value;
    if (this.#isAwaitingSnapshot || state === undefined) return;
    const next = applyDelta(state, revision, delta);
    if (next === undefined) this.#askForSnapshot();
    else this.#change(next);
  }

  #change(next: ChatSnapshot): void {
    const previous = this.#state.value;
    if (next === previous) return;
    this.#state.value = next;
    const announcement = previous && announceChange(previous, next);
    if (announcement) this.#announcement.value = announcement;
  }

  /** Instead of what stands in it, which is no news. */
  #sayVersion({ turns }: ChatSnapshot): void {
    const branch = this.#switchedIndex === undefined ? undefined : turns[this.#switchedIndex]?.branch;
    this.#switchedIndex = undefined;
    if (branch) this.say(strings.versionOf(branch.position, branch.count));
  }

  #settleSent({ draftId, isAccepted }: Payload<'sendResult'>): void {
    const sent = this.#sent;
    const edit = this.#sentEdit;
    if (sent?.id === draftId) {
      this.#sent = undefined;
      if (!isAccepted) return;
      // What was typed on while the message was under way is the next draft.
      const draft = this.#draft.value;
      if (draft.startsWith(sent.text)) this.setDraft(draft.slice(sent.text.length));
      this.#acceptedSends.value += 1;
    } else if (edit?.id === draftId) {
      this.#sentEdit = undefined;
      if (!isAccepted) return;
      const now = this.#edit.value;
      if (now?.turnId === edit.turnId && now.text === edit.text) this.setEdit(undefined);
      this.#acceptedSends.value += 1;
      this.requestFocus();
    }
  }

  #settleAttached({ via, isPicked }: Payload<'attached'>): void {
    const at = this.#mention;
    if (via === 'mention') this.#mention = undefined;
    if (via === 'mention' && isPicked && at !== undefined) this.setDraft(withoutMention(this.#draft.value, at));
    this.requestFocus();
  }

  #tellDraft(): void {
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#tellDraftNow(), draftRestMs);
  }

  #tellDraftNow(): void {
    if (this.#draftTimer === undefined) return;
    clearTimeout(this.#draftTimer);
    this.#draftTimer = undefined;
    this.#host.post({ type: 'draft', payload: { text: this.#draft.value } });
  }

  #keep(change: Partial<ViewState>): void {
    this.#viewState = { ...this.#viewState, ...change };
    this.#host.writeViewState(this.#viewState);
  }
}
