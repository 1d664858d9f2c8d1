import type { Dimension } from '../simulator/budget';
import type { AttemptRecord } from '../simulator/log';
import type { Figures } from './measures';
import type { Trace } from './trace';

/** Nearest rank: a value that occurred. */
export function percentileOf(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)];
}

/** The mean of the middle two where there is no middle. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}

/** Begun within the measured time. */
export function isMeasured({ at }: AttemptRecord, { startedAt, durationMs }: Trace): boolean {
  return at >= startedAt && at < startedAt + durationMs;
}

/** What a completed attempt has taken of a dimension by `untilAt`; nothing of one that did not complete. */
export function usageOf(attempt: AttemptRecord, dimension: Dimension, untilAt: number): number {
  const { outcome, usage, at, firstByteAt, endedAt } = attempt;
  if (outcome !== 'completed' || usage === undefined || at >= untilAt) return 0;
  switch (dimension) {
    case 'requests':
      return 1;
    case 'inputTokens':
      return usage.inputTokens + usage.cacheWriteTokens;
    case 'outputTokens':
      return usage.outputTokens * shareBefore(untilAt, firstByteAt ?? at, endedAt ?? at);
  }
}

function shareBefore(untilAt: number, fromAt: number, toAt: number): number {
  if (untilAt >= toAt) return 1;
  return Math.max((untilAt - fromAt) / (toAt - fromAt), 0);
}

/** Figure by figure, of those runs that have it. */
export function medianFigures(all: readonly Figures[]): Figures {
  const medianBy = (figure: keyof Figures) => medianOf(all.flatMap((figures) => figures[figure] ?? []));
  const known = (figure: keyof Figures) => medianBy(figure) ?? 0;
  return {
    goodput: known('goodput'),
    failed: known('failed'),
    completed: known('completed'),
    attempts: known('attempts'),
    refusedShare: known('refusedShare'),
    refusedAfterProbe: known('refusedAfterProbe'),
    wastedInputShare: known('wastedInputShare'),
    firstTextP50: medianBy('firstTextP50'),
    firstTextP95: medianBy('firstTextP95'),
    answerP50: medianBy('answerP50'),
    answerP95: medianBy('answerP95'),
    fairness: medianBy('fairness'),
    changeRefusals: medianBy('changeRefusals'),
    changeLateMs: medianBy('changeLateMs'),
    readyAtError: medianBy('readyAtError'),
  };
}
