import { LLMThrottle } from '@aid-on/llm-throttle';
import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Contender, Target } from '../../workloads/contender';
import { createAnswering } from './answering';
import { estimateInputTokens } from './estimate';
import { createSdk, patientRetries, streamAnswer } from './sdk';
import { urgencyOf } from './urgency';

/** It may say 0 while a fraction of a token is missing. */
const shortestWaitMs = 10;

/** A correction is refused for what it no longer remembers, which after its default of a minute hits retried requests. */
const rememberedMs = 3_600_000;

const silentLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * A throttle with two buckets, requests and tokens, corrected by the usage that each answer reports. It says whether
 * and when a request may start and leaves the waiting to its caller: here one waits at a time, people first. It knows
 * one kind of token, so it is given the input's, whose limit most work meets first.
 */
export function createLlmThrottle(target: Target): Contender {
  const { requestsPerMinute, inputTokensPerMinute } = target.limits;
  const sdk = createSdk(target, patientRetries);
  const door = new PQueue({ concurrency: 1 });
  const throttle = new LLMThrottle({
    rpm: requestsPerMinute,
    tpm: inputTokensPerMinute,
    historyRetentionMs: rememberedMs,
    logger: silentLogger,
  });
  const enter = async (id: string, tokens: number) => {
    while (!throttle.consume(id, tokens)) {
      await pause(Math.max(throttle.canProcess(tokens).availableIn ?? 0, shortestWaitMs));
    }
  };
  return createAnswering(
    'llm-throttle',
    async (submission, onFirstText) => {
      const { id, body } = submission;
      // More than the bucket holds would wait for ever.
      const tokens = Math.min(estimateInputTokens(body), inputTokensPerMinute);
      await door.add(() => enter(id, tokens), { priority: urgencyOf(submission.priority) });
      const usage = await streamAnswer(sdk, submission, onFirstText);
      throttle.adjustConsumption(id, usage.inputTokens + usage.cacheWriteTokens);
    },
    async () => door.clear(),
  );
}
