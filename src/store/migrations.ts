import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './sqlite';

/**
 * Each step takes the database to the next version (`PRAGMA user_version`). A step that has been published never
 * changes again; what is needed later becomes a step of its own at the end.
 *
 * Columns that can be long come last in their table: whoever reads only what stands before them does not read them.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    folded_title TEXT,
    has_own_title INTEGER NOT NULL DEFAULT 0,
    workspace TEXT,
    model TEXT,
    head_id TEXT,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    writer TEXT NOT NULL,
    busy_by TEXT,
    busy_until REAL NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX conversations_by_update ON conversations (updated_at);

  -- details: everything else of a turn, as JSON. runner: the window that runs it, while it waits or streams.
  CREATE TABLE turns (
    seq INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    parent_id TEXT,
    runner TEXT,
    text TEXT NOT NULL,
    folded_text TEXT,
    details TEXT NOT NULL,
    UNIQUE (conversation_id, id)
  ) STRICT;
  -- Gives the turns of a conversation in their order, without sorting them.
  CREATE INDEX turns_in_order ON turns (conversation_id);

  -- Apart from the conversation, whose row every write touches: attachments can be large.
  CREATE TABLE composers (
    conversation_id TEXT PRIMARY KEY NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    queue TEXT NOT NULL DEFAULT '[]',
    drafts TEXT NOT NULL DEFAULT '[]'
  ) STRICT;

  CREATE TABLE digests (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    up_to_turn_id TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (conversation_id, up_to_turn_id)
  ) STRICT;
  `,
  // A person wanted the history sent whole: no summary is made of it by itself.
  'ALTER TABLE conversations ADD COLUMN is_summary_undone INTEGER NOT NULL DEFAULT 0',
  `
  -- What was used of a model with a key in a quarter of an hour. slot: quarters since 1970, in UTC. unpriced: how many
  -- of the requests used something that has no price.
  CREATE TABLE usage_slots (
    key_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    refusals INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    unpriced INTEGER NOT NULL,
    last_used_at REAL NOT NULL,
    PRIMARY KEY (key_id, slot, model)
  ) STRICT, WITHOUT ROWID;

  -- The audit trail. label: as it was then.
  CREATE TABLE key_events (
    seq INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    window_id TEXT NOT NULL,
    label TEXT NOT NULL,
    detail TEXT
  ) STRICT;
  CREATE INDEX key_events_by_time ON key_events (at);

  -- What has been told of a key, and when: by one window, for all of them.
  CREATE TABLE key_notices (
    notice TEXT PRIMARY KEY NOT NULL,
    at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- requests, tokens and cost_usd: what was paid for. runner: the window that runs it, while its lease holds. spec: can
  -- be long, and is never changed by an answer that comes in.
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    identity TEXT NOT NULL,
    title TEXT NOT NULL,
    workspace TEXT,
    model TEXT NOT NULL,
    priority TEXT NOT NULL,
    delivery TEXT NOT NULL,
    created_at REAL NOT NULL,
    started_at REAL,
    ended_at REAL,
    paused_until REAL,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    failure TEXT,
    failure_until REAL,
    expected_requests INTEGER NOT NULL,
    expected_input_tokens INTEGER NOT NULL,
    expected_output_tokens INTEGER NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    has_unknown_cost INTEGER NOT NULL DEFAULT 0,
    easings TEXT NOT NULL DEFAULT '[]',
    runner TEXT,
    runner_until REAL NOT NULL DEFAULT 0,
    spec TEXT NOT NULL
  ) STRICT;
  CREATE INDEX open_jobs ON jobs (identity) WHERE state IN ('running', 'paused');

  -- Apart from the job, whose row every answer touches: a result can be large.
  CREATE TABLE job_results (
    job_id TEXT PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    result TEXT NOT NULL
  ) STRICT;

  -- is_json: the text is written as JSON, because SQLite cannot hold it as it is.
  CREATE TABLE job_sources (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    uri TEXT,
    is_json INTEGER NOT NULL,
    seams TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (job_id, place)
  ) STRICT;

  CREATE TABLE job_decisions (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (job_id, name)
  ) STRICT;

  CREATE TABLE job_batches (
    token TEXT PRIMARY KEY NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    batch_id TEXT,
    key_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    custom_ids TEXT NOT NULL
  ) STRICT;
  CREATE INDEX job_batches_by_job ON job_batches (job_id);

  -- Of any job: who asks the same has the same answer. key: of the question, a hash.
  CREATE TABLE answers (
    key TEXT PRIMARY KEY NOT NULL,
    used_at REAL NOT NULL,
    is_cut INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX answers_by_use ON answers (used_at);

  -- The window that asks a question, and for which of its jobs.
  CREATE TABLE question_leases (
    key TEXT PRIMARY KEY NOT NULL,
    job_id TEXT NOT NULL,
    runner TEXT NOT NULL,
    runner_until REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/**
 * Brings the database to the newest version, each step in a transaction. Two windows may do this at once: the version is
 * read again with the lock held, so that each step happens once.
 *
 * @returns whether the database is of a version this code knows
 * @throws {StoreError}
 */
export function migrate(database: DatabaseSync, steps: readonly string[] = migrations): boolean {
  while (versionOf(database) < steps.length) {
    inTransaction(database, 'immediate', 'bring the database up to date', () => {
      const version = versionOf(database);
      const step = steps[version];
      if (step === undefined) return;
      database.exec(step);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
  return versionOf(database) === steps.length;
}
