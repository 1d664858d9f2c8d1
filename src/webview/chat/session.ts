import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ChatSnapshot, TurnAction } from '../../protocol/chat';
import { announceChange } from './announce';
import type { Announcement } from './announce';
import { parseNotification } from './messages';
import { applyDelta } from './state';
import { strings } from './strings';
import type { HostLink, ViewState } from './vscodeApi';

interface SentDraft {
  readonly id: number;
  readonly text: string;
}

/**
 * The chat as the components see it.
 *
 * Owns: the host's state as last heard, the draft, and what is kept for the next load. All of it changes on the one
 * thread, by messages and by the person's hand. A message of the wrong shape is ignored; a missing one is answered with
 * `ready`, once until the snapshot comes. The draft is given up only when the host has accepted it. Never throws.
 */
export class ChatSession {
  readonly #host: HostLink;
  readonly #state: Signal<ChatSnapshot | undefined> = signal(undefined);
  readonly #draft: Signal<string>;
  readonly #hint: Signal<string | undefined> = signal(undefined);
  readonly #announcement: Signal<Announcement | undefined> = signal(undefined);
  readonly #focusRequests = signal(0);
  readonly #acceptedSends = signal(0);
  #viewState: ViewState;
  #isAwaitingSnapshot = false;
  /** Starts at the time of loading, so that an answer to a draft of an earlier load matches none of this one. */
  #lastDraftId = Date.now();
  #sent: SentDraft | undefined;

  constructor(host: HostLink) {
    this.#host = host;
    this.#viewState = host.readViewState();
    this.#draft = signal(this.#viewState.draft);
  }

  /** `undefined` until the first snapshot. */
  get state(): ReadonlySignal<ChatSnapshot | undefined> {
    return this.#state;
  }

  get draft(): ReadonlySignal<string> {
    return this.#draft;
  }

  /** Why the last Enter did nothing. */
  get hint(): ReadonlySignal<string | undefined> {
    return this.#hint;
  }

  /** A new object for each announcement, also when its words are those of the last. */
  get announcement(): ReadonlySignal<Announcement | undefined> {
    return this.#announcement;
  }

  /** Counts the host's wishes to have the input focused. */
  get focusRequests(): ReadonlySignal<number> {
    return this.#focusRequests;
  }

  /** Counts the drafts that became messages. */
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
        break;
      case 'delta': {
        const state = this.#state.value;
        if (this.#isAwaitingSnapshot || state === undefined) return;
        const next = applyDelta(state, message.payload.revision, message.payload.delta);
        if (next === undefined) this.#askForSnapshot();
        else this.#change(next);
        break;
      }
      case 'sendResult':
        this.#settleDraft(message.payload);
        break;
      case 'focusInput':
        this.#focusRequests.value += 1;
        break;
      case undefined:
        break;
    }
  }

  setDraft(text: string): void {
    this.#draft.value = text;
    this.#hint.value = undefined;
    this.#keep({ draft: text });
  }

  keepPosition(topTurnId: string | undefined): void {
    if (topTurnId !== this.#viewState.topTurnId) this.#keep({ topTurnId });
  }

  /** Without a known key as well: the host looks for it once more and says why there is none. */
  send(): void {
    const state = this.#state.value;
    const text = this.#draft.value;
    if (text.trim() === '' || state === undefined || this.#sent !== undefined) return;
    if (state.isBusy) {
      this.#hint.value = strings.stillAnswering;
      this.#say(strings.stillAnswering);
      return;
    }
    this.#lastDraftId += 1;
    this.#sent = { id: this.#lastDraftId, text };
    this.#host.post({ type: 'send', payload: { draftId: this.#sent.id, text } });
  }

  /** @returns whether there was anything to stop */
  stop(): boolean {
    const isBusy = this.#state.value?.isBusy ?? false;
    if (isBusy) this.#host.post({ type: 'stop', payload: undefined });
    return isBusy;
  }

  readonly act = (turnId: string, action: TurnAction['id']): void => {
    this.#host.post({ type: 'act', payload: { turnId, action } });
  };

  readonly copy = (text: string): void => {
    this.#host.post({ type: 'copy', payload: { text } });
    this.#say(strings.copied);
  };

  readonly openLink = (url: string): void => {
    this.#host.post({ type: 'openLink', payload: { url } });
  };

  readonly addKey = (): void => {
    this.#host.post({ type: 'addKey', payload: undefined });
  };

  reportError(message: string): void {
    this.#host.post({ type: 'reportError', payload: { message } });
  }

  #askForSnapshot(): void {
    this.#isAwaitingSnapshot = true;
    this.#host.post({ type: 'ready', payload: undefined });
  }

  #change(next: ChatSnapshot): void {
    const previous = this.#state.value;
    if (next === previous) return;
    this.#state.value = next;
    if (!next.isBusy) this.#hint.value = undefined;
    const announcement = previous && announceChange(previous, next);
    if (announcement) this.#announcement.value = announcement;
  }

  #settleDraft({ draftId, isAccepted }: { readonly draftId: number; readonly isAccepted: boolean }): void {
    const sent = this.#sent;
    if (sent === undefined || sent.id !== draftId) return;
    this.#sent = undefined;
    if (!isAccepted) return;
    // What was typed on while the message was under way is the next draft.
    const draft = this.#draft.value;
    if (draft.startsWith(sent.text)) this.setDraft(draft.slice(sent.text.length));
    this.#acceptedSends.value += 1;
  }

  #say(text: string): void {
    this.#announcement.value = { text, isAssertive: false };
  }

  #keep(change: Partial<ViewState>): void {
    this.#viewState = { ...this.#viewState, ...change };
    this.#host.writeViewState(this.#viewState);
  }
}
