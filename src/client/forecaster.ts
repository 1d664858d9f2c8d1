import type { Admission, Means } from './admission';
import type { Ceiling, Shortage } from './budget';
import { toEpoch } from './clock';
import type { Clock } from './clock';
import type { Costs } from './costs';
import { addAmounts, mapAmounts } from './dimensions';
import type { Amounts } from './dimensions';
import type { Outlook } from './outlook';
import type { Queue, Queued } from './queue';
import type { Bid } from './task';
import type { Forecast, WaitReason } from './types';
import type { UserCaps } from './userCaps';

interface ForecasterParts {
  readonly clock: Clock;
  readonly caps: UserCaps;
  readonly costs: Costs;
  readonly admission: Admission;
  readonly outlook: Outlook;
  readonly queue: Pick<Queue<Queued>, 'beforeNew'>;
  readonly means: () => Means;
}

const onUsualTerms = { isForced: false, isOverdue: false } as const;

/**
 * What would become of a request that is not sent: asks those whom a real one would be asked about, and changes nothing.
 * Owned by one lane; the work does not grow with the queue. Never throws.
 */
export class Forecaster {
  readonly #parts: ForecasterParts;

  constructor(parts: ForecasterParts) {
    this.#parts = parts;
  }

  forecast(bid: Bid): Forecast {
    const { clock, costs, means } = this.#parts;
    const now = means();
    const expected = costs.expectedOf(bid);
    const amounts = costs.amountsOf(bid);
    const tooLarge = this.#findCeiling(bid, expected, amounts, now);
    const start = tooLarge ? undefined : this.#findStart(bid, amounts, now);
    return {
      inputTokens: expected.inputTokens,
      outputTokens: expected.outputTokens,
      startsAt: start && Number.isFinite(start.at) ? toEpoch(clock, start.at) : undefined,
      reason: start && start.at > now.now ? start.reason : undefined,
      tooLarge,
    };
  }

  #findCeiling(bid: Bid, expected: Amounts, amounts: Amounts, { budget }: Means): Ceiling | undefined {
    const { caps, costs } = this.#parts;
    return caps.findExceeded(costs.capAmountsOf(bid, amounts)) ?? budget.findTooSmall(expected);
  }

  /** `undefined` while too little is known. */
  #findStart(
    bid: Bid,
    amounts: Amounts,
    means: Means,
  ): { readonly reason?: WaitReason; readonly at: number } | undefined {
    const { admission, caps, costs, outlook, queue } = this.#parts;
    const { budget, now } = means;
    const before = queue.beforeNew(bid.priority, bid.source);
    const upToHere = costs.amountsUpTo(bid, before);
    const capped = costs.capAmountsOf(bid, amounts);
    const aboveExpected = mapAmounts((dimension) => capped[dimension] - amounts[dimension]);
    const own = admission.findWait(bid, amounts, onUsualTerms, means);
    const flow = outlook.startOf(bid, before, means);
    const shortages: readonly (Shortage<WaitReason> | undefined)[] = [
      // When one of several attempts ends, the outlook knows better.
      own?.isEstimate && flow?.reason === 'concurrency' ? undefined : own,
      flow,
      caps.forecast(addAmounts(upToHere, aboveExpected), now),
    ];
    let latest: Shortage<WaitReason> | undefined;
    for (const each of shortages) if (each && each.at > (latest?.at ?? now)) latest = each;
    return latest ?? (budget.isKnown || flow ? { at: now } : undefined);
  }
}
