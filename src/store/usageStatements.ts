import type { Access } from './access';

/** Every key that was used, found by leaps over the rows of each. */
const usedKeys = `
  WITH RECURSIVE used (id) AS (
    SELECT min(key_id) FROM usage_slots
    UNION ALL
    SELECT (SELECT min(key_id) FROM usage_slots WHERE key_id > used.id) FROM used WHERE used.id IS NOT NULL
  )`;

/** Every statement about the use of keys, prepared once. */
export function prepareUsageStatements(access: Access) {
  return {
    /** Added up by SQLite, not by us: what another window has added meanwhile stays. */
    record: access.prepare(`
      INSERT INTO usage_slots VALUES (
        :keyId, :slot, :model, :requests, :errors, :refusals, :inputTokens, :outputTokens, :cacheReadTokens,
        :cacheWriteTokens, :costUsd, :unpriced, :at
      )
      ON CONFLICT (key_id, slot, model) DO UPDATE SET
        requests = requests + excluded.requests,
        errors = errors + excluded.errors,
        refusals = refusals + excluded.refusals,
        input_tokens = input_tokens + excluded.input_tokens,
        output_tokens = output_tokens + excluded.output_tokens,
        cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
        cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
        cost_usd = cost_usd + excluded.cost_usd,
        unpriced = unpriced + excluded.unpriced,
        last_used_at = max(last_used_at, excluded.last_used_at)`),
    keys: access.prepare(`${usedKeys} SELECT id FROM used WHERE id IS NOT NULL`),
    lastUse: access.prepare(`
      SELECT max(last_used_at) AS at FROM usage_slots
      WHERE key_id = :keyId AND slot = (SELECT max(slot) FROM usage_slots WHERE key_id = :keyId)`),
    /** `days`: the first slot of each, and the first after it. The days come first, so that each is one look-up. */
    days: access.prepare(`
      SELECT day.key AS day, s.model, sum(s.requests) AS requests, sum(s.errors) AS errors,
        sum(s.refusals) AS refusals, sum(s.input_tokens) AS input_tokens, sum(s.output_tokens) AS output_tokens,
        sum(s.cache_read_tokens) AS cache_read_tokens, sum(s.cache_write_tokens) AS cache_write_tokens,
        sum(s.cost_usd) AS cost_usd, sum(s.unpriced) AS unpriced
      FROM json_each(:days) day CROSS JOIN usage_slots s
      WHERE s.key_id = :keyId
        AND s.slot >= json_extract(day.value, '$[0]') AND s.slot < json_extract(day.value, '$[1]')
      GROUP BY day.key, s.model`),
    spent: access.prepare(`
      SELECT coalesce(sum(cost_usd) FILTER (WHERE slot >= :day AND slot < :nextDay), 0) AS today,
        coalesce(sum(cost_usd), 0) AS month
      FROM usage_slots WHERE key_id = :keyId AND slot >= :month AND slot < :nextMonth`),
    pruneSlots: access.prepare(`
      ${usedKeys} DELETE FROM usage_slots WHERE key_id IN (SELECT id FROM used) AND slot < :before`),

    addEvent: access.prepare(`
      INSERT INTO key_events (at, key_id, kind, window_id, label, detail)
      VALUES (:at, :keyId, :kind, :windowId, :label, :detail)`),
    events: access.prepare(`
      SELECT at, key_id, kind, window_id, label, detail FROM key_events
      WHERE :keyId IS NULL OR key_id = :keyId
      ORDER BY at DESC, seq DESC LIMIT :limit`),
    pruneEvents: access.prepare('DELETE FROM key_events WHERE at < :olderThan'),

    /** Changes a row only for the first who asks, or when it was claimed so long ago that it may be told again. */
    claim: access.prepare(`
      INSERT INTO key_notices (notice, at) VALUES (:notice, :at)
      ON CONFLICT (notice) DO UPDATE SET at = excluded.at WHERE at <= excluded.at - :againAfterMs`),
    pruneNotices: access.prepare('DELETE FROM key_notices WHERE at < :olderThan'),
  };
}
