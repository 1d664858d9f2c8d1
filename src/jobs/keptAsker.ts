import { ClientError } from '../client/errors';
import type { RunResult } from '../client/types';
import { answerOf, bodyOf } from './answerOf';
import type { BatchDelivery } from './batchDelivery';
import { costOf } from './costs';
import { isHold, isOfItsTextOnly, isPassing } from './failures';
import { inquiryOf, inquiryOfBundle, type Inquiry } from './inquiry';
import { noCost } from './job';
import { NoAnswerError } from './noAnswerError';
import { backoffMs, pause } from './pause';
import type { Answer, Asker, Bundle, Question } from './question';
import type { JobRecords } from './records';
import { Submission, type Turn } from './submission';
import type { AskingSurroundings } from './surroundings';

/** In all, for what passes by itself. The client has tried often in each. */
const mostAttempts = 6;

/** `busy`: this window is asking it already; `held`: another one is. */
type Claim = { readonly kind: 'mine'; readonly giveUp: () => void } | { readonly kind: 'known' | 'busy' | 'held' };

/**
 * Asks for one job, and keeps each answer the moment it is there: what is answered anywhere is never asked again. Owned by
 * the run of the job, which has to `end` it.
 */
export class KeptAsker implements Asker {
  readonly #surroundings: AskingSurroundings;
  readonly #batches: BatchDelivery;
  readonly #submission = new Submission();
  /** By key: who asks the same meanwhile gets the same answer. */
  readonly #asking = new Map<string, Promise<Answer>>();
  readonly #sending = new Set<Promise<void>>();
  readonly #answered = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #models = new Map<string, number>();
  readonly #end = new AbortController();
  #lookUp: { readonly keys: Set<string>; readonly found: Promise<ReadonlyMap<string, Answer>> } | undefined;
  #expected = 0;
  #failure: Error | undefined;

  constructor(surroundings: AskingSurroundings, batches: BatchDelivery) {
    this.#surroundings = surroundings;
    this.#batches = batches;
  }

  get counts(): { readonly done: number; readonly total: number; readonly failed: number } {
    return { done: this.#answered.size, total: this.#expected, failed: this.#failed.size };
  }

  /** The one that most is asked of; `undefined` before anything is. */
  get mainModel(): string | undefined {
    const [most] = [...this.#models].sort(([, one], [, other]) => other - one);
    return most?.[0];
  }

  ask(question: Question): Promise<Answer> {
    const { key } = question;
    const asking = this.#asking.get(key);
    if (asking) return asking;
    const answer = this.#ask(question);
    this.#asking.set(key, answer);
    const forget = () => this.#asking.delete(key);
    answer.then(forget, forget);
    return answer;
  }

  async askTogether(bundle: Bundle): Promise<ReadonlyMap<string, Answer>> {
    const inquiry = inquiryOfBundle(bundle);
    const keys = [inquiry.key, ...inquiry.questions];
    if ((await this.#find(keys)).size === 0) await this.#obtain(inquiry);
    this.#takeApart(inquiry);
    const answers = this.known(inquiry.questions);
    this.#count([...answers.keys()]);
    return answers;
  }

  known(keys: readonly string[]): ReadonlyMap<string, Answer> {
    return this.#surroundings.books.answers(keys);
  }

  expectMore(count: number): void {
    this.#expected += count;
    this.#surroundings.onProgress();
  }

  /** The way is another one now: what is not under way yet thinks again. */
  reroute(): void {
    if (this.#surroundings.settings().delivery === 'batch') {
      this.#batches.rejoin();
      this.#submission.recall();
    } else this.#batches.leave();
  }

  /** What waits at the client is sent anew, with the priority of now. */
  renew(): void {
    this.#submission.renew();
  }

  sendNow(): void {
    this.#submission.sendNow();
  }

  /** Once; the first error counts. @param isGentle what runs may come to its end, and is kept */
  end(error: Error, isGentle: boolean): void {
    this.#failure ??= error;
    this.#submission.end(this.#failure, isGentle);
    this.#end.abort();
    this.#surroundings.leases.end();
  }

  /** All that is under way has ended, and what came of it is kept. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.allSettled(this.#sending);
  }

  async #ask(question: Question): Promise<Answer> {
    const { key } = question;
    const known = (await this.#find([key])).get(key);
    const answer = known ?? (await this.#obtainOne(question));
    this.#count([key]);
    return answer;
  }

  async #obtainOne(question: Question): Promise<Answer> {
    const { key } = question;
    try {
      const answer = (await this.#obtain(inquiryOf(question))) ?? this.known([key]).get(key);
      if (answer) return answer;
    } catch (error) {
      if (NoAnswerError.is(error) || ClientError.is(error, 'invalid')) this.#fail(key);
      throw error;
    }
    throw new ClientError('incomplete', 'What was answered cannot be read');
  }

  /** One look for all that is asked at the same moment. */
  #find(keys: readonly string[]): Promise<ReadonlyMap<string, Answer>> {
    const gathered = this.#lookUp?.keys ?? new Set<string>();
    for (const key of keys) gathered.add(key);
    this.#lookUp ??= {
      keys: gathered,
      found: Promise.resolve().then(() => {
        this.#lookUp = undefined;
        return this.known([...gathered]);
      }),
    };
    const { found } = this.#lookUp;
    return found.then((all) => {
      const answers = keys.map((key) => [key, all.get(key)] as const);
      return new Map(answers.flatMap(([key, answer]) => (answer ? [[key, answer] as const] : [])));
    });
  }

  /** Returns the answer where it was asked here; where it is known by other ways, nothing. */
  async #obtain(inquiry: Inquiry): Promise<Answer | undefined> {
    const { books, leases, inFlight } = this.#surroundings;
    const { key, questions, request } = inquiry;
    this.#models.set(request.model, (this.#models.get(request.model) ?? 0) + 1);
    for (let failures = 1; ;) {
      if (this.#failure) throw this.#failure;
      if (this.#goesByBatch(inquiry)) {
        const isToBeSent = (await this.#batches.deliver(inquiry)) === 'direct';
        if (!isToBeSent && this.known([key, ...questions]).size > 0) return undefined;
        if (!isToBeSent) continue;
      }
      const turn = await this.#submission.take(request.model);
      if (!turn) continue;
      try {
        const claim = await books.attempt(
          (records) => this.#claim(records, inquiry),
          () => this.#failure,
        );
        if (claim.kind === 'known') return undefined;
        if (claim.kind === 'mine') return await this.#send(turn, inquiry, claim.giveUp);
        turn.giveBack();
        if (claim.kind === 'busy') await inFlight.of(questions);
        else await leases.whenFree(questions);
      } catch (error) {
        await pause(this.#judge(error, failures++), this.#end.signal);
      } finally {
        turn.giveBack();
      }
    }
  }

  #goesByBatch({ key, stage }: Inquiry): boolean {
    if (this.#batches.has(key)) return true;
    return this.#surroundings.settings().delivery === 'batch' && (stage === 'map' || stage === 'whole');
  }

  /** Nothing comes between finding out and taking it. Throws like the records. */
  #claim(records: JobRecords, { key, questions }: Inquiry): Claim {
    const { inFlight, leases } = this.#surroundings;
    if (inFlight.of(questions)) return { kind: 'busy' };
    if (!leases.take(records, questions)) return { kind: 'held' };
    if (records.answers([key, ...questions]).size > 0) {
      leases.giveUp(questions);
      return { kind: 'known' };
    }
    const endFlight = inFlight.begin(questions);
    return {
      kind: 'mine',
      giveUp: () => {
        leases.giveUp(questions);
        endFlight();
      },
    };
  }

  #send(turn: Turn, inquiry: Inquiry, giveUp: () => void): Promise<Answer> {
    const row = this.#surroundings.board.add(inquiry.label);
    const answer = this.#perform(turn, inquiry, row.see).finally(() => {
      row.remove();
      giveUp();
    });
    const sending = answer.then(
      () => {},
      () => {},
    );
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
    return answer;
  }

  async #perform(turn: Turn, inquiry: Inquiry, see: Parameters<Turn['send']>[2]): Promise<Answer> {
    const { acquire, jobId, books, settings } = this.#surroundings;
    try {
      const { client } = await acquire();
      const compose = () => ({ ...bodyOf(inquiry.request), priority: settings().priority, source: jobId });
      return this.#take(inquiry, await turn.send(client, compose, see));
    } catch (error) {
      // What was streamed is spent.
      if (ClientError.is(error) && error.partial) books.keep(jobId, [], costOf(error.partial));
      throw error;
    }
  }

  /** @throws {NoAnswerError} which is paid for as well */
  #take(inquiry: Inquiry, result: RunResult): Answer {
    const { jobId, books, leases } = this.#surroundings;
    const cost = costOf(result);
    try {
      const answer = answerOf(result);
      const kept = inquiry.read(answer);
      books.keep(jobId, kept, cost);
      leases.forget(kept.map(({ key }) => key));
      return answer;
    } catch (error) {
      books.keep(jobId, [], cost);
      throw error;
    }
  }

  /** The answer of a bundle may have come in a batch, or been kept by a window that did not come to take it apart. */
  #takeApart(inquiry: Inquiry): void {
    const { books, jobId } = this.#surroundings;
    const known = this.known([inquiry.key, ...inquiry.questions]);
    const whole = known.get(inquiry.key);
    if (!whole) return;
    const parts = inquiry.read(whole).filter(({ key }) => key !== inquiry.key && !known.has(key));
    if (parts.length > 0) books.keep(jobId, parts, noCost);
  }

  /** How long to wait before it is tried again. @throws what does not pass by itself */
  #judge(error: unknown, failures: number): number {
    if (this.#failure) throw this.#failure;
    if (isOfItsTextOnly(error)) throw error;
    if (isHold(error)) {
      this.#surroundings.onHold(error);
      throw this.#failure ?? error;
    }
    if (!isPassing(error) || failures >= mostAttempts) throw error;
    return Math.max(backoffMs(failures), (error.until ?? 0) - this.#surroundings.now());
  }

  #count(keys: readonly string[]): void {
    for (const key of keys) {
      this.#answered.add(key);
      this.#failed.delete(key);
    }
    this.#surroundings.onProgress();
  }

  #fail(key: string): void {
    this.#failed.add(key);
    this.#surroundings.onProgress();
  }
}
