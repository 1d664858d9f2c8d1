import type { Attempt } from './attempt';
import type { Amounts } from './dimensions';
import type { Backlog } from './fairLine';
import { OutputForecast } from './outputForecast';
import type { Task } from './task';
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

  constructor(tokens: TokenEstimator, caps: UserCaps) {
    this.#tokens = tokens;
    this.#caps = caps;
  }

  /** What to reserve of the lane's budget. */
  amountsOf({ demand, priority }: Task<unknown>): Amounts {
    const { model, rawInputTokens, maxOutputTokens } = demand;
    return {
      requests: 1,
      inputTokens: model === undefined ? 0 : this.#tokens.estimate(rawInputTokens, model),
      outputTokens: this.#forecasts[priority].expect(this.#caps.clampOutput(maxOutputTokens)),
    };
  }

  /** Of all that waits before `task`, taken to be like it, and of the task itself. */
  amountsUpTo(task: Task<unknown>, { count, rawInputTokens }: Backlog): Amounts {
    const { inputTokens, outputTokens } = this.amountsOf(task);
    const { model } = task.demand;
    return {
      requests: count + 1,
      inputTokens: inputTokens + (model === undefined ? 0 : this.#tokens.expect(rawInputTokens, model)),
      outputTokens: outputTokens * (count + 1),
    };
  }

  /**
   * The user's caps hold for certain, so all that may be produced is held, and more input than is expected; yet no more
   * than the cap, unless even what is expected exceeds it.
   */
  capAmountsOf({ demand }: Task<unknown>, amounts: Amounts): Amounts {
    const { model, rawInputTokens, maxOutputTokens } = demand;
    const cautious = model === undefined ? 0 : this.#tokens.estimateCautiously(rawInputTokens, model);
    return {
      ...amounts,
      inputTokens: Math.max(this.#caps.clampInput(cautious), amounts.inputTokens),
      outputTokens: this.#caps.clampOutput(maxOutputTokens),
    };
  }

  learnInput({ demand }: Task<unknown>, { inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): void {
    const { model, rawInputTokens } = demand;
    const total = inputTokens + cacheReadTokens + cacheWriteTokens;
    if (model !== undefined) this.#tokens.calibrate(rawInputTokens, model, total);
  }

  learnOutput({ priority }: Task<unknown>, { output }: Attempt, isWhole: boolean): void {
    if (output > 0) this.#forecasts[priority].learn(output, isWhole);
  }
}
