import * as l10n from '@vscode/l10n';
import type { KeyEnvironment, KeyInfo } from '../../keys/key';
import type { BudgetState } from '../../usage/budgetState';
import { formatClock, formatUsd } from '../format';

export function environmentName(environment: KeyEnvironment): string {
  switch (environment) {
    case 'development':
      return l10n.t('Development');
    case 'staging':
      return l10n.t('Staging');
    case 'production':
      return l10n.t('Production');
    case 'other':
      return l10n.t('Other');
  }
}

export interface RunsOfKey {
  readonly waiting: number;
  readonly running: number;
}

/** What will happen to what stands with a key that is withdrawn; empty when nothing does. */
export function describeRuns({ waiting, running }: RunsOfKey): string {
  const parts = [
    ...(waiting > 0 ? [l10n.t('Requests that wait with it: {0}. None is lost.', waiting)] : []),
    ...(running > 0
      ? [l10n.t('Answers that are being written with it: {0}. They are cut off; what has come stays.', running)]
      : []),
  ];
  return parts.join('\n');
}

/** What revoking a key means, asked before it is done. */
export function describeRevocation({ source }: Pick<KeyInfo, 'source'>): string {
  return source.kind === 'command'
    ? l10n.t(
        'Nothing more goes out with it from here. Its secret manager goes on giving it, and it stays valid elsewhere until you revoke it in the Claude Console too.',
      )
    : l10n.t(
        'Nothing more goes out with it, and its secret is deleted from this machine. This cannot be undone. It stays valid elsewhere until you revoke it in the Claude Console too.',
      );
}

/** What removing a key means, asked before it is done. */
export function describeRemoval({ health, source }: Pick<KeyInfo, 'health' | 'source'>): string {
  if (health === 'revoked')
    return l10n.t(
      'It is revoked already. Its name goes from the list; what it has used and what happened to it is kept.',
    );
  return source.kind === 'command'
    ? l10n.t(
        'Sluice asks its secret manager for it no more. That keeps it, and it stays valid until you revoke it in the Claude Console.',
      )
    : l10n.t('It is deleted from this machine. It stays valid until you revoke it in the Claude Console.');
}

export interface Withdrawn {
  readonly moved: number;
  readonly parked: number;
  readonly aborted: number;
}

/** What has become of it. */
export function describeRevoked(label: string, to: string | undefined, { moved, parked, aborted }: Withdrawn): string {
  return [
    l10n.t('“{0}” is revoked here; nothing more goes out with it.', label),
    ...(moved > 0 && to !== undefined ? [l10n.t('Moved to “{0}”: {1}.', to, moved)] : []),
    ...(parked > 0 ? [l10n.t('Parked until you choose another key: {0}.', parked)] : []),
    ...(aborted > 0 ? [l10n.t('Cut off: {0}.', aborted)] : []),
  ].join(' ');
}

/** @param running how many answers are still written with the old one */
export function describeRotated({ label, source }: Pick<KeyInfo, 'label' | 'source'>, running: number): string {
  const newKey = l10n.t('“{0}” has its new key.', label);
  const finish = l10n.t('Answers that finish with the old one: {0}.', running);
  const old =
    source.kind === 'command'
      ? l10n.t('The old key stays valid until you revoke it in the Console.')
      : l10n.t('The old key is deleted from this machine, and stays valid until you revoke it in the Console.');
  return [newKey, ...(running > 0 ? [finish] : []), old].join(' ');
}

/** `$5.00 a day, $50.00 a month`. */
export function describeCaps({ dailyUsd, monthlyUsd }: KeyInfo['budget']): string {
  const day = dailyUsd === undefined ? undefined : l10n.t('{0} a day', formatUsd(dailyUsd));
  const month = monthlyUsd === undefined ? undefined : l10n.t('{0} a month', formatUsd(monthlyUsd));
  return [day, month].filter((part) => part !== undefined).join(', ');
}

/** A cap that is near or reached, for the one notification about it. */
export function describeBudget(label: string, state: BudgetState, now: number): string {
  const spent = formatUsd(state.spentUsd);
  const cap = formatUsd(state.capUsd);
  if (state.kind !== 'reached') {
    return state.period === 'month'
      ? l10n.t('“{0}” has spent {1} of its {2} for this month.', label, spent, cap)
      : l10n.t('“{0}” has spent {1} of its {2} for today.', label, spent, cap);
  }
  const until = formatClock(state.until ?? now, now);
  return state.period === 'month'
    ? l10n.t(
        '“{0}” has spent {1}; its cap is {2} for this month. Background work waits until {3}; in the chat you are asked.',
        label,
        spent,
        cap,
        until,
      )
    : l10n.t(
        '“{0}” has spent {1}; its cap is {2} for today. Background work waits until {3}; in the chat you are asked.',
        label,
        spent,
        cap,
        until,
      );
}

export function describeOverBudget(state: BudgetState, now: number): string {
  const spent = formatUsd(state.spentUsd);
  const cap = formatUsd(state.capUsd);
  const until = formatClock(state.until ?? now, now);
  return state.period === 'month'
    ? l10n.t('It has spent {0} this month; its cap is {1}. The next month begins at {2}.', spent, cap, until)
    : l10n.t('It has spent {0} today; its cap is {1}. The next day begins at {2}.', spent, cap, until);
}
