import { percentileOf } from '../../workloads/statistics';
import { sendJob } from './job';
import type { Subject } from './subjects';
import type { TextKind, Texts } from './texts';

const reportsBefore = 10;

export interface Sample {
  readonly kinds: readonly TextKind[];
  readonly seeds: number;
  /** Measured of each job, after its first ten requests. */
  readonly requests: number;
}

/** How far each expectation was off, as a share of what was reported; every job begins knowing nothing. */
export function measureErrors(
  texts: Texts,
  { kinds, seeds, requests }: Sample,
  countTokens: (text: string) => number,
  subjects: readonly (() => Subject)[],
): readonly (readonly number[])[] {
  const errors = subjects.map((): number[] => []);
  for (let seed = 1; seed <= seeds; seed++) {
    const job = sendJob(texts, kinds, seed);
    const learners = subjects.map((create) => create());
    for (let sent = 0; sent < reportsBefore + requests; sent++) {
      const text = job.next().value;
      const tokens = countTokens(text);
      learners.forEach((learner, index) => {
        if (sent >= reportsBefore) errors[index]?.push(Math.abs(learner.expect(text) / tokens - 1));
        learner.learn(text, tokens);
      });
    }
  }
  return errors;
}

export function shareOf(errors: readonly number[], share: number): number {
  return percentileOf(errors, share) ?? Infinity;
}
