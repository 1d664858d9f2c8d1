import * as l10n from '@vscode/l10n';
import type { AnswerTurn } from '../../conversation/turn';
import type { FactView } from '../../protocol/chat';
import { formatClock, formatCount, formatDuration, formatUsd } from '../format';

/** What an answer took: in short, and at length for whoever asks. Pure. */
export function presentAccount(
  { model, account, at, state }: AnswerTurn,
  now: number,
): { readonly note: string | undefined; readonly facts: readonly FactView[] } {
  const isRunning = state.kind === 'waiting' || state.kind === 'streaming';
  if (!account || isRunning) return { note: undefined, facts: [] };
  const { usage, costUsd, waitedMs, firstTextMs, totalMs, attempts } = account;
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const cost = costUsd === undefined ? l10n.t('cost unknown') : l10n.t('about {0}', formatUsd(costUsd));
  return {
    note: l10n.t('{0} in · {1} out · {2}', formatCount(input), formatCount(usage.outputTokens), cost),
    facts: [
      fact(l10n.t('Model'), model),
      fact(l10n.t('Asked'), formatClock(at, now)),
      fact(l10n.t('Input'), l10n.t('{0} tokens', input.toLocaleString())),
      ...(usage.cacheReadTokens > 0
        ? [fact(l10n.t('From the cache'), describePart(usage.cacheReadTokens, input))]
        : []),
      ...(usage.cacheWriteTokens > 0
        ? [fact(l10n.t('Into the cache'), l10n.t('{0} tokens', usage.cacheWriteTokens.toLocaleString()))]
        : []),
      fact(l10n.t('Output'), l10n.t('{0} tokens', usage.outputTokens.toLocaleString())),
      fact(l10n.t('Cost'), cost),
      fact(l10n.t('Waited'), formatDuration(waitedMs)),
      ...(firstTextMs === undefined ? [] : [fact(l10n.t('First word after'), formatDuration(firstTextMs))]),
      fact(l10n.t('Took'), formatDuration(totalMs)),
      ...(attempts > 1 ? [fact(l10n.t('Attempts'), String(attempts))] : []),
    ],
  };
}

function fact(label: string, value: string): FactView {
  return { label, value };
}

function describePart(tokens: number, all: number): string {
  return l10n.t('{0} tokens, {1} %', tokens.toLocaleString(), Math.round((tokens / all) * 100));
}
