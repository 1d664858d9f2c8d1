import type { Priority } from '../../client/types';
import type { JobSource } from '../../jobs/job';
import type { LeftOut } from '../../summarize/leaveOut';
import type { Subject } from '../../summarize/spec';

/** How many files, by reason; a reason that none was left out for is missing. */
export type LeftOutCounts = Readonly<Partial<Record<LeftOut, number>>>;

/** Texts that somebody wants summarized, as they are at this moment. */
export interface GatheredTexts {
  /** What it is about, as a person knows it: `src`, `retry.ts:12–48`. */
  readonly title: string;
  readonly subject: Subject;
  /** At least one. */
  readonly sources: readonly JobSource[];
  readonly leftOut: LeftOutCounts;
  /** Files and folders that could not be read, or were gone by then; the log names them. */
  readonly unreadable: number;
  readonly priority: Priority;
}

export function countLeftOut(reasons: Iterable<LeftOut>): LeftOutCounts {
  const counts: Partial<Record<LeftOut, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
