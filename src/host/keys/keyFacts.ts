import * as l10n from '@vscode/l10n';
import { isUsable, type KeyInfo } from '../../keys/key';
import { ageDays } from '../../keys/rotation';
import type { BudgetState } from '../../usage/budgetState';
import { formatAgo } from '../chat/historyPresenter';
import { formatClock, formatUsd } from '../format';
import { describeWait } from '../waitText';
import { errorIcon, heldLanes, isDue, waitingIcon, warningIcon } from './keyConcerns';
import { plainIcon, type KeyFact } from './keyFact';
import type { KeysSnapshot } from './keysSnapshot';
import { describeCaps } from './keyText';
import { formatDate, listLabels } from './keyWords';
import { presentUsage } from './usageFacts';

/** What is told below a key: first what is wrong, then what it costs, then what it is. */
export function presentFacts(key: KeyInfo, snapshot: KeysSnapshot): readonly KeyFact[] {
  const { usage, now } = snapshot;
  const isLive = isUsable(key);
  return [
    ...presentError(key, now),
    ...presentUnusual(key, snapshot),
    ...(isLive ? presentLimits(key, snapshot) : []),
    ...(key.health === 'revoked' ? [] : [presentBudget(key, snapshot)]),
    ...(snapshot.usageKept === 'unknown' ? [] : presentUsage(usage.get(key.id), now)),
    presentOrganization(key, snapshot),
    presentAge(key, snapshot),
  ];
}

/** Those that wait for the same limits. One that is refused or revoked sends nothing, and so takes nothing. */
function sharersOf(key: KeyInfo, { keys }: Pick<KeysSnapshot, 'keys'>): readonly KeyInfo[] {
  if (key.organization === undefined || !isUsable(key)) return [];
  return keys.filter((other) => other.id !== key.id && other.organization === key.organization && isUsable(other));
}

function describeAge(key: KeyInfo, now: number): string {
  const days = ageDays(key, now);
  if (key.since > key.addedAt) {
    if (days === 0) return l10n.t('Rotated today');
    return days === 1 ? l10n.t('Rotated 1 day ago') : l10n.t('Rotated {0} days ago', days);
  }
  if (days === 0) return l10n.t('Added today');
  return days === 1 ? l10n.t('Added 1 day ago') : l10n.t('Added {0} days ago', days);
}

function presentError(key: KeyInfo, now: number): readonly KeyFact[] {
  const { lastError, health, checkedAt } = key;
  if (lastError === undefined && health !== 'invalid') return [];
  const when = checkedAt === undefined ? [] : [formatAgo(checkedAt, now)];
  const effect = health === 'invalid' ? [l10n.t('nothing more is sent with it')] : [];
  const parts = [describeLastError(lastError ?? 'authentication'), ...effect, ...when];
  const icon = health === 'revoked' ? plainIcon('error') : errorIcon;
  return [{ id: 'error', label: l10n.t('Last error'), parts, icon }];
}

/** @param reason a `ClientErrorReason`, as an older or newer version may have written it */
function describeLastError(reason: string): string {
  switch (reason) {
    case 'authentication':
      return l10n.t('The API refused the key');
    case 'permission':
      return l10n.t('This key may not do that');
    case 'billing':
      return l10n.t('Payment trouble at Anthropic');
    case 'spendLimit':
      return l10n.t('The spend limit is reached');
    case 'rateLimited':
      return l10n.t('The rate limit leaves no room yet');
    case 'overloaded':
      return l10n.t('Anthropic is overloaded');
    case 'network':
    case 'stalled':
    case 'incomplete':
      return l10n.t('no connection to the API');
    default:
      return l10n.t('Something unexpected happened. The log has the details.');
  }
}

function presentUnusual({ id }: KeyInfo, { usage }: KeysSnapshot): readonly KeyFact[] {
  const unusual = usage.get(id)?.unusual;
  if (!unusual) return [];
  const today = l10n.t('{0} today', formatUsd(unusual.todayUsd));
  const average = l10n.t('{0} on an average day', formatUsd(unusual.averageUsd));
  return [{ id: 'unusual', label: l10n.t('Unusual use'), parts: [today, average], icon: warningIcon }];
}

function presentLimits(key: KeyInfo, snapshot: KeysSnapshot): readonly KeyFact[] {
  return heldLanes(key, snapshot).map(({ group, held }) => ({
    id: `limited/${group}`,
    label: l10n.t('Limited'),
    parts: [describeWait({ ...held, position: undefined, attempt: 1 }, snapshot.now), group],
    icon: waitingIcon,
  }));
}

function presentBudget({ id, budget }: KeyInfo, { budgets, now }: KeysSnapshot): KeyFact {
  const fact = { id: 'budget', label: l10n.t('Spend cap') } as const;
  const icon = plainIcon('credit-card');
  const caps = describeCaps(budget);
  if (caps === '') return { ...fact, parts: [l10n.t('none')], icon };
  const state = budgets.get(id);
  if (!state || state.kind === 'none') return { ...fact, parts: [caps], icon };
  const until =
    state.kind === 'reached' && state.until !== undefined
      ? [l10n.t('reached until {0}', formatClock(state.until, now))]
      : [];
  const parts = [...until, describeSpent(state)];
  return { ...fact, parts, icon: state.kind === 'ok' ? icon : warningIcon, more: [caps] };
}

function describeSpent({ period, spentUsd, capUsd }: BudgetState): string {
  const [spent, cap] = [formatUsd(spentUsd), formatUsd(capUsd)];
  const percent = capUsd > 0 ? Math.floor((spentUsd / capUsd) * 100) : 100;
  return period === 'month'
    ? l10n.t('{0} of {1} this month ({2} %)', spent, cap, percent)
    : l10n.t('{0} of {1} today ({2} %)', spent, cap, percent);
}

function presentOrganization(key: KeyInfo, snapshot: KeysSnapshot): KeyFact {
  const sharers = sharersOf(key, snapshot);
  const shared = sharers.length > 0 ? [l10n.t('shares its limits with {0}', listLabels(sharers))] : [];
  return {
    id: 'organization',
    label: l10n.t('Organization'),
    // Its name is a long row of digits, and what follows from it matters more.
    parts: [...shared, key.organization ?? l10n.t('unknown until the first answer')],
    icon: plainIcon('organization'),
  };
}

function presentAge(key: KeyInfo, snapshot: KeysSnapshot): KeyFact {
  const due = isDue(key, snapshot);
  return {
    id: 'age',
    label: describeAge(key, snapshot.now),
    parts: [
      ...(due ? [l10n.t('due for rotation')] : []),
      ...describeSnooze(key, snapshot),
      ...describeSource(key),
      ...(key.since > key.addedAt ? [l10n.t('added {0}', formatDate(key.addedAt))] : []),
    ],
    icon: due ? warningIcon : plainIcon('calendar'),
    more: [formatClock(key.since, Number.NaN)],
  };
}

function describeSnooze({ remindAt }: KeyInfo, { reminderDays, now }: KeysSnapshot): readonly string[] {
  if (reminderDays === null || typeof remindAt !== 'number' || remindAt <= now) return [];
  return [l10n.t('reminder on {0}', formatDate(remindAt))];
}

function describeSource({ source }: KeyInfo): readonly string[] {
  if (source.kind !== 'imported') return [];
  return [source.from === 'file' ? l10n.t('imported from a file') : l10n.t('imported from {0}', source.from)];
}
