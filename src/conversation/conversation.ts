import { ClientError } from '../client/errors';
import type { Client, Disposable, Run, RunEvent } from '../client/types';
import { toMessages } from './messages';
import {
  isCutAtLength,
  isRunning,
  type AnswerState,
  type AnswerTurn,
  type Attachment,
  type Turn,
  type UserTurn,
} from './turn';

export type ConversationChange =
  /** Added, or replaced under its id. */
  | { readonly kind: 'turn'; readonly turn: Turn }
  /** Text was appended to the answer. */
  | { readonly kind: 'text'; readonly turnId: string; readonly text: string }
  | { readonly kind: 'removed'; readonly turnIds: readonly string[] };

export interface AnswerOptions {
  readonly model: string;
  readonly maxTokens: number;
}

export interface ConversationEnvironment {
  readonly now: () => number;
  readonly newId: () => string;
}

interface RunningAnswer {
  readonly run: Run;
  readonly turnId: string;
  /** Earlier answers to the same question, which stay until this one has something to show. */
  readonly replaces: readonly string[];
}

/**
 * One conversation: its turns, and at most one answer under way.
 *
 * The answer runs on its own; nobody needs to await it. Whatever ends it, the turn stays with the text that had arrived
 * and with the reason. Listeners hear every change in order, after it was made.
 */
export class Conversation {
  readonly #environment: ConversationEnvironment;
  readonly #listeners = new Set<(change: ConversationChange) => void>();
  #turns: readonly Turn[];
  #running: RunningAnswer | undefined;

  constructor(environment: ConversationEnvironment, turns: readonly Turn[] = []) {
    this.#environment = environment;
    this.#turns = turns.map(settle);
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  onDidChange(listener: (change: ConversationChange) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Adds the question and starts the answer. False, with nothing changed, while another answer is under way. */
  ask(client: Client, text: string, attachment: Attachment | undefined, options: AnswerOptions): boolean {
    if (this.isBusy) return false;
    const question: UserTurn = {
      role: 'user',
      id: this.#environment.newId(),
      at: this.#environment.now(),
      text,
      attachment,
    };
    this.#put(question);
    this.#answer(client, options, []);
    return true;
  }

  /**
   * Asks the same again after a failed or incomplete answer, if that is the last turn; a whole answer is kept. What had
   * arrived stays until the new answer has text or its end, and stays for good when the new one fails without any.
   */
  retry(client: Client, turnId: string, options: AnswerOptions): boolean {
    const last = this.#turns.at(-1);
    if (this.isBusy || last?.id !== turnId || last.role !== 'assistant') return false;
    if (last.state.kind !== 'failed' && !isCutAtLength(last.state)) return false;
    if (last.text.trim() === '') this.#remove([turnId]);
    this.#answer(client, options, this.#answersAtEnd());
    return true;
  }

  /** Ends the answer under way; what arrived stays. */
  stop(): void {
    this.#running?.run.cancel();
  }

  /** Sends the waiting question before its time. False when nothing waits. */
  sendNow(): boolean {
    return this.#running?.run.retryNow() ?? false;
  }

  /** Ends the answer under way and forgets all turns. */
  clear(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.run.cancel();
    this.#remove(this.#turns.map(({ id }) => id));
  }

  #answer(client: Client, { model, maxTokens }: AnswerOptions, replaces: readonly string[]): void {
    const messages = toMessages(this.#turns.filter(({ id }) => !replaces.includes(id)));
    const turn: AnswerTurn = {
      role: 'assistant',
      id: this.#environment.newId(),
      at: this.#environment.now(),
      model,
      text: '',
      state: { kind: 'waiting', reason: 'turn', until: undefined, position: undefined, attempt: 1 },
    };
    const run = client.send({ model, maxTokens, messages, priority: 'interactive', source: 'chat' });
    this.#running = { run, turnId: turn.id, replaces };
    this.#put(turn);
    void this.#follow(run, turn.id);
  }

  async #follow(run: Run, turnId: string): Promise<void> {
    try {
      for await (const event of run) {
        // A cleared conversation has let go of its run; what still comes belongs to nobody.
        if (this.#running?.run !== run) return;
        this.#apply(turnId, event);
      }
    } catch (error) {
      if (this.#running?.run !== run) return;
      const { reason, until } = ClientError.is(error) ? error : { reason: 'network' as const, until: undefined };
      this.#fail(this.#running, { kind: 'failed', reason, until });
    }
  }

  #fail({ turnId, replaces }: RunningAnswer, state: AnswerState): void {
    this.#running = undefined;
    const kept = replaces.at(-1);
    if (kept === undefined) return this.#update(turnId, state);
    this.#update(kept, state);
    this.#remove([turnId]);
  }

  /** The answer under way has something to show in place of what it was asked again for. */
  #dropReplaced(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = { ...running, replaces: [] };
    this.#remove(running.replaces);
  }

  #apply(turnId: string, event: RunEvent): void {
    const answer = this.#find(turnId);
    if (!answer) return;
    switch (event.type) {
      case 'queued': {
        const before = answer.state.kind === 'waiting' ? answer.state : undefined;
        return this.#update(turnId, {
          kind: 'waiting',
          reason: before?.reason ?? 'turn',
          until: before?.until ?? event.readyAt,
          position: event.position,
          attempt: before?.attempt ?? 1,
        });
      }
      case 'waiting': {
        const before = answer.state.kind === 'waiting' ? answer.state : undefined;
        return this.#update(turnId, {
          kind: 'waiting',
          reason: event.reason,
          until: event.until,
          position: before?.position,
          attempt: before?.attempt ?? 1,
        });
      }
      case 'retrying':
        return this.#update(turnId, {
          kind: 'waiting',
          reason: event.reason,
          until: event.until,
          position: undefined,
          attempt: event.attempt,
        });
      case 'started':
        return this.#update(turnId, { kind: 'streaming' });
      case 'text':
        if (answer.text.trim() !== '' || event.text.trim() !== '') this.#dropReplaced();
        this.#replace({ ...answer, text: answer.text + event.text });
        return this.#emit({ kind: 'text', turnId, text: event.text });
      case 'done':
        this.#dropReplaced();
        this.#running = undefined;
        return this.#update(turnId, {
          kind: 'done',
          stopReason: event.result.stopReason,
          usage: event.result.usage,
          costUsd: event.result.costUsd,
        });
    }
  }

  /** The answers after the last question: more than one when the window closed while it was asked again. */
  #answersAtEnd(): readonly string[] {
    const question = this.#turns.findLastIndex(({ role }) => role === 'user');
    return this.#turns.slice(question + 1).map(({ id }) => id);
  }

  #find(turnId: string): AnswerTurn | undefined {
    const turn = this.#turns.find(({ id }) => id === turnId);
    return turn?.role === 'assistant' ? turn : undefined;
  }

  #update(turnId: string, state: AnswerState): void {
    const turn = this.#find(turnId);
    if (turn) this.#put({ ...turn, state });
  }

  #put(turn: Turn): void {
    this.#replace(turn);
    this.#emit({ kind: 'turn', turn });
  }

  #replace(turn: Turn): void {
    const index = this.#turns.findIndex(({ id }) => id === turn.id);
    this.#turns = index < 0 ? [...this.#turns, turn] : this.#turns.with(index, turn);
  }

  #remove(turnIds: readonly string[]): void {
    if (turnIds.length === 0) return;
    this.#turns = this.#turns.filter(({ id }) => !turnIds.includes(id));
    this.#emit({ kind: 'removed', turnIds });
  }

  #emit(change: ConversationChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** A turn that was running when the window closed ended with it; nobody continues it. */
function settle(turn: Turn): Turn {
  return turn.role === 'assistant' && isRunning(turn)
    ? { ...turn, state: { kind: 'failed', reason: 'closed', until: undefined } }
    : turn;
}
