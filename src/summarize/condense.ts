import { leaveOutData } from './dataRuns';
import { leaveOutGeneratedParts } from './generatedParts';
import { leaveOutLicence } from './licenceHeader';
import { leaveOutRepeatedLines } from './repeatedLines';
import { leaveOutTrailingSpace } from './trailingSpace';

const removals = ['licence', 'repeatedLines', 'generatedPart', 'dataUri', 'trailingSpace'] as const;
type Removed = (typeof removals)[number];

export interface Condensed {
  readonly text: string;
  readonly removed: readonly Removed[];
}

/** What one step leaves out may bring together what another one looks for; a third round was never needed. */
const mostRounds = 4;

interface Step {
  readonly removes: Removed;
  /** Gives the very same lines where there is nothing to leave out, and never more characters. */
  readonly apply: (lines: readonly string[], name: string) => readonly string[];
}

const steps: readonly Step[] = [
  { removes: 'trailingSpace', apply: leaveOutTrailingSpace },
  { removes: 'licence', apply: leaveOutLicence },
  { removes: 'dataUri', apply: leaveOutData },
  { removes: 'generatedPart', apply: leaveOutGeneratedParts },
  { removes: 'repeatedLines', apply: leaveOutRepeatedLines },
];

/**
 * Leaves out of a text what tells a reader nothing, and says so in its place, in brackets. Never longer than the text, and
 * once condensed it stays as it is. Takes time in proportion to the text's length.
 */
export function condense(name: string, text: string): Condensed {
  const removed = new Set<Removed>();
  let lines: readonly string[] = text.split('\n');
  for (let round = 0, hasChanged = true; hasChanged && round < mostRounds; round++) {
    hasChanged = false;
    for (const { removes, apply } of steps) {
      const left = apply(lines, name);
      if (left === lines) continue;
      lines = left;
      hasChanged = true;
      removed.add(removes);
    }
  }
  if (removed.size === 0) return { text, removed: [] };
  return { text: lines.join('\n'), removed: removals.filter((kind) => removed.has(kind)) };
}
