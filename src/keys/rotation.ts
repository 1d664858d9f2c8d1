import type { KeyInfo } from './key';
import { isUsable } from './key';

const dayMs = 86_400_000;

export interface RotationRule {
  /** Days after which a key is old; `null` for no reminders. */
  readonly reminderDays: number | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Full days of 24 hours since the key's present secret was put in; never negative. */
export function ageDays({ since }: Pick<KeyInfo, 'since'>, now: number): number {
  return Math.max(0, Math.floor((now - since) / dayMs));
}

/**
 * The keys that a person should be reminded of now, oldest secret first. Not those whose secret a command gives: how old
 * that is, and when it changes, is the secret manager's affair. Nor those that the API refuses: they are told of anyway.
 */
export function rotationDue(keys: readonly KeyInfo[], { reminderDays, now }: RotationRule): readonly KeyInfo[] {
  if (reminderDays === null) return [];
  const isDue = (key: KeyInfo) =>
    isUsable(key) &&
    key.source.kind !== 'command' &&
    ageDays(key, now) >= reminderDays &&
    key.remindAt !== null &&
    (key.remindAt === undefined || now >= key.remindAt);
  return keys.filter(isDue).toSorted((a, b) => a.since - b.since);
}
