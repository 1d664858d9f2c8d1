import { APIError } from '@anthropic-ai/sdk';
import Bottleneck from 'bottleneck';
import { setTimeout as pause } from 'node:timers/promises';
import type { Contender, Target } from '../../workloads/contender';
import type { Submission } from '../../workloads/workload';
import { createAnswering } from './answering';
import { createSdk, patientRetries, streamAnswer } from './sdk';
import { bottleneckPriority } from './urgency';

/** As many as the throttling of GitHub's client lets run at once. */
const concurrent = 10;
const firstBackoffMs = 500;
const longestBackoffMs = 8_000;

/**
 * The way GitHub's client is throttled: Bottleneck limits how many run at once; the first refusal stops everybody for
 * as long as the server says, then all go on and the refused are tried again. From trouble that is not the quota's each
 * backs off on his own.
 */
export function createGlobalPause(target: Target): Contender {
  const sdk = createSdk(target, 0);
  const limiter = new Bottleneck({ maxConcurrent: concurrent });
  let pausedUntil = 0;

  const waitOut = async () => {
    for (let left = pausedUntil - Date.now(); left > 0; left = pausedUntil - Date.now()) await pause(left);
  };
  const sendPatiently = async (submission: Submission, onFirstText: () => void): Promise<void> => {
    let hasText = false;
    const noteText = () => {
      hasText = true;
      onFirstText();
    };
    for (let failures = 0; ; failures++) {
      await waitOut();
      try {
        await streamAnswer(sdk, submission, noteText);
        return;
      } catch (error) {
        if (hasText || failures >= patientRetries || !isWorthRetrying(error)) throw error;
        const waitMs = retryAfterMs(error) ?? Math.min(firstBackoffMs * 2 ** failures, longestBackoffMs);
        if (error.status === 429) pausedUntil = Math.max(pausedUntil, Date.now() + waitMs);
        else await pause(waitMs);
      }
    }
  };
  return createAnswering(
    'global-pause',
    (submission, onFirstText) => {
      const priority = bottleneckPriority(submission.priority);
      return limiter.schedule({ priority }, () => sendPatiently(submission, onFirstText));
    },
    () => limiter.disconnect(),
  );
}

/** A lost connection has no status. */
function isWorthRetrying(error: unknown): error is APIError {
  if (!(error instanceof APIError)) return false;
  return error.status === undefined || error.status === 429 || error.status >= 500;
}

function retryAfterMs({ headers }: APIError): number | undefined {
  const value = headers?.get('retry-after');
  if (value === null || value === undefined) return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1_000 : Math.max(Date.parse(value) - Date.now(), 0);
}
