import type { Attempt } from './attempt';
import { CacheReads } from './cacheReads';
import type { Amounts, Dimension } from './dimensions';
import type { Backlog } from './fairLine';
import { Headroom } from './headroom';
import { OutputForecast } from './outputForecast';
import type { Bid, Task } from './task';
import type { TokenEstimator } from './tokens';
import type { Priority, Usage } from './types';
import type { UserCaps } from './userCaps';

/** What the tasks of one lane are expected to cost, learned from what they did cost. Never throws. */
export class Costs {
  readonly #tokens: TokenEstimator;
  readonly #caps: UserCaps;
  /** People ask for other answers than bulk work does. */
  readonly #forecasts: Readonly<Record<Priority, OutputForecast>> = {
    interactive: new OutputForecast(),
    normal: new OutputForecast(),
    background: new OutputForecast(),
  };

  readonly #cache = new CacheReads();
  readonly #headroom = new Headroom();

  constructor(tokens: TokenEstimator, caps: UserCaps) {
    this.#tokens = tokens;
    this.#caps = caps;
  }

  /** What to reserve of the lane's budget. */
  amountsOf({ demand, priority, source }: Bid): Amounts {
    const { model, rawInputTokens, composition, maxOutputTokens } = demand;
    const input = model === undefined ? 0 : this.#tokens.estimate(rawInputTokens, model, source, composition);
    return {
      requests: 1,
      inputTokens: this.#cache.estimateBilled(source, input),
      outputTokens: this.#forecasts[priority].expect(this.#caps.clampOutput(maxOutputTokens)),
    };
  }

  /** The best guess, which may be wrong to either side: to be told, not to be reserved. */
  expectedOf(bid: Bid): Amounts {
    const { requests, inputTokens, outputTokens } = this.#expected(bid, bid.demand.rawInputTokens, 1);
    return { requests, inputTokens: Math.ceil(inputTokens), outputTokens: Math.ceil(outputTokens) };
  }

  /** Of all that waits before the one that bids, taken to be like it, and of itself. */
  amountsUpTo(bid: Bid, { count, rawInputTokens }: Backlog): Amounts {
    const { inputTokens } = this.amountsOf(bid);
    const before = this.#expected(bid, rawInputTokens, count);
    return {
      requests: count + 1,
      inputTokens: inputTokens + before.inputTokens,
      outputTokens: before.outputTokens + this.#expected(bid, 0, 1).outputTokens,
    };
  }

  /**
   * The user's caps hold for certain, so all that may be produced is held, and more input than is expected; yet no more
   * than the cap, unless even what is expected exceeds it.
   */
  capAmountsOf({ demand, source }: Bid, amounts: Amounts): Amounts {
    const { model, rawInputTokens, composition, maxOutputTokens } = demand;
    const cautious =
      model === undefined ? 0 : this.#tokens.estimateCautiously(rawInputTokens, model, source, composition);
    return {
      ...amounts,
      inputTokens: Math.max(this.#caps.clampInput(cautious), amounts.inputTokens),
      outputTokens: this.#caps.clampOutput(maxOutputTokens),
    };
  }

  /** What normal and background work must leave free of buckets that hold `capacityOf` each. */
  headroom(capacityOf: (dimension: Dimension) => number): Amounts {
    return this.#headroom.amounts(capacityOf);
  }

  started({ priority }: Task<unknown>, amounts: Amounts): void {
    if (priority === 'interactive') this.#headroom.learn(amounts);
  }

  learnInput({ demand, source }: Task<unknown>, { inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): void {
    const { model, rawInputTokens, composition } = demand;
    const total = inputTokens + cacheReadTokens + cacheWriteTokens;
    if (model === undefined) return;
    this.#tokens.calibrate(rawInputTokens, model, source, total, composition);
    this.#cache.learn(source, cacheReadTokens, cacheWriteTokens);
  }

  learnOutput({ priority }: Task<unknown>, { output }: Attempt, isWhole: boolean): void {
    if (output > 0) this.#forecasts[priority].learn(output, isWhole);
  }

  /** Of `count` requests like the one that bids, with so much input in all. */
  #expected({ demand, priority, source }: Bid, rawInputTokens: number, count: number): Amounts {
    const { model, composition, maxOutputTokens } = demand;
    const input = model === undefined ? 0 : this.#tokens.expect(rawInputTokens, model, source, composition);
    return {
      requests: count,
      inputTokens: this.#cache.expectBilled(source, input, count),
      outputTokens: count * this.#forecasts[priority].typical(this.#caps.clampOutput(maxOutputTokens)),
    };
  }
}
