import * as l10n from '@vscode/l10n';
import { describeNotReady } from '../notReadyText';

export interface NoticeContext {
  /** Why the last thing asked for could not be sent. */
  readonly refusal: string | undefined;
  readonly isKeyRefused: boolean;
  readonly hasKey: boolean;
  readonly hasTurns: boolean;
  readonly baseUrl: string;
}

/** What stands above the message box: first what was just refused, then what will keep the next message from being sent. */
export function describeNotice({
  refusal,
  isKeyRefused,
  hasKey,
  hasTurns,
  baseUrl,
}: NoticeContext): string | undefined {
  if (refusal !== undefined) return refusal;
  if (isKeyRefused)
    return l10n.t('The API refuses the active key. Replace it, or use another one, with “Manage API Keys…”.');
  // Before the first turn the view is a welcome, which says so in its own words.
  return !hasKey && hasTurns ? describeNotReady('noKey', baseUrl) : undefined;
}
