import {
  keyOf,
  type Answer,
  type Asker,
  type Bundle,
  type Question,
  type QuestionRequest,
} from '../../../src/jobs/question';
import { createRandom } from '../../support/random';

/** What a request is answered with: a text that is whole unless it says otherwise, or the error it fails with. */
export type Reply = string | Answer | Error;

interface Waiting {
  readonly request: QuestionRequest;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface ScriptedAskerOptions {
  readonly reply: (request: QuestionRequest) => Reply;
  /** Shared by the runs of a job, as a store shares them. */
  readonly answers?: Map<string, Answer>;
  /** Replies come in an order of its own. */
  readonly seed?: number;
  /** After so many replies nothing happens any more, as after a crash. */
  readonly stopAfter?: number;
}

/** Answers as it is told, keeps what it answered, and lists what it was paid for. */
export class ScriptedAsker implements Asker {
  /** In the order they were asked. */
  readonly asked: QuestionRequest[] = [];
  readonly labels: string[] = [];
  /** Those that got an answer. */
  readonly paid: QuestionRequest[] = [];
  readonly answers: Map<string, Answer>;
  readonly stopped: Promise<void>;
  expected = 0;
  readonly #done = new Set<string>();
  readonly #options: ScriptedAskerOptions;
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #onStop: () => void;
  #isPumping = false;
  #replies = 0;

  constructor(options: ScriptedAskerOptions) {
    this.#options = options;
    this.answers = options.answers ?? new Map();
    this.#random = createRandom(options.seed ?? 1);
    const stop = Promise.withResolvers<void>();
    this.stopped = stop.promise;
    this.#onStop = stop.resolve;
  }

  /** Questions that were answered, the known ones too, as far as they were asked for. */
  get done(): number {
    return this.#done.size;
  }

  async ask({ key, label, request }: Question): Promise<Answer> {
    const answer = this.answers.get(key) ?? (await this.#send(label, request));
    this.answers.set(key, answer);
    this.#done.add(key);
    return answer;
  }

  async askTogether({ questions, request, read }: Bundle): Promise<ReadonlyMap<string, Answer>> {
    const keys = questions.map(({ key }) => key);
    if (this.known([...keys, keyOf(request)]).size === 0) {
      const answer = await this.#send(questions.map(({ label }) => label).join(', '), request);
      this.answers.set(keyOf(request), answer);
      for (const [key, text] of read(answer.text)) {
        if (!this.answers.has(key)) this.answers.set(key, { text, isCut: false });
      }
    }
    const found = this.known(keys);
    for (const key of found.keys()) this.#done.add(key);
    return found;
  }

  known(keys: readonly string[]): ReadonlyMap<string, Answer> {
    return new Map(
      keys.flatMap((key) => {
        const answer = this.answers.get(key);
        return answer ? [[key, answer] as const] : [];
      }),
    );
  }

  expectMore(count: number): void {
    this.expected += count;
  }

  #send(label: string, request: QuestionRequest): Promise<Answer> {
    this.asked.push(request);
    this.labels.push(label);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => {
      this.#isPumping = false;
      this.#replyOne();
      if (this.#waiting.length > 0) this.#pump();
    });
  }

  #replyOne(): void {
    if (this.#replies === this.#options.stopAfter) {
      this.#waiting.length = 0;
      this.#onStop();
      return;
    }
    const [next] = this.#waiting.splice(Math.floor(this.#random() * this.#waiting.length), 1);
    if (!next) return;
    this.#replies += 1;
    const reply = this.#options.reply(next.request);
    if (reply instanceof Error) return next.reject(reply);
    this.paid.push(next.request);
    next.resolve(typeof reply === 'string' ? { text: reply, isCut: false } : reply);
  }
}
