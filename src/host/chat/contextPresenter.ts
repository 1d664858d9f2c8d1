import * as l10n from '@vscode/l10n';
import type { ContextUse } from '../../conversation/fit';
import type { ContextView } from '../../protocol/chat';
import { formatCount } from '../format';

/** The ring and its numbers. Pure. */
export function presentContext(use: ContextUse): ContextView {
  const { usedTokens, reservedTokens, freeTokens, windowTokens, cacheShare } = use;
  const usedShare = shareOf(usedTokens, windowTokens);
  const cachedPercent = Math.floor(Math.min(1, cacheShare ?? 0) * 100);
  return {
    used: formatCount(usedTokens),
    reserved: formatCount(reservedTokens),
    free: formatCount(freeTokens),
    window: formatCount(windowTokens),
    usedShare,
    // The two are drawn one after the other on one ring.
    reservedShare: Math.min(shareOf(reservedTokens, windowTokens), 1 - usedShare),
    cache: cachedPercent < 1 ? undefined : l10n.t('{0} % from the cache', cachedPercent),
  };
}

function shareOf(tokens: number, windowTokens: number): number {
  return windowTokens > 0 ? Math.min(1, Math.max(0, tokens / windowTokens)) : 0;
}
