import * as l10n from '@vscode/l10n';
import type { KeyUsage, UsageTotals } from '../../usage/usageTotals';
import { formatAgo } from '../chat/historyPresenter';
import { modelName } from '../chat/modelPresenter';
import { formatCount, formatUsd } from '../format';
import { plainIcon, type KeyFact } from './keyFact';

/** What a key was used for: when last, and how much in each period, by model. */
export function presentUsage(usage: KeyUsage | undefined, now: number): readonly KeyFact[] {
  if (usage?.lastUsedAt === undefined) {
    return [{ id: 'lastUsed', label: l10n.t('Not used yet'), parts: [], icon: plainIcon('history') }];
  }
  return [
    {
      id: 'lastUsed',
      label: l10n.t('Last used'),
      parts: [formatAgo(usage.lastUsedAt, now)],
      icon: plainIcon('history'),
    },
    presentPeriod('today', l10n.t('Today'), usage),
    presentPeriod('week', l10n.t('7 days'), usage),
    presentPeriod('month', l10n.t('30 days'), usage),
  ];
}

type Period = 'today' | 'week' | 'month';

function presentPeriod(period: Period, label: string, usage: KeyUsage): KeyFact {
  const used = usage.models.filter((model) => hasUse(model[period]));
  return {
    ...presentTotals(period, label, usage[period], 'graph'),
    children: used.map((model) => presentTotals(model.model, modelName(model.model), model[period], 'hubot')),
  };
}

function presentTotals(id: string, label: string, totals: UsageTotals, icon: string): KeyFact {
  return {
    id,
    label,
    parts: describeTotals(totals),
    icon: plainIcon(icon),
    more: hasUse(totals) ? describeTokens(totals) : [],
  };
}

export function hasUse({ requests, refusals }: UsageTotals): boolean {
  return requests > 0 || refusals > 0;
}

function describeTotals(totals: UsageTotals): readonly string[] {
  if (!hasUse(totals)) return [l10n.t('no use')];
  const { requests, errors, refusals } = totals;
  return [
    describeCost(totals),
    requests === 1 ? l10n.t('1 request') : l10n.t('{0} requests', formatCount(requests)),
    l10n.t('{0} tokens', formatCount(sumTokens(totals))),
    ...(errors > 0 ? [l10n.t('{0} failed', formatCount(errors))] : []),
    ...(refusals > 0 ? [l10n.t('{0} × 429', formatCount(refusals))] : []),
  ];
}

export function describeCost({ costUsd, hasUnknownCost }: Pick<UsageTotals, 'costUsd' | 'hasUnknownCost'>): string {
  if (!hasUnknownCost) return formatUsd(costUsd);
  return costUsd > 0 ? l10n.t('more than {0}', formatUsd(costUsd)) : l10n.t('cost unknown');
}

function describeTokens(totals: UsageTotals): readonly string[] {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = totals;
  const lines = [
    [l10n.t('Input tokens'), inputTokens],
    [l10n.t('Output tokens'), outputTokens],
    [l10n.t('From the cache'), cacheReadTokens],
    [l10n.t('Into the cache'), cacheWriteTokens],
  ] as const;
  return lines.map(([label, count]) => `${label}: ${formatCount(count)}`);
}

function sumTokens({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: UsageTotals): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
}
