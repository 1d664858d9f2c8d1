import type { Adapter, Call } from './adapter';
import { AnswerReader } from './answer';
import type { Attempt } from './attempt';
import type { Clock } from './clock';
import type { Composition, Content } from './content';
import type { ClientError, PartialAnswer } from './errors';
import type { PriceList } from './prices';
import { EventLog } from './run';
import type { Progress, TaskEvent, Work } from './task';
import type { RunResult, SendRequest } from './types';

/** What all messages of one client share. */
export interface MessageContext {
  readonly clock: Clock;
  readonly prices: PriceList;
}

/** The work of one run: asks for the answer, and turns what happens into events. */
export class MessageWork implements Work<RunResult> {
  readonly events = new EventLog();
  readonly rawInputTokens: number;
  readonly composition: Composition;
  readonly #context: MessageContext;
  readonly #request: SendRequest;
  /** Of the attempt made last. */
  #reader: AnswerReader | undefined;

  constructor(context: MessageContext, request: SendRequest, { rawTokens, composition }: Content) {
    this.#context = context;
    this.#request = request;
    this.rawInputTokens = rawTokens;
    this.composition = composition;
  }

  get model(): string {
    return this.#request.model;
  }

  get credential(): string | undefined {
    return this.#request.credential;
  }

  get maxOutputTokens(): number {
    return this.#request.maxTokens;
  }

  get partial(): PartialAnswer | undefined {
    return this.#reader?.partial;
  }

  perform(adapter: Adapter, call: Call, attempt: Attempt, progress: Progress): Promise<RunResult> {
    const { clock, prices } = this.#context;
    const { model, maxTokens } = this.#request;
    const sink = {
      begin: () => progress.outputBegan(),
      text: (text: string) => this.events.push({ type: 'text', text }),
      thinking: (text: string) => this.events.push({ type: 'thinking', text }),
      costOf: prices.costOf.bind(prices, model),
    };
    this.#reader = new AnswerReader(clock, sink, attempt);
    const body = { ...this.#request, maxTokens: Math.min(maxTokens, attempt.mostOutput) };
    return this.#reader.read(body, adapter, call, progress);
  }

  tell(event: TaskEvent): void {
    this.events.push(event);
  }

  succeeded(result: RunResult): void {
    this.events.push({ type: 'done', result });
    this.events.end();
  }

  failed(error: () => ClientError): void {
    this.events.end(error);
  }
}
