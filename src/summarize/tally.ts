import { PriceList } from '../client/prices';
import type { Usage } from '../client/types';
import type { Answer, QuestionRequest, Stage } from '../jobs/question';
import type { Known } from './cuts';
import { wordsOfAnElement } from './elements';
import { expectAnswerTokens } from './lengths';
import { expectTokens } from './pieceSize';
import type { SizedQuestion } from './questions';
import type { SummarySpec } from './spec';

/** Of a request in a batch. https://platform.claude.com/docs/en/build-with-claude/batch-processing */
const batchShare = 0.5;

const prices = new PriceList();

export interface Amounts {
  readonly requests: number;
  /** Of them, those that can go by a batch. */
  readonly batchable: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In US dollars; `undefined` where the price of a model is not known. */
  readonly costUsd: number | undefined;
  /** The same where all that can goes by a batch. */
  readonly batchCostUsd: number | undefined;
}

/** An answer that is known, or how long one is expected to be. */
export interface Expected {
  readonly text: string | undefined;
  readonly tokens: number;
  readonly isKnown: boolean;
}

/** Adds up what is asked. */
export class Tally {
  readonly spec: SummarySpec;
  readonly known: Known;
  readonly #asked = new Set<string>();
  #requests = 0;
  #batchable = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #costUsd: number | undefined = 0;
  #batchCostUsd: number | undefined = 0;

  constructor(spec: SummarySpec, known: Known) {
    this.spec = spec;
    this.known = known;
  }

  get amounts(): Amounts {
    return {
      requests: this.#requests,
      batchable: this.#batchable,
      inputTokens: Math.round(this.#inputTokens),
      outputTokens: Math.round(this.#outputTokens),
      costUsd: this.#costUsd,
      batchCostUsd: this.#batchCostUsd,
    };
  }

  /**
   * Once each. @param missingTokens of what will stand in it and is not known yet; without it the question is as it will
   * be, so that it may be answered already
   */
  ask(variants: readonly SizedQuestion[], missingTokens?: number): Expected {
    const answers =
      missingTokens === undefined ? this.known(variants.map(({ key }) => key)) : new Map<string, Answer>();
    const answered = variants.find(({ key }) => answers.has(key));
    const question = answered ?? variants[0];
    if (!question) throw new RangeError('There is nothing to be asked');
    const answer = answered && answers.get(answered.key);
    if (answer) return { text: answer.text, tokens: expectTokens(answer.text, question.request.model), isKnown: true };
    const { key, request, stage, words } = question;
    if (missingTokens !== undefined || !this.#asked.has(key)) {
      this.add(request, stage, expectTokens(request.prompt, request.model) + (missingTokens ?? 0), words);
    }
    this.#asked.add(key);
    return this.expectAnswer(question);
  }

  expectAnswer({ request, words }: SizedQuestion): Expected {
    return { text: undefined, tokens: expectAnswerTokens(words, request.model), isKnown: false };
  }

  /** Of the answer to several in one. */
  wordsOf(questions: readonly SizedQuestion[]): number {
    return questions.reduce((sum, { words }) => sum + words + wordsOfAnElement, 0);
  }

  add({ model, system }: QuestionRequest, stage: Stage, promptTokens: number, words: number): void {
    const inputTokens = promptTokens + expectTokens(system, model) - expectTokens('', model);
    const outputTokens = expectAnswerTokens(words, model);
    this.#requests += 1;
    this.#inputTokens += inputTokens;
    this.#outputTokens += outputTokens;
    const usage: Usage = { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const costUsd = prices.costOf(model, usage);
    const isBatched = stage === 'map' || stage === 'whole';
    if (isBatched) this.#batchable += 1;
    this.#costUsd = plus(this.#costUsd, costUsd);
    this.#batchCostUsd = plus(this.#batchCostUsd, costUsd && costUsd * (isBatched ? batchShare : 1));
  }
}

function plus(sum: number | undefined, more: number | undefined): number | undefined {
  return sum === undefined || more === undefined ? undefined : sum + more;
}
