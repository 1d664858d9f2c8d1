import type { Client, ContentBlock, Message, Run, ThinkingChoice } from '../client/types';
import { addAccounts } from './account';
import type { ErrorHandler } from './isolation';
import { goOnMessage, toMessages } from './messages';
import { firstWait, RunningAnswer, type EndedState } from './runningAnswer';
import type { ToldTurns } from './toldTurns';
import { isCutAtLength, type AnswerAccount, type AnswerTurn, type Turn, type UserTurn } from './turn';

/** What is sent of a conversation. */
interface Composition {
  readonly system?: string | readonly ContentBlock[] | undefined;
  readonly messages: readonly Message[];
}

export interface AnswerOptions {
  readonly model: string;
  readonly maxTokens: number;
  readonly thinking: ThinkingChoice;
  /**
   * Turns of the path, first to last, to what is sent. The last is the question, or the broken answer that is to go on.
   * Default: all of them, as `toMessages` makes them.
   */
  readonly compose?: ((path: readonly Turn[]) => Composition) | undefined;
}

export interface ConversationEnvironment {
  readonly now: () => number;
  readonly newId: () => string;
  /** Hears what a listener throws, which changes nothing here. Without it, it is an error that nobody caught. */
  readonly onListenerError?: ErrorHandler | undefined;
}

type FailedState = Extract<EndedState, { kind: 'failed' }>;

interface Answering {
  readonly answer: RunningAnswer;
  readonly ended: Promise<void>;
  readonly turnId: string;
  readonly model: string;
  /** The answer that this one is asked for in place of, and what was shown until then. */
  readonly former: { readonly turnId: string; readonly headId: string | undefined } | undefined;
  /** Whether this request brought text or thinking, kept apart: to look at the text costs its length each time. */
  hasText: boolean;
  hasThinking: boolean;
}

/** Starts answers, at most one at a time, and follows what becomes of them into the turns. */
export class Answers {
  readonly #environment: ConversationEnvironment;
  readonly #turns: ToldTurns;
  #answering: Answering | undefined;

  constructor(environment: ConversationEnvironment, turns: ToldTurns) {
    this.#environment = environment;
    this.#turns = turns;
  }

  get runningId(): string | undefined {
    return this.#answering?.turnId;
  }

  /** Adds the question, if it is a new one, and an answer to the last turn of the path. */
  begin(
    client: Client,
    options: AnswerOptions,
    { path, question, former }: { path: readonly Turn[]; question?: UserTurn; former?: AnswerTurn },
  ): void {
    const asked = question ? [...path, question] : path;
    const run = send(client, options, asked, []);
    const turn: AnswerTurn = {
      role: 'assistant',
      id: this.#environment.newId(),
      parentId: asked.at(-1)?.id,
      at: this.#environment.now(),
      model: options.model,
      text: '',
      thinking: '',
      state: firstWait,
      account: undefined,
    };
    this.#follow(run, turn.id, options.model, former);
    this.#turns.add(question ? [question, turn] : [turn]);
  }

  /** Asks for the rest of the answer that is last on the path. */
  goOn(client: Client, options: AnswerOptions, path: readonly Turn[], turn: AnswerTurn): void {
    const run = send(client, options, path, [goOnMessage(turn.text)]);
    this.#follow(run, turn.id, options.model, undefined);
    this.#turns.replace({ ...turn, state: firstWait, continuedAt: this.#environment.now() });
  }

  stop(): void {
    this.#answering?.answer.stop();
  }

  sendNow(): boolean {
    return this.#answering?.answer.sendNow() ?? false;
  }

  whenIdle(): Promise<void> {
    return this.#answering?.ended ?? Promise.resolve();
  }

  #follow(run: Run, turnId: string, model: string, former: AnswerTurn | undefined): void {
    const { now, onListenerError } = this.#environment;
    const answer = new RunningAnswer(run, now, onListenerError);
    const ended = answer.follow({
      onState: (state) => this.#change(answering, (turn) => this.#turns.replace({ ...turn, state })),
      onText: (text) => this.#appendText(answering, text),
      onThinking: (text) => this.#appendThinking(answering, text),
      onEnd: (state, account) => this.#end(answering, state, account),
    });
    const answering: Answering = {
      answer,
      ended,
      turnId,
      model,
      former: former && { turnId: former.id, headId: this.#turns.tree.headId },
      hasText: false,
      hasThinking: false,
    };
    this.#answering = answering;
  }

  #change({ turnId }: Answering, change: (turn: AnswerTurn) => void): void {
    const turn = this.#findAnswer(turnId);
    if (turn) change(turn);
  }

  #appendText(answering: Answering, text: string): void {
    if (!answering.hasText && text.trim() !== '') {
      answering.hasText = true;
      this.#change(answering, (turn) => {
        if (turn.model !== answering.model) this.#turns.replace({ ...turn, model: answering.model });
      });
      this.#dropEmptyFormer(answering);
    }
    this.#change(answering, (turn) => this.#turns.append(turn, 'text', text));
  }

  #appendThinking(answering: Answering, text: string): void {
    this.#change(answering, (turn) => {
      const isAfterMore = !answering.hasThinking && turn.thinking !== '';
      answering.hasThinking = true;
      this.#turns.append(turn, 'thinking', isAfterMore ? `\n\n${text}` : text);
    });
  }

  #end(answering: Answering, state: EndedState, account: AnswerAccount | undefined): void {
    const old = state.kind === 'failed' && !answering.hasText ? this.#formerToShow(answering, state) : undefined;
    if (old) return this.#fallBack(answering, old, state, account);
    if (state.kind === 'done') this.#dropEmptyFormer(answering);
    const turn = this.#findAnswer(answering.turnId);
    this.#free();
    if (turn) this.#turns.replace({ ...turn, state, account: addAccounts(turn.account, account) });
  }

  /** Shows the old answer in place of the new one, which goes last: until then it is the one that runs. */
  #fallBack(
    { turnId, former }: Answering,
    old: AnswerTurn,
    state: EndedState,
    account: AnswerAccount | undefined,
  ): void {
    const shown = isWhole(old) ? old.state : state;
    this.#turns.replace({ ...old, state: shown, account: addAccounts(old.account, account) });
    this.#turns.show(former?.headId);
    this.#free();
    this.#turns.remove([turnId], former?.headId);
  }

  /** Before the last change is told, and not sooner: whoever hears it may begin the next answer. */
  #free(): void {
    this.#answering = undefined;
  }

  /**
   * The new answer brought nothing: the old one is shown again. Not a whole one, though, when the new one failed: the
   * failure must be seen, but not on an answer that lacks nothing.
   */
  #formerToShow({ former }: Answering, { reason }: FailedState): AnswerTurn | undefined {
    const old = this.#findAnswer(former?.turnId);
    return old && isWhole(old) && reason !== 'cancelled' ? undefined : old;
  }

  /** There is something in place of a failed answer without text: it goes, unless the conversation went on from it. */
  #dropEmptyFormer(answering: Answering): void {
    const former = this.#findAnswer(answering.former?.turnId);
    const { tree } = this.#turns;
    if (former?.state.kind !== 'failed' || former.text.trim() !== '' || tree.hasFollowers(former.id)) return;
    this.#turns.remove([former.id], tree.headId);
    if (!former.account) return;
    this.#change(answering, (turn) =>
      this.#turns.replace({ ...turn, account: addAccounts(former.account, turn.account) }),
    );
  }

  #findAnswer(id: string | undefined): AnswerTurn | undefined {
    const turn = this.#turns.tree.find(id);
    return turn?.role === 'assistant' ? turn : undefined;
  }
}

function isWhole({ state }: AnswerTurn): boolean {
  return state.kind === 'done' && !isCutAtLength(state);
}

function send(client: Client, options: AnswerOptions, path: readonly Turn[], added: readonly Message[]): Run {
  const { model, maxTokens, thinking, compose } = options;
  const { system, messages } = compose ? compose(path) : { messages: toMessages(path) };
  return client.send({
    model,
    maxTokens,
    thinking,
    system,
    messages: [...messages, ...added],
    priority: 'interactive',
    source: 'chat',
  });
}
