import pLimit from 'p-limit';
import type { Contender, Target } from '../../workloads/contender';
import { createAnswering } from './answering';
import { createSdk, patientRetries, streamAnswer } from './sdk';

/** Few enough that a refusal hits few, enough to keep a small limit busy: the number most guides give. */
const concurrent = 4;

/** The commonest remedy: a few at a time, and so many retries that the SDK outwaits an empty bucket. */
export function createPLimit(target: Target): Contender {
  const sdk = createSdk(target, patientRetries);
  const limit = pLimit(concurrent);
  return createAnswering(
    'p-limit',
    async (submission, onFirstText) => void (await limit(() => streamAnswer(sdk, submission, onFirstText))),
    async () => limit.clearQueue(),
  );
}
