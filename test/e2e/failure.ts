import type { Test } from 'mocha';
import type { Workbench } from '../support/workbench';

/** A picture of the window in which a test has failed, under the name of the test; none when it passed. */
export async function photographFailure(workbench: Workbench | undefined, test: Test | undefined): Promise<void> {
  if (workbench === undefined || test === undefined || !test.isFailed()) return;
  const name = test.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  // The window may be what is broken; the failure itself is told by the test.
  await workbench.screenshot(`failure-${name}`).catch(() => undefined);
}
