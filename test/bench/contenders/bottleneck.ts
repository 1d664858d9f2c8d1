import Bottleneck from 'bottleneck';
import type { Contender, Target } from '../../workloads/contender';
import { createAnswering } from './answering';
import { estimateInputTokens } from './estimate';
import { createSdk, patientRetries, streamAnswer } from './sdk';
import { bottleneckPriority } from './urgency';

/**
 * Bottleneck looks every 250 ms whether a refill is due and never makes up for being late. Of the rate, refills every
 * 250 ms lose 11 %, every second 0.5 %, every five seconds 1.5 % (measured): a second it is.
 */
const refillIntervalMs = 1_000;
const refillsPerMinute = 60_000 / refillIntervalMs;

/**
 * The best that can be set up beforehand: a reservoir of requests and one of input tokens, both full at the start and
 * refilled at the rate of the limit, people first, tokens estimated by characters. A weight above the reservoir would
 * block the limiter for good, so it is cut to it. For what the estimate misses, the SDK retries.
 */
export function createBottleneck(target: Target): Contender {
  const { requestsPerMinute, inputTokensPerMinute } = target.limits;
  const sdk = createSdk(target, patientRetries);
  const requests = new Bottleneck(reservoirOf(requestsPerMinute));
  const tokens = new Bottleneck(reservoirOf(inputTokensPerMinute));
  return createAnswering(
    'bottleneck',
    async (submission, onFirstText) => {
      const priority = bottleneckPriority(submission.priority);
      const weight = Math.min(estimateInputTokens(submission.body), inputTokensPerMinute);
      await tokens.schedule({ priority, weight }, () =>
        requests.schedule({ priority }, () => streamAnswer(sdk, submission, onFirstText)),
      );
    },
    async () => {
      await Promise.all([requests.disconnect(), tokens.disconnect()]);
    },
  );
}

function reservoirOf(perMinute: number): Bottleneck.ConstructorOptions {
  return {
    reservoir: perMinute,
    reservoirIncreaseInterval: refillIntervalMs,
    reservoirIncreaseAmount: perMinute / refillsPerMinute,
    reservoirIncreaseMaximum: perMinute,
  };
}
