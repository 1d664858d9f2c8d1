import type { Client, Disposable } from '../client/types';
import { Answers, type AnswerOptions, type ConversationEnvironment } from './answers';
import type { ConversationChange } from './change';
import { isolate } from './isolation';
import { MessageQueue } from './messageQueue';
import { ToldTurns } from './toldTurns';
import type { TurnTree } from './tree';
import { isIncomplete, type Attachment, type QueuedMessage, type Turn, type UserTurn } from './turn';

export type { AnswerOptions } from './answers';
export type { ConversationChange } from './change';

export interface SavedConversation {
  readonly turns: readonly Turn[];
  readonly headId: string | undefined;
  readonly queue?: readonly QueuedMessage[] | undefined;
}

/**
 * One conversation: a tree of turns, the path through it that is shown, at most one answer under way, and the messages
 * typed meanwhile.
 *
 * The answer runs on its own; nobody needs to await it. Whatever ends it, the turn stays with the text that had arrived
 * and with the reason. While it runs the path stays as it is. Queued messages are only kept here: whoever owns the
 * conversation decides when the next one is asked. Listeners hear every change in order, after it was made; with the
 * last change of an answer the conversation is free again. What a listener throws disturbs nobody else.
 *
 * An answer that was saved as running is left as it is, since another window may be at it. Whoever asks for something
 * here has made sure that none is, so it is then closed.
 */
export class Conversation {
  readonly #environment: ConversationEnvironment;
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  readonly #turns: ToldTurns;
  readonly #answers: Answers;
  readonly #queue: MessageQueue;

  constructor(environment: ConversationEnvironment, saved: SavedConversation = { turns: [], headId: undefined }) {
    this.#environment = environment;
    this.#turns = new ToldTurns(saved.turns, saved.headId, (change) => this.#emit(change));
    this.#answers = new Answers(environment, this.#turns);
    this.#queue = new MessageQueue(saved.queue ?? []);
  }

  /** The path that is shown, first to last. A list once read stays as it is; a change makes a new one. */
  get turns(): readonly Turn[] {
    return this.#tree.path;
  }

  /** On every branch. */
  get all(): readonly Turn[] {
    return this.#tree.all;
  }

  get headId(): string | undefined {
    return this.#tree.headId;
  }

  get queue(): readonly QueuedMessage[] {
    return this.#queue.messages;
  }

  /** Whether an answer is under way here; one that another window is at does not count. */
  get isBusy(): boolean {
    return this.#answers.runningId !== undefined;
  }

  get running(): Turn | undefined {
    return this.#tree.find(this.#answers.runningId);
  }

  /** Resolves when the answer under way has ended, at once when there is none. */
  whenIdle(): Promise<void> {
    return this.#answers.whenIdle();
  }

  /** On any branch. */
  find(turnId: string): Turn | undefined {
    return this.#tree.find(turnId);
  }

  /** Which of the turns that follow the same one this is, counted from 1; `undefined` where it is the only one. */
  branchOf(turnId: string): { readonly position: number; readonly count: number } | undefined {
    const turn = this.#tree.find(turnId);
    const siblings = turn ? this.#tree.siblingsOf(turn) : [];
    return siblings.length > 1 ? { position: siblings.indexOf(turnId) + 1, count: siblings.length } : undefined;
  }

  onDidChange(listener: (change: ConversationChange) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Adds the question and starts the answer. False, with nothing changed, while another answer is under way. */
  ask(client: Client, text: string, attachments: readonly Attachment[], options: AnswerOptions): boolean {
    if (this.isBusy) return false;
    this.#turns.closeLeftOpen();
    const question = this.#newQuestion(this.headId, text, attachments);
    this.#answers.begin(client, options, { path: this.turns, question });
    return true;
  }

  /** Asks something else in place of a question that is shown. That question, and all that followed, stay as a branch. */
  edit(
    client: Client,
    turnId: string,
    text: string,
    attachments: readonly Attachment[],
    options: AnswerOptions,
  ): boolean {
    const turn = this.#findShown(turnId);
    if (turn?.role !== 'user') return false;
    this.#turns.closeLeftOpen();
    const question = this.#newQuestion(turn.parentId, text, attachments);
    this.#answers.begin(client, options, { path: this.#tree.pathTo(turn.parentId), question });
    return true;
  }

  /**
   * Asks for another answer in place of one that is shown, which stays as a branch; or for the missing answer, if the
   * last turn is a question. An empty failed answer goes for good once the new one has text or its end. When the new one
   * fails with nothing, the old one is shown again with the new failure. A whole one stays whole, though: the failure
   * then is a branch beside it, or is not kept at all if the person stopped it.
   */
  retry(client: Client, turnId: string, options: AnswerOptions): boolean {
    const turn = this.#findShown(turnId);
    if (!turn || (turn.role === 'user' && turnId !== this.headId)) return false;
    const path = this.#tree.pathTo(turn.role === 'user' ? turnId : turn.parentId);
    if (path.length === 0) return false;
    this.#turns.closeLeftOpen();
    this.#answers.begin(client, options, turn.role === 'user' ? { path } : { path, former: turn });
    return true;
  }

  /** Lets the last answer go on where it broke off, in the same turn. Whatever happens, what was there stays. */
  continueAnswer(client: Client, turnId: string, options: AnswerOptions): boolean {
    if (this.isBusy || turnId !== this.headId) return false;
    const turn = this.#tree.find(turnId);
    if (turn?.role !== 'assistant' || !isIncomplete(turn)) return false;
    this.#turns.closeLeftOpen();
    this.#answers.goOn(client, options, this.turns, turn);
    return true;
  }

  /** Shows the branch before or after the one through this turn. False when there is none, or an answer is under way. */
  showBranch(turnId: string, step: -1 | 1): boolean {
    const turn = this.#findShown(turnId);
    const siblings = turn ? this.#tree.siblingsOf(turn) : [];
    const beside = siblings[siblings.indexOf(turnId) + step];
    if (!turn || beside === undefined) return false;
    this.#turns.show(this.#tree.endOfBranch(beside));
    return true;
  }

  /** Deletes the turn and all that follows it on any branch. False, with nothing changed, while an answer is under way. */
  remove(turnId: string): boolean {
    const turn = this.#tree.find(turnId);
    if (this.isBusy || !turn) return false;
    const gone = this.#tree.subtreeOf(turnId);
    this.#turns.remove(gone, this.#tree.headWithout(turn, gone));
    return true;
  }

  enqueue(text: string, attachments: readonly Attachment[]): QueuedMessage {
    const message = { id: this.#environment.newId(), at: this.#environment.now(), text, attachments };
    this.#queue.add(message);
    this.#tellQueue();
    return message;
  }

  /** False when the message is not there any more. */
  editQueued(id: string, text: string): boolean {
    const isEdited = this.#queue.edit(id, text);
    if (isEdited) this.#tellQueue();
    return isEdited;
  }

  removeQueued(id: string): QueuedMessage | undefined {
    const message = this.#queue.remove(id);
    if (message) this.#tellQueue();
    return message;
  }

  /** Ends the answer under way; what arrived stays. */
  stop(): void {
    this.#answers.stop();
  }

  /** Sends the waiting question before its time. False when nothing waits. */
  sendNow(): boolean {
    return this.#answers.sendNow();
  }

  /**
   * Takes over what another window saved. Listeners are not told: whoever read it knows, and would write it back. While
   * an answer is under way here the turns are this window's, and only the queue is taken over; a queue that is left out
   * stays as it is.
   */
  replaceWith({ turns, headId, queue }: SavedConversation): void {
    if (!this.isBusy) this.#turns.takeOver(turns, headId);
    if (queue) this.#queue.replace(queue);
  }

  get #tree(): TurnTree {
    return this.#turns.tree;
  }

  /** A turn of the path; none while an answer is under way, which nothing on the path is changed under. */
  #findShown(turnId: string): Turn | undefined {
    return !this.isBusy && this.#tree.isShown(turnId) ? this.#tree.find(turnId) : undefined;
  }

  #newQuestion(parentId: string | undefined, text: string, attachments: readonly Attachment[]): UserTurn {
    const { newId, now } = this.#environment;
    return { role: 'user', id: newId(), parentId, at: now(), text, attachments };
  }

  #tellQueue(): void {
    this.#emit({ kind: 'queue', queue: this.queue });
  }

  #emit(change: ConversationChange): void {
    for (const listener of this.#listeners) isolate(() => listener(change), this.#environment.onListenerError);
  }
}
