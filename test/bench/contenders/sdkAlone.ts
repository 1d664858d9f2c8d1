import type { Contender, Target } from '../../workloads/contender';
import { createAnswering } from './answering';
import { createSdk, streamAnswer } from './sdk';

/** What the SDK does unless it is told otherwise. */
const defaultRetries = 2;

/** The SDK as it comes: every request is sent at once, and its own two retries deal with refusals. */
export function createSdkAlone(target: Target): Contender {
  const sdk = createSdk(target, defaultRetries);
  return createAnswering(
    'sdk',
    async (submission, onFirstText) => void (await streamAnswer(sdk, submission, onFirstText)),
    async () => {},
  );
}
