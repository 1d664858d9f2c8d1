import * as l10n from '@vscode/l10n';
import type { SummaryProgress } from '../../summarize/asker';
import { describeWait } from '../waitText';

/** One line for the progress notification: parts done, and what is waited for. */
export function describeProgress({ done, total, last }: SummaryProgress, now: number): string {
  const parts = total === undefined ? [] : [l10n.t('{0} of {1} parts', Math.min(done, total), total)];
  switch (last?.type) {
    case 'waiting':
    case 'parked':
      parts.push(describeWait({ ...last, position: undefined, attempt: 1 }, now));
      break;
    case 'retrying':
      parts.push(describeWait({ ...last, position: undefined }, now));
      break;
    case 'queued':
      if (last.position > 1) parts.push(l10n.t('number {0} in line', last.position));
      break;
    case 'started':
    case undefined:
      break;
  }
  return parts.length === 0 ? l10n.t('reading…') : parts.join(' · ');
}
