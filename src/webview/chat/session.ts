import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ChatCommand, ChatNotification, ChatSnapshot, TurnAction } from '../../protocol/chat';
import { announceChange } from './announce';
import type { Announcement } from './announce';
import { Drafts, noConversation } from './drafts';
import { mentionAt, withoutMention } from './mention';
import { parseNotification } from './messages';
import { isChanged, QueueEditor } from './queueEditor';
import type { QueuedEdit } from './queueEditor';
import { applyDelta, canSend, canStop } from './state';
import { strings } from './strings';
import type { HostLink, QuestionEdit, ViewState } from './vscodeApi';

interface SentDraft {
  readonly id: number;
  readonly text: string;
}

/** After these, what goes away does not go because its removal was asked for. */
const endsOfRemoving: ReadonlySet<ChatCommand['type']> = new Set(['send', 'edit', 'act', 'showBranch']);

type Payload<Type extends ChatNotification['type']> = Extract<ChatNotification, { type: Type }>['payload'];

/**
 * The chat as the components see it.
 *
 * Owns: the host's state as last heard, the drafts, what is being edited, and what is kept for the next load. All of it
 * changes on the one thread, by messages and by the person's hand. A message of the wrong shape is ignored; a missing
 * one is answered with `ready`, once until the snapshot comes. The draft, and an edit, is given up only when the host has
 * accepted it. Never throws.
 */
export class ChatSession {
  readonly queueEditor: QueueEditor;
  readonly #host: HostLink;
  readonly #state: Signal<ChatSnapshot | undefined> = signal(undefined);
  readonly #drafts: Drafts;
  readonly #edit: Signal<QuestionEdit | undefined>;
  readonly #announcement: Signal<Announcement | undefined> = signal(undefined);
  readonly #focusRequests = signal(0);
  readonly #acceptedSends = signal(0);
  /** The ids of turns and attachments whose removal the person has asked for. */
  readonly #removing = new Set<string>();
  #viewState: ViewState;
  #isAwaitingSnapshot = false;
  /** Starts at the time of loading, so that an answer to a draft of an earlier load matches none of this one. */
  #lastDraftId = Date.now();
  #sent: (SentDraft & { readonly conversationId: string }) | undefined;
  #sentEdit: (SentDraft & { readonly turnId: string }) | undefined;
  /** Where the `@` stands that the host is asking about. */
  #mention: number | undefined;
  /** The place in the conversation where another version was asked for. */
  #switchedIndex: number | undefined;

  constructor(host: HostLink) {
    this.#host = host;
    this.#viewState = host.readViewState();
    this.#drafts = new Drafts({
      kept: this.#viewState.drafts,
      keep: (drafts) => this.#keep({ drafts }),
      tell: (text) => this.#host.post({ type: 'draft', payload: { text } }),
    });
    this.#edit = signal(this.#viewState.edit);
    this.queueEditor = new QueueEditor({
      kept: this.#viewState.queuedEdit,
      keep: (queuedEdit) => this.#keep({ queuedEdit }),
      post: this.post,
      giveBack: (edit) => this.#takeBack(edit),
    });
  }

  /** `undefined` until the first snapshot. */
  get state(): ReadonlySignal<ChatSnapshot | undefined> {
    return this.#state;
  }

  /** Of the conversation that is shown. */
  get draft(): ReadonlySignal<string> {
    return this.#drafts.text;
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
  }

  receive(data: unknown): void {
    const message = parseNotification(data);
    switch (message?.type) {
      case 'snapshot':
        this.#isAwaitingSnapshot = false;
        this.#change(message.payload);
        this.#sayVersion(message.payload);
        this.queueEditor.remind();
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
    const at = caret === undefined ? undefined : mentionAt(this.draft.value, text, caret);
    this.#drafts.set(text);
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
    const text = this.draft.value;
    const state = this.#state.value;
    if (state === undefined || this.#sent !== undefined || !canSend(text, state)) return;
    this.#lastDraftId += 1;
    this.#sent = { id: this.#lastDraftId, text, conversationId: state.conversationId };
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
    const turn = this.#state.value?.turns.find(({ id }) => id === edit?.turnId);
    if (edit === undefined || this.#sentEdit !== undefined || !canSend(edit.text, turn)) return;
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
    if (command.type === 'preview' || command.type === 'fitAct') this.#drafts.settle();
    if (command.type === 'remove') this.#removing.add(command.payload.turnId);
    else if (command.type === 'detach') this.#removing.add(command.payload.attachmentId);
    else if (endsOfRemoving.has(command.type)) this.#removing.clear();
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
    if (previous && previous.conversationId !== next.conversationId) this.#leaveConversation(next.conversationId);
    this.#drafts.show(next.conversationId);
    this.#state.value = next;
    const isGivenBack = this.queueEditor.follow(next);
    const announcement = previous && announceChange(previous, next, this.#removing);
    if (isGivenBack && announcement?.isAssertive !== true) this.say(strings.queuedGone);
    else if (announcement) this.#announcement.value = announcement;
  }

  #leaveConversation(nextId: string): void {
    this.#mention = undefined;
    this.#removing.clear();
    // A message that was sent before there was any conversation is in the one that was made for it, with its draft.
    if (this.#sent?.conversationId === noConversation) this.#sent = { ...this.#sent, conversationId: nextId };
  }

  #takeBack(edit: QueuedEdit): void {
    if (isChanged(edit)) this.#drafts.append(edit.text, edit.conversationId);
    if (edit.conversationId === this.#drafts.conversationId) this.requestFocus();
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
      const draft = this.#drafts.of(sent.conversationId);
      if (draft.startsWith(sent.text)) this.#drafts.set(draft.slice(sent.text.length), sent.conversationId);
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
    if (via === 'mention' && isPicked && at !== undefined) this.setDraft(withoutMention(this.draft.value, at));
    this.requestFocus();
  }

  #keep(change: Partial<ViewState>): void {
    this.#viewState = { ...this.#viewState, ...change };
    this.#host.writeViewState(this.#viewState);
  }
}
