import type { Forecast, Usage, WaitReason } from '../client/types';
import type { Composed } from './history/compose';
import { inputLimit, type Room } from './history/policy';
import type { AnswerTurn, RequestAccount, Turn } from './turn';

/** A wait that nobody notices is none. */
const unnoticedMs = 1_000;
/** How long the API keeps a prompt that was cached by `cache_control` without a `ttl`. */
const cacheLifetimeMs = 300_000;

/** Whether a request can be sent. Times are epoch milliseconds. */
export type Fit =
  | { readonly kind: 'fits'; readonly tokens: number }
  | { readonly kind: 'waits'; readonly until: number; readonly reason: WaitReason }
  /** Never, at this size: by the model's window or by what a minute's limit can hold. */
  | {
      readonly kind: 'tooLarge';
      readonly limit: 'window' | 'minute';
      readonly tokens: number;
      readonly limitTokens: number;
    }
  /** The limits are not known yet. */
  | { readonly kind: 'unknown' };

/** What a request takes of the window, in tokens. */
export interface ContextUse {
  readonly usedTokens: number;
  /** For the answer. */
  readonly reservedTokens: number;
  readonly freeTokens: number;
  readonly windowTokens: number;
  /** How much of the last request's input was read from the cache, from 0 to 1; `undefined` before there was one. */
  readonly cacheShare: number | undefined;
}

export function measureContext({
  composed,
  room,
  lastUsage,
}: {
  readonly composed: Pick<Composed, 'estimatedTokens'>;
  readonly room: Room;
  readonly lastUsage: Usage | undefined;
}): ContextUse {
  const { windowTokens } = room;
  const usedTokens = composed.estimatedTokens;
  const reservedTokens = Math.min(room.reservedForAnswer, windowTokens);
  const freeTokens = Math.max(windowTokens - usedTokens - reservedTokens, 0);
  return { usedTokens, reservedTokens, freeTokens, windowTokens, cacheShare: lastUsage && cacheShareOf(lastUsage) };
}

function cacheShareOf({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number | undefined {
  const all = inputTokens + cacheReadTokens + cacheWriteTokens;
  return all > 0 ? cacheReadTokens / all : undefined;
}

export function judgeFit({
  forecast,
  composedTokens,
  room,
  now,
}: {
  readonly forecast: Forecast;
  readonly composedTokens: number;
  readonly room: Room;
  readonly now: number;
}): Fit {
  const windowLimit = inputLimit({ ...room, perMinute: undefined });
  if (composedTokens > windowLimit) {
    return { kind: 'tooLarge', limit: 'window', tokens: composedTokens, limitTokens: windowLimit };
  }
  const { inputTokens, startsAt, reason, tooLarge } = forecast;
  if (tooLarge) return { kind: 'tooLarge', limit: 'minute', tokens: tooLarge.amount, limitTokens: tooLarge.limit };
  // What is read from the cache does not count against a minute's limit, and the forecast has left it out.
  if (room.perMinute !== undefined && inputTokens > room.perMinute) {
    return { kind: 'tooLarge', limit: 'minute', tokens: inputTokens, limitTokens: room.perMinute };
  }
  if (startsAt === undefined) return { kind: 'unknown' };
  if (startsAt > now + unnoticedMs) return { kind: 'waits', until: startsAt, reason: reason ?? 'turn' };
  return { kind: 'fits', tokens: composedTokens };
}

/** What the last request for an answer took by itself; all of it where that is not known. */
export function lastRequestOf({ at, account }: AnswerTurn): RequestAccount | undefined {
  return account && (account.last ?? { usage: account.usage, at: at + account.waitedMs });
}

/**
 * What another model would have to read anew although it is still cached for this one: caches belong to a model.
 * `undefined` when nothing is lost.
 */
export function cacheLoss({
  path,
  from,
  to,
  now,
}: {
  readonly path: readonly Turn[];
  readonly from: string;
  readonly to: string;
  readonly now: number;
}): { readonly tokens: number } | undefined {
  const answer = path.findLast((turn) => turn.role === 'assistant' && turn.account !== undefined);
  if (from === to || answer?.role !== 'assistant' || answer.model !== from) return undefined;
  const last = lastRequestOf(answer);
  if (!last) return undefined;
  const { usage, at } = last;
  const tokens = usage.cacheReadTokens + usage.cacheWriteTokens;
  // The cache is written, or kept alive, when the request is taken: not before it had waited.
  const isWarm = now - at < cacheLifetimeMs;
  return isWarm && tokens > 0 ? { tokens } : undefined;
}
