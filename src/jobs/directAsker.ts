import { ClientError } from '../client/errors';
import type { Client, Priority, RunEvent } from '../client/types';
import { answerOf, bodyOf } from './answerOf';
import { isOfItsTextOnly, toError } from './failures';
import type { Answer, Asker, Bundle, Question, QuestionRequest } from './question';
import { Submission } from './submission';

export interface DirectAskerOptions {
  readonly priority: Priority;
  /** Who shares fairly with others; one per job. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/** What it is doing: questions answered, and the last wait or start of one of its requests. */
export interface SummaryProgress {
  readonly done: number;
  /** `undefined` until it is known that there are several. */
  readonly total: number | undefined;
  readonly last: Extract<RunEvent, { type: 'queued' | 'waiting' | 'parked' | 'retrying' | 'started' }> | undefined;
}

/**
 * Asks a client and keeps answers in memory only, for what nobody would want to go on after a restart. Whoever asks has
 * to `end` it. The first failure that is not of its text only ends it by itself: what is under way is cancelled then, and
 * everything else is refused with the same error.
 */
export class DirectAsker implements Asker {
  readonly #client: Client;
  readonly #options: DirectAskerOptions;
  readonly #onProgress: (progress: SummaryProgress) => void;
  readonly #submission = new Submission();
  readonly #answers = new Map<string, Answer>();
  /** By key: who asks the same meanwhile gets the same answer. */
  readonly #underWay = new Map<string, Promise<Answer>>();
  readonly #onAbort = () => this.end(new ClientError('cancelled', 'What was asked was cancelled'));
  #failure: Error | undefined;
  #expected = 0;
  #last: SummaryProgress['last'];

  constructor(client: Client, options: DirectAskerOptions, onProgress: (progress: SummaryProgress) => void) {
    this.#client = client;
    this.#options = options;
    this.#onProgress = onProgress;
    if (options.signal.aborted) this.#onAbort();
    else options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  ask(question: Question): Promise<Answer> {
    const { key, request } = question;
    const known = this.#answers.get(key);
    if (known) return Promise.resolve(known);
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const asking = this.#send(request).then((answer) => {
      this.#keep([[key, answer]]);
      return answer;
    });
    this.#underWay.set(key, asking);
    const forget = () => this.#underWay.delete(key);
    asking.then(forget, forget);
    return asking;
  }

  async askTogether({ questions, request, read }: Bundle): Promise<ReadonlyMap<string, Answer>> {
    if (questions.some(({ key }) => !this.#answers.has(key))) {
      const answer = await this.#send(request);
      const texts = [...read(answer.text)].filter(([key]) => !this.#answers.has(key));
      this.#keep(texts.map(([key, text]) => [key, { text, isCut: false }]));
    }
    return this.known(questions.map(({ key }) => key));
  }

  known(keys: readonly string[]): ReadonlyMap<string, Answer> {
    const found = new Map<string, Answer>();
    for (const key of keys) {
      const answer = this.#answers.get(key);
      if (answer) found.set(key, answer);
    }
    return found;
  }

  expectMore(count: number): void {
    this.#expected += count;
    this.#report();
  }

  /** Sends what waits before its time. */
  sendNow(): void {
    this.#submission.sendNow();
  }

  /** Once; the first error is the one that counts. */
  end(error: Error): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#failure ??= error;
    this.#submission.end(this.#failure);
  }

  async #send(request: QuestionRequest): Promise<Answer> {
    const { priority, source } = this.#options;
    const turn = await this.#submission.take(request.model);
    // Nobody recalls it here.
    if (!turn) throw new ClientError('cancelled', 'What was asked was recalled');
    try {
      const compose = () => ({ ...bodyOf(request), priority, source });
      return answerOf(await turn.send(this.#client, compose, (event) => this.#see(event)));
    } catch (error) {
      if (isOfItsTextOnly(error)) throw error;
      this.end(toError(error));
      // What was cancelled for it does not know the reason.
      throw this.#failure ?? error;
    } finally {
      turn.giveBack();
    }
  }

  #keep(answers: readonly (readonly [string, Answer])[]): void {
    for (const [key, answer] of answers) this.#answers.set(key, answer);
    this.#report();
  }

  #see(event: RunEvent): void {
    if (event.type === 'text' || event.type === 'thinking' || event.type === 'done') return;
    this.#last = event;
    this.#report();
  }

  #report(): void {
    const total = this.#expected > 1 ? this.#expected : undefined;
    this.#onProgress({ done: this.#answers.size, total, last: this.#last });
  }
}
