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
