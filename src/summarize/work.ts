import * as v from 'valibot';
import { isOfItsTextOnly, toError } from '../jobs/failures';
import type { JobSource } from '../jobs/job';
import type { JobContext, KnownLimits } from '../jobs/program';
import type { Answer, Bundle } from '../jobs/question';
import { pick, type Known } from './cuts';
import type { SizedQuestion } from './questions';
import { readSpec, type SummarySpec } from './spec';

/** What became of a question. */
export type Finding = Answer | { readonly error: Error };

export function isAnswer(finding: Finding): finding is Answer {
  return !('error' in finding);
}

/**
 * One run of the program: its spec, its sources, and the way to the asker. Nothing here rejects but what is decided. The
 * first failure that is not of its text only ends the work: nothing more is asked, and nothing under way is waited for.
 */
export class Work {
  readonly spec: SummarySpec;
  readonly known: Known;
  readonly #context: JobContext;
  readonly #expected = new Set<string>();
  readonly #ended = Promise.withResolvers<{ readonly error: Error }>();
  #failure: Error | undefined;
  #firstError: Error | undefined;

  constructor(context: JobContext) {
    this.#context = context;
    this.spec = readSpec(context.spec);
    this.known = (keys) => context.asker.known(keys);
  }

  get sources(): readonly JobSource[] {
    return this.#context.sources;
  }

  /** Of all sources. */
  get characters(): number {
    return this.sources.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** What has ended it before its time. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  get firstError(): Error | undefined {
    return this.#firstError;
  }

  limitsOf(model: string): KnownLimits {
    return this.#context.limitsOf(model);
  }

  countTokens(text: string): Promise<number> {
    const messages = [{ role: 'user', content: text }] as const;
    return this.#context.countTokens({ model: this.spec.model, messages });
  }

  /** What depends on anything but the spec and the sources: decided once for all runs of the job. */
  async decide<T>(name: string, schema: v.GenericSchema<unknown, T>, make: () => T | Promise<T>): Promise<T> {
    const json = await this.#context.once(name, async () => {
      // What is decided after a failure would be decided without what it kept from being known, and for good.
      if (this.#failure) throw this.#failure;
      return JSON.stringify(await make());
    });
    return v.parse(schema, JSON.parse(json));
  }

  publish(result: string): void {
    this.#context.publish(result);
  }

  /** So many more questions of which only the number is known yet; may be negative. */
  expectMore(count: number): void {
    if (count !== 0) this.#context.asker.expectMore(count);
  }

  /** Each of them once, however often it is told of. */
  expect(questions: readonly SizedQuestion[]): void {
    const before = this.#expected.size;
    for (const { key } of questions) this.#expected.add(key);
    this.expectMore(this.#expected.size - before);
  }

  /** The first of the variants that is answered, otherwise the first one. */
  async ask(...variants: readonly SizedQuestion[]): Promise<Finding> {
    const question = pick(variants, this.known);
    if (!question) throw new RangeError('There is nothing to be asked');
    return this.#guard(() => this.#context.asker.ask(question));
  }

  async askTogether(bundle: Bundle): Promise<ReadonlyMap<string, Answer>> {
    const found = await this.#guard(() => this.#context.asker.askTogether(bundle));
    return 'error' in found ? new Map() : found;
  }

  async #guard<T extends object>(ask: () => Promise<T>): Promise<T | { readonly error: Error }> {
    if (this.#failure) return { error: this.#failure };
    try {
      return await Promise.race([ask(), this.#ended.promise]);
    } catch (error) {
      return { error: this.#judge(toError(error)) };
    }
  }

  /** The reason it is: what was cancelled for another failure does not know it. */
  #judge(error: Error): Error {
    this.#firstError ??= error;
    if (isOfItsTextOnly(error)) return error;
    this.#failure ??= error;
    this.#ended.resolve({ error: this.#failure });
    return this.#failure;
  }
}
