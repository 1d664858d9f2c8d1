import PQueue from 'p-queue';
import type { Contender, Target } from '../../workloads/contender';
import { createAnswering } from './answering';
import { createSdk, patientRetries, streamAnswer } from './sdk';
import { urgencyOf } from './urgency';

const minuteMs = 60_000;

/**
 * A queue that starts no more requests a minute than the limit allows, people first. A minute's window with all of the
 * limit in it is what its documentation shows, and it fits a bucket that holds a minute's worth. Of tokens it knows
 * nothing, so the SDK retries.
 */
export function createPQueue(target: Target): Contender {
  const sdk = createSdk(target, patientRetries);
  const queue = new PQueue({ intervalCap: target.limits.requestsPerMinute, interval: minuteMs });
  return createAnswering(
    'p-queue',
    async (submission, onFirstText) => {
      const priority = urgencyOf(submission.priority);
      await queue.add(() => streamAnswer(sdk, submission, onFirstText), { priority });
    },
    async () => queue.clear(),
  );
}
