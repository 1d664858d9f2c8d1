import * as l10n from '@vscode/l10n';
import type { LeftOut } from '../../summarize/leaveOut';

/** How many files were left out, by reason. */
export type LeftOutCounts = Readonly<Partial<Record<string, number>>>;

/** What one of them is called, many of them at a time. */
const words: Readonly<Record<LeftOut, () => string>> = {
  lockFile: () => l10n.t('lock files'),
  minified: () => l10n.t('minified'),
  generated: () => l10n.t('generated'),
  binary: () => l10n.t('binary'),
  sourceMap: () => l10n.t('source maps'),
  data: () => l10n.t('data'),
  empty: () => l10n.t('empty'),
  tooLarge: () => l10n.t('too large'),
  secret: () => l10n.t('with secrets'),
};

/** `Left out: 3 lock files, 12 minified.`; empty when nothing was. */
export function describeLeftOut(counts: LeftOutCounts): string {
  const parts = Object.entries(counts).flatMap(([reason, count]) =>
    count === undefined || count === 0 ? [] : [`${count} ${isReason(reason) ? words[reason]() : reason}`],
  );
  return parts.length === 0 ? '' : l10n.t('Left out: {0}.', parts.join(', '));
}

function isReason(reason: string): reason is LeftOut {
  return Object.hasOwn(words, reason);
}
