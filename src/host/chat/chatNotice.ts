import * as l10n from '@vscode/l10n';
import type { Turn } from '../../conversation/turn';
import { describeNotReady } from '../notReadyText';

export interface NoticeContext {
  /** Why the last thing asked for could not be sent. */
  readonly refusal: string | undefined;
  readonly isKeyRefused: boolean;
  readonly hasKey: boolean;
  readonly turns: readonly Turn[];
  readonly baseUrl: string;
}

/** What stands above the message box: first what was just refused, then what will keep the next message from being sent. */
export function describeNotice({ refusal, isKeyRefused, hasKey, turns, baseUrl }: NoticeContext): string | undefined {
  if (refusal !== undefined) return refusal;
  // An answer that waits for a key says so itself, with the way on.
  if (isKeyRefused && !waitsForKey(turns.at(-1)))
    return l10n.t('The API refuses the active key. Replace it, or use another one, with “Manage API Keys”.');
  // Before the first turn the view is a welcome, which says so in its own words.
  return !hasKey && turns.length > 0 ? describeNotReady('noKey', baseUrl) : undefined;
}

function waitsForKey(turn: Turn | undefined): boolean {
  return turn?.role === 'assistant' && turn.state.kind === 'waiting' && turn.state.reason === 'key';
}
