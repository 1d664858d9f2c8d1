import * as l10n from '@vscode/l10n';
import type { LaneSnapshot, WaitReason } from '../../client/types';
import { isUsable, type KeyInfo } from '../../keys/key';
import { rotationDue } from '../../keys/rotation';
import { formatClock } from '../format';
import type { RowIcon } from './keyNode';
import type { KeysSnapshot } from './keysSnapshot';

/** Something that a person should know of a key before anything else. */
export interface Concern {
  readonly words: string;
  readonly icon: RowIcon;
  /** It stays until somebody does something about it, and is worth being counted where the view is out of sight. */
  readonly needsAttention: boolean;
}

type LanesAndTime = Pick<KeysSnapshot, 'lanes' | 'now'>;

export const errorIcon: RowIcon = { id: 'error', color: 'list.errorForeground' };
export const warningIcon: RowIcon = { id: 'warning', color: 'list.warningForeground' };
export const waitingIcon: RowIcon = { id: 'watch', color: 'list.warningForeground' };

/** The gravest first. */
export function concernsOf(key: KeyInfo, snapshot: KeysSnapshot): readonly Concern[] {
  if (key.health === 'revoked') return [];
  const unusual = snapshot.usage.get(key.id)?.unusual && act(warningIcon, l10n.t('unusual use'));
  const concerns = isUsable(key)
    ? [judgeBudget(key, snapshot), unusual, judgeLimit(key, snapshot), judgeAge(key, snapshot)]
    : [act(errorIcon, l10n.t('refused by the API')), unusual];
  return concerns.filter((concern) => concern !== undefined);
}

/** What the key itself is, where nothing is to be worried about. */
export function healthIcon({ health }: KeyInfo): RowIcon {
  switch (health) {
    case 'unchecked':
      return { id: 'key', color: undefined };
    case 'good':
      return { id: 'check', color: 'charts.green' };
    case 'invalid':
      return errorIcon;
    case 'revoked':
      return { id: 'circle-slash', color: 'disabledForeground' };
  }
}

export function isDue(key: KeyInfo, { reminderDays, now }: Pick<KeysSnapshot, 'reminderDays' | 'now'>): boolean {
  return rotationDue([key], { reminderDays, now }).length > 0;
}

/** A shorter wait is how Sluice keeps its pace, and would be gone before it is read. */
const worthTellingMs = 2_000;

/** Of a key's lanes those that a limit of the API holds. Overload and the person's own caps are no matter of the key. */
export function heldLanes({ organization }: KeyInfo, { lanes, now }: LanesAndTime): readonly HeldLane[] {
  return lanes
    .filter((lane): lane is HeldLane => lane.held !== undefined && isLimit(lane.held.reason))
    .filter((lane) => lane.organization !== undefined && lane.organization === organization)
    .filter(({ held }) => held.until - now >= worthTellingMs);
}

type HeldLane = LaneSnapshot & { readonly held: NonNullable<LaneSnapshot['held']> };

const limits: ReadonlySet<WaitReason> = new Set([
  'requests',
  'inputTokens',
  'outputTokens',
  'rateLimited',
  'rampLimited',
]);

function isLimit(reason: WaitReason): boolean {
  return limits.has(reason);
}

function judgeBudget({ id }: KeyInfo, { budgets }: KeysSnapshot): Concern | undefined {
  const kind = budgets.get(id)?.kind;
  if (kind === 'reached') return act(warningIcon, l10n.t('spend cap reached'));
  return kind === 'near' ? note(warningIcon, l10n.t('spend cap near')) : undefined;
}

function judgeLimit(key: KeyInfo, snapshot: KeysSnapshot): Concern | undefined {
  const untils = heldLanes(key, snapshot).map(({ held }) => held.until);
  if (untils.length === 0) return undefined;
  return note(waitingIcon, l10n.t('limited until {0}', formatClock(Math.max(...untils), snapshot.now)));
}

function judgeAge(key: KeyInfo, snapshot: KeysSnapshot): Concern | undefined {
  return isDue(key, snapshot) ? act(warningIcon, l10n.t('due for rotation')) : undefined;
}

function act(icon: RowIcon, words: string): Concern {
  return { icon, words, needsAttention: true };
}

function note(icon: RowIcon, words: string): Concern {
  return { icon, words, needsAttention: false };
}
