import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import type { ActiveBy } from '../../keys/activeKey';
import { formatClock } from '../format';

/** They turn what follows around, and could make a label look like another one. */
const bidiControls = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const rightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;
const [isolate, endOfIsolate] = ['\u2068', '\u2069'];

/** A label as it may stand in any text: one line, which does not turn around what stands beside it. */
export function plainLabel(label: string): string {
  const line = label
    .replace(bidiControls, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return rightToLeft.test(line) ? `${isolate}${line}${endOfIsolate}` : line;
}

/** For markdown, as one line: every mark is shown as it is, and an address is not made a link. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~$&/@]/g, '\\$&');
}

/** In how many names a list is given before it is only counted. */
const mostNames = 3;

/** `“A”, “B”, “C” and 2 more`. */
export function listLabels(keys: readonly Pick<KeyInfo, 'label'>[]): string {
  const names = keys.slice(0, mostNames).map(({ label }) => l10n.t('“{0}”', plainLabel(label)));
  const others = keys.length - names.length;
  return others > 0 ? l10n.t('{0} and {1} more', names.join(', '), others) : names.join(', ');
}

/** How a person recognizes the key: by its end, or by where it comes from. */
export function describeIdentity({ source, lastCharacters }: KeyInfo): string | undefined {
  if (source.kind === 'command') return l10n.t('secret manager “{0}”', plainLabel(source.name));
  return lastCharacters === '' ? undefined : `····${lastCharacters}`;
}

/** The same for the ear. */
export function speakIdentity(key: KeyInfo): string | undefined {
  if (key.source.kind === 'command' || key.lastCharacters === '') return describeIdentity(key);
  return l10n.t('key ending in {0}', key.lastCharacters);
}

export function describeRole(key: KeyInfo, activeBy: ActiveBy | undefined): string | undefined {
  if (!key.isActive) return key.isDefault ? l10n.t('default') : undefined;
  if (activeBy === 'window') return l10n.t('in use (this window)');
  return activeBy === 'workspace' ? l10n.t('in use (this workspace)') : l10n.t('in use');
}

/** `2026-03-05`, today as well. */
export function formatDate(at: number): string {
  return formatClock(at, Number.NaN).slice(0, '2026-03-05'.length);
}
