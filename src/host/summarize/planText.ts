import * as l10n from '@vscode/l10n';
import { fewestInBatch } from '../../jobs/pressure';
import type { SummaryPlan } from '../../summarize/plan';
import { formatClock, formatCount, formatUsd } from '../format';
import { describeLeftOut, type LeftOutCounts } from './leftOutText';

/** A plan, and what a person should know of it before it begins. */
export interface PlanShown {
  readonly title: string;
  readonly files: number;
  readonly leftOut: LeftOutCounts;
  readonly plan: SummaryPlan;
  /** At the pace of the limits; `undefined` while they are not known. */
  readonly durationMs: number | undefined;
  readonly now: number;
}

/** A book's worth, some minutes at the smallest limits: beyond this a click by mistake costs more than a question. */
const largeTokens = 100_000;
/** Half a minute of the smallest limits that are common. */
const largeRequests = 25;
const largeUsd = 0.5;

/** Whether the person is asked first. */
export function isLarge({ plan: { inputTokens, requests, costUsd } }: PlanShown): boolean {
  return inputTokens > largeTokens || requests > largeRequests || (costUsd ?? 0) > largeUsd;
}

/** Whether enough of it can go by a batch to be worth the wait. */
export function canBeBatched({ batchable }: Pick<SummaryPlan, 'batchable'>): boolean {
  return batchable >= fewestInBatch;
}

/** What it takes, and until when: some lines of plain text. */
export function describePlan({ files, leftOut, plan, durationMs, now }: PlanShown): string {
  const { requests, inputTokens, outputTokens, costUsd, batchCostUsd, known } = plan;
  const lines = [
    ...(files > 1 ? [l10n.t('{0} files.', files)] : []),
    describeLeftOut(leftOut),
    known > 0 ? l10n.t('Known already, at no cost: {0} parts.', known) : '',
    describeWay(plan),
    l10n.t(
      'About {0} requests, {1} tokens in and {2} out.',
      requests,
      formatCount(inputTokens),
      formatCount(outputTokens),
    ),
    costUsd === undefined || batchCostUsd === undefined
      ? l10n.t('The price of the model is not known.')
      : !canBeBatched(plan)
        ? l10n.t('About {0}.', formatUsd(costUsd))
        : l10n.t('About {0}; as a batch about {1}, within a day.', formatUsd(costUsd), formatUsd(batchCostUsd)),
    durationMs === undefined
      ? l10n.t('It runs at the pace of your limits; chat goes first.')
      : l10n.t(
          'It runs at the pace of your limits, until about {0}; chat goes first.',
          formatClock(now + durationMs, now),
        ),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** One line for the progress while it is begun. */
export function summarizePlan({ plan: { requests, inputTokens, costUsd } }: PlanShown): string {
  const parts = [
    requests === 1 ? l10n.t('one request') : l10n.t('{0} requests', requests),
    l10n.t('{0} tokens', formatCount(inputTokens)),
    ...(costUsd === undefined ? [] : [l10n.t('about {0}', formatUsd(costUsd))]),
  ];
  return parts.join(' · ');
}

function describeWay({ way, pieces }: SummaryPlan): string {
  switch (way) {
    case 'one':
      return '';
    case 'mapReduce':
      return l10n.t('{0} parts are summarized, and then their summaries.', pieces);
    case 'refine':
      return l10n.t('{0} parts are read one after another, each with the summary so far.', pieces);
  }
}
