import type { Usage } from '../client/types';
import type { AnswerAccount, RequestAccount } from './turn';

/** What two requests for one answer took together. A cost that is unknown leaves the whole unknown. */
export function addAccounts(
  first: AnswerAccount | undefined,
  second: AnswerAccount | undefined,
): AnswerAccount | undefined {
  if (!first || !second) return first ?? second;
  const last = laterOf(first.last, second.last);
  return {
    usage: addUsage(first.usage, second.usage),
    costUsd: first.costUsd === undefined || second.costUsd === undefined ? undefined : first.costUsd + second.costUsd,
    waitedMs: first.waitedMs + second.waitedMs,
    firstTextMs: first.firstTextMs ?? second.firstTextMs,
    totalMs: first.totalMs + second.totalMs,
    attempts: first.attempts + second.attempts,
    ...(last ? { last } : {}),
  };
}

/** An answer that was asked for in place of another may be added to either of them. */
function laterOf(first: RequestAccount | undefined, second: RequestAccount | undefined): RequestAccount | undefined {
  if (!first || !second) return first ?? second;
  return second.at >= first.at ? second : first;
}

function addUsage(first: Usage, second: Usage): Usage {
  const anHour = (first.cacheWrite1hTokens ?? 0) + (second.cacheWrite1hTokens ?? 0);
  return {
    inputTokens: first.inputTokens + second.inputTokens,
    outputTokens: first.outputTokens + second.outputTokens,
    cacheReadTokens: first.cacheReadTokens + second.cacheReadTokens,
    cacheWriteTokens: first.cacheWriteTokens + second.cacheWriteTokens,
    ...(anHour > 0 ? { cacheWrite1hTokens: anHour } : {}),
  };
}
