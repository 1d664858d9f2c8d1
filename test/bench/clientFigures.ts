import { percentileOf } from '../workloads/statistics';
import type { Measured } from './figures';
import type { BlindTrace } from './playBlind';

/** What can be told without the server's log. */
export function clientFigures({ answers, startedAt, durationMs }: BlindTrace, cpuMs: number): Measured {
  const completed = answers.filter(({ answer }) => answer?.ok && answer.endedAt <= startedAt + durationMs).length;
  const firstTextMs = answers.flatMap(({ submission: { priority, atMs }, answer }) =>
    priority === 'interactive' && answer?.firstTextAt !== undefined ? [answer.firstTextAt - startedAt - atMs] : [],
  );
  return withoutGaps({
    completed,
    failed: answers.filter(({ answer }) => answer?.ok === false).length,
    cpuMsPerAnswer: completed === 0 ? undefined : cpuMs / completed,
    firstTextMsP50: percentileOf(firstTextMs, 0.5),
    firstTextMsP95: percentileOf(firstTextMs, 0.95),
  });
}

function withoutGaps(figures: Readonly<Record<string, number | undefined>>): Measured {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}
