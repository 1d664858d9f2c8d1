import type { Exchange } from './exchanges';
import type { HistoryPolicy } from './policy';

/**
 * What is kept when the limit is passed, as a share of it. Cutting to the limit exactly would move the beginning, and
 * with it lose the prompt cache, at every question.
 */
const keptShare = 0.75;

/**
 * A window moves on by this share of its size at once, and has that much more than asked for just before. Every move
 * has the whole window written to the cache anew, at 1.25 times the price of input, where a question in between reads
 * it for a tenth or less. Steps of a half cost a quarter of what moving at every question does, for at most half as much
 * again to be sent: `tsx test/workloads/historyFigures.ts`.
 */
const stepShare = 0.5;

/**
 * The first exchange that is kept for the last question.
 *
 * Replays what was kept for each question before, so that the beginning stays where it was from one question to the
 * next for as long as it can. The last exchange is always kept.
 */
export function findFirstKept(exchanges: readonly Exchange[], policy: HistoryPolicy, limit: number): number {
  const kept = new Kept(exchanges, limit);
  for (const [index, { question, tokens }] of exchanges.entries()) {
    kept.add(question.tokens);
    kept.dropBefore(earliestOf(policy, index + 1));
    kept.fit(index);
    kept.add(tokens - question.tokens);
  }
  // An answer after the last question, which is to be continued.
  kept.fit(exchanges.length - 1);
  return kept.first;
}

class Kept {
  readonly #exchanges: readonly Exchange[];
  readonly #limit: number;
  #first = 0;
  #tokens = 0;

  constructor(exchanges: readonly Exchange[], limit: number) {
    this.#exchanges = exchanges;
    this.#limit = limit;
  }

  get first(): number {
    return this.#first;
  }

  add(tokens: number): void {
    this.#tokens += tokens;
  }

  dropBefore(index: number): void {
    while (this.#first < index) this.#drop();
  }

  fit(last: number): void {
    if (this.#tokens <= this.#limit) return;
    while (this.#first < last && this.#tokens > this.#limit * keptShare) this.#drop();
  }

  #drop(): void {
    this.#tokens -= this.#exchanges[this.#first]?.tokens ?? 0;
    this.#first++;
  }
}

/** What a policy keeps at most when so many questions have been asked: the first of them, counted from 0. */
function earliestOf(policy: HistoryPolicy, asked: number): number {
  if (policy.kind !== 'window' && policy.kind !== 'retrieval') return 0;
  const turns = Math.max(Math.floor(policy.turns), 1);
  const step = Math.ceil(turns * stepShare);
  return Math.max(Math.floor((asked - turns) / step) * step, 0);
}
