import * as l10n from '@vscode/l10n';
import { concernsOf } from './keyConcerns';
import type { KeysSnapshot } from './keysSnapshot';
import { listLabels, plainLabel } from './keyWords';

/** What the view says of the keys as a whole. */
export interface KeyViewNote {
  /** Above the rows. Where there are none, it takes the place of VS Code's welcome. */
  readonly message: string | undefined;
  /** On the view's icon; `undefined` when no key needs attention. */
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
}

export function presentNote(snapshot: KeysSnapshot): KeyViewNote {
  // Without keys there is nothing to say but why.
  const others = snapshot.keys.length === 0 ? [] : [...describeMissing(snapshot), ...describeKept(snapshot)];
  const sentences = [...describeUnreadable(snapshot), ...others];
  return {
    message: sentences.length === 0 ? undefined : sentences.join(' '),
    badge: presentBadge(snapshot),
  };
}

/** That there seems to be no key, or an old one, is no wonder then. */
function describeUnreadable({ isUnreadable }: KeysSnapshot): readonly string[] {
  return isUnreadable ? [l10n.t('Failed to read the keys: unlock the keychain.')] : [];
}

/** Who has chosen a key for this window knows better than the workspace. */
function describeMissing({ missingLabel, activeBy, keys }: KeysSnapshot): readonly string[] {
  if (missingLabel === undefined || activeBy === 'window') return [];
  const isHeld = keys.some(({ label, health }) => label === missingLabel && health !== 'revoked');
  const missing = isHeld
    ? l10n.t(
        'This workspace asks for the key “{0}”. It comes from a file, and is used only when you choose it.',
        plainLabel(missingLabel),
      )
    : l10n.t('This workspace asks for a key named “{0}”, and there is none.', plainLabel(missingLabel));
  const active = keys.find(({ isActive }) => isActive);
  return active ? [missing, l10n.t('“{0}” is used instead.', plainLabel(active.label))] : [missing];
}

function describeKept({ usageKept }: KeysSnapshot): readonly string[] {
  if (usageKept !== 'inMemory') return [];
  return [l10n.t('The database cannot be used: what keys use is known only until this window is closed.')];
}

function presentBadge(snapshot: KeysSnapshot): KeyViewNote['badge'] {
  const keys = snapshot.keys.filter((key) => concernsOf(key, snapshot).some(({ needsAttention }) => needsAttention));
  if (keys.length === 0) return undefined;
  return { value: keys.length, tooltip: l10n.t('Keys that need attention: {0}', listLabels(keys)) };
}
