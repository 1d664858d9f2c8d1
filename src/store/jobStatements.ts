import type { Access } from './access';

/** As the index of open jobs says it. */
const isOpen = "state IN ('running', 'paused')";
/** Those that may still be run, be it because a person has them tried again. */
const mayRun = "state NOT IN ('done', 'cancelled')";

/** Everything of a job but its spec, in front of which it stands. */
const columns = `
  id, state, identity, title, workspace, model, priority, delivery, created_at, started_at, ended_at, paused_until, done,
  total, failed, failure, failure_until, expected_requests, expected_input_tokens, expected_output_tokens, requests,
  input_tokens, output_tokens, cost_usd, has_unknown_cost, easings, iif(runner_until > :now, runner, NULL) AS runner,
  runner_until`;

/** A value that JSON does not have is left as it is. */
function kept(column: string, field = column): string {
  return `${column} = coalesce(json_extract(:change, '$.${field}'), ${column})`;
}

/** Likewise, but a `null` takes it away. */
function cleared(column: string, field = column): string {
  const path = `'$.${field}'`;
  return `${column} = iif(json_type(:change, ${path}) IS NULL, ${column}, json_extract(:change, ${path}))`;
}

const hasBatches = 'EXISTS (SELECT 1 FROM job_batches WHERE job_batches.job_id = jobs.id)';

/** Every statement about jobs themselves, prepared once. */
export function prepareJobStatements(access: Access) {
  return {
    list: access.prepare(`SELECT ${columns} FROM jobs ORDER BY ${isOpen} DESC, created_at DESC, seq DESC`),
    find: access.prepare(`SELECT ${columns} FROM jobs WHERE id = :id`),
    findOpen: access.prepare(`SELECT ${columns} FROM jobs WHERE identity = :identity AND ${isOpen} ORDER BY seq`),
    exists: access.prepare('SELECT 1 FROM jobs WHERE id = :id'),
    spec: access.prepare('SELECT spec FROM jobs WHERE id = :id'),
    result: access.prepare('SELECT result FROM job_results WHERE job_id = :id'),
    sources: access.prepare(
      'SELECT name, uri, is_json, seams, text FROM job_sources WHERE job_id = :id ORDER BY place',
    ),

    add: access.prepare(`
      INSERT INTO jobs (
        id, state, identity, title, workspace, model, priority, delivery, created_at, expected_requests,
        expected_input_tokens, expected_output_tokens, spec
      ) VALUES (
        :id, 'running', :identity, :title, :workspace, :model, :priority, :delivery, :now, :requests, :inputTokens,
        :outputTokens, :spec
      )`),
    addSource: access.prepare(`
      INSERT INTO job_sources (job_id, place, name, uri, is_json, seams, text)
      VALUES (:id, :place, :name, :uri, :isJson, :seams, :text)`),
    removeSources: access.prepare('DELETE FROM job_sources WHERE job_id = :id'),
    change: access.prepare(`
      UPDATE jobs SET ${[
        `state = iif(state = 'cancelled', state, coalesce(json_extract(:change, '$.state'), state))`,
        kept('priority'),
        kept('delivery'),
        kept('started_at', 'startedAt'),
        cleared('ended_at', 'endedAt'),
        kept('done'),
        kept('total'),
        kept('failed'),
        cleared('paused_until', 'pausedUntil'),
        cleared('failure'),
        cleared('failure_until', 'failureUntil'),
        kept('easings'),
        'spec = coalesce(:spec, spec)',
      ].join(', ')}
      WHERE id = :id AND state <> 'done'`),
    setResult: access.prepare(`
      INSERT INTO job_results (job_id, result) VALUES (:id, :result)
      ON CONFLICT (job_id) DO UPDATE SET result = excluded.result`),
    /** Added up by SQLite, not by us: what another window has added meanwhile stays. */
    addCost: access.prepare(`
      UPDATE jobs SET requests = requests + :requests, input_tokens = input_tokens + :inputTokens,
        output_tokens = output_tokens + :outputTokens, cost_usd = cost_usd + :costUsd,
        has_unknown_cost = max(has_unknown_cost, :unknown)
      WHERE id = :id`),
    /** One whose batches are not collected yet stays: what they bring is paid for. */
    remove: access.prepare(`DELETE FROM jobs WHERE id = :id AND NOT ${hasBatches}`),
    prune: access.prepare(`
      DELETE FROM jobs
      WHERE NOT (${isOpen}) AND NOT ${hasBatches} AND coalesce(ended_at, created_at) < :olderThan`),

    /** A lease that has run out is free; one that was never taken has run out at 0. */
    lease: access.prepare(`
      UPDATE jobs SET runner = :runner, runner_until = :until
      WHERE id = :id AND ${mayRun} AND (runner = :runner OR runner_until <= :now)`),
    release: access.prepare(`
      UPDATE jobs SET runner = NULL, runner_until = 0 WHERE id = :id AND runner = :runner`),
    releaseAll: access.prepare('UPDATE jobs SET runner = NULL, runner_until = 0 WHERE runner = :runner'),

    decide: access.prepare(`
      INSERT INTO job_decisions (job_id, name, value) VALUES (:id, :name, :value) ON CONFLICT DO NOTHING`),
    decision: access.prepare('SELECT value FROM job_decisions WHERE job_id = :id AND name = :name'),

    addBatch: access.prepare(`
      INSERT INTO job_batches (token, job_id, batch_id, key_id, created_at, custom_ids)
      VALUES (:token, :id, :batchId, :keyId, :createdAt, :customIds)`),
    setBatchId: access.prepare('UPDATE job_batches SET batch_id = :batchId WHERE token = :token'),
    removeBatch: access.prepare('DELETE FROM job_batches WHERE token = :token'),
    batches: access.prepare(`
      SELECT token, job_id, batch_id, key_id, created_at, custom_ids FROM job_batches WHERE job_id = :id
      ORDER BY created_at, rowid`),
    batchIds: access.prepare('SELECT batch_id FROM job_batches WHERE batch_id IS NOT NULL'),
  };
}

/** Every statement about questions and their answers, which belong to all jobs. `keys`: JSON. */
export function prepareAnswerStatements(access: Access) {
  const areGiven = 'key IN (SELECT value FROM json_each(:keys))';
  return {
    /** The keys come first, so that each is one look-up. */
    answers: access.prepare(`
      SELECT a.key, a.used_at, a.is_cut, a.text FROM json_each(:keys) wanted CROSS JOIN answers a
      WHERE a.key = wanted.value`),
    markUsed: access.prepare(`UPDATE answers SET used_at = max(used_at, :now) WHERE ${areGiven}`),
    keep: access.prepare(`
      INSERT INTO answers (key, used_at, is_cut, text) VALUES (:key, :now, :isCut, :text)
      ON CONFLICT (key) DO UPDATE SET used_at = max(used_at, excluded.used_at)`),
    /** What a job needs that may still be run was used since it was begun, and is marked at most so much earlier. */
    prune: access.prepare(`
      DELETE FROM answers WHERE used_at < min(
        :olderThan, coalesce((SELECT min(created_at) - :marginMs FROM jobs WHERE ${mayRun}), :olderThan)
      )`),

    /** Gives back those that were free or this window's. */
    lease: access.prepare(`
      INSERT INTO question_leases (key, job_id, runner, runner_until)
      SELECT value, :id, :runner, :until FROM json_each(:keys) WHERE true
      ON CONFLICT (key) DO UPDATE
        SET job_id = excluded.job_id, runner = excluded.runner, runner_until = excluded.runner_until
        WHERE runner = excluded.runner OR runner_until <= :now
      RETURNING key`),
    release: access.prepare(`DELETE FROM question_leases WHERE runner = :runner AND ${areGiven}`),
    releaseOf: access.prepare('DELETE FROM question_leases WHERE runner = :runner AND job_id = :id'),
    releaseAll: access.prepare('DELETE FROM question_leases WHERE runner = :runner'),
    pruneLeases: access.prepare('DELETE FROM question_leases WHERE runner_until <= :now'),
  };
}
