import * as v from 'valibot';
import { keyEventKinds, type KeyEvent } from '../keys/keyEvent';
import type { DayUsage } from '../usage/keyUsage';
import { slotOf } from '../usage/periods';
import type { UsageEntry } from '../usage/usageEntry';
import { totalsOf, type Spent } from '../usage/usageTotals';
import type { Row } from './access';
import { plain } from './plainText';

const dayRowSchema = v.object({
  day: v.number(),
  model: v.string(),
  requests: v.number(),
  errors: v.number(),
  refusals: v.number(),
  input_tokens: v.number(),
  output_tokens: v.number(),
  cache_read_tokens: v.number(),
  cache_write_tokens: v.number(),
  cost_usd: v.number(),
  unpriced: v.number(),
});
const eventRowSchema = v.object({
  at: v.number(),
  key_id: v.string(),
  kind: v.picklist(keyEventKinds),
  window_id: v.string(),
  label: v.string(),
  detail: v.nullable(v.string()),
});

/** What one request adds to its slot. */
export function fromEntry(entry: UsageEntry) {
  const { hasUnknownCost, ...amounts } = totalsOf(entry);
  const { keyId, model, at } = entry;
  return {
    keyId: plain(keyId),
    slot: slotOf(at),
    model: plain(model),
    at,
    ...amounts,
    unpriced: hasUnknownCost ? 1 : 0,
  };
}

/** @param days how many there are; the last of them is today */
export function toDayUsage(row: Row, days: number): DayUsage | undefined {
  const parsed = v.safeParse(dayRowSchema, row);
  if (!parsed.success) return undefined;
  const { day, model, requests, errors, refusals, unpriced, ...amounts } = parsed.output;
  return {
    model,
    daysAgo: days - 1 - day,
    totals: {
      requests,
      errors,
      refusals,
      inputTokens: amounts.input_tokens,
      outputTokens: amounts.output_tokens,
      cacheReadTokens: amounts.cache_read_tokens,
      cacheWriteTokens: amounts.cache_write_tokens,
      costUsd: amounts.cost_usd,
      hasUnknownCost: unpriced > 0,
    },
  };
}

export function toSpent(row: Row | undefined): Spent {
  return { todayUsd: Number(row?.['today'] ?? 0), monthUsd: Number(row?.['month'] ?? 0) };
}

export function fromEvent({ at, keyId, label, kind, detail, windowId }: KeyEvent) {
  const words = detail === undefined ? null : plain(detail);
  return { at, keyId: plain(keyId), label: plain(label), kind, detail: words, windowId };
}

export function toEvent(row: Row): KeyEvent | undefined {
  const parsed = v.safeParse(eventRowSchema, row);
  if (!parsed.success) return undefined;
  const { at, key_id: keyId, kind, window_id: windowId, label, detail } = parsed.output;
  return { at, keyId, label, kind, detail: detail ?? undefined, windowId };
}
