import type { Access } from './access';
import { fold } from './search';

/** A lease that has run out is free; one that was never taken has run out at 0. */
const isFree = 'busy_until <= :now';

const summaries = `
  SELECT c.id, c.title, c.workspace, c.created_at, c.updated_at,
    (SELECT count(*) FROM turns t WHERE t.conversation_id = c.id) AS turns,
    c.busy_until > :now AS is_busy
  FROM conversations c
  WHERE (:workspace IS NULL OR c.workspace = :workspace)
    AND NOT EXISTS (
      SELECT 1 FROM json_each(:patterns) word
      WHERE coalesce(c.folded_title, c.title) NOT LIKE word.value ESCAPE '\\'
        AND NOT EXISTS (
          SELECT 1 FROM turns t
          WHERE t.conversation_id = c.id AND coalesce(t.folded_text, t.text) LIKE word.value ESCAPE '\\'
        )
    )
  ORDER BY c.updated_at DESC, c.rowid DESC
  LIMIT :limit`;

/** Every statement about conversations, prepared once. */
export function prepareStatements(access: Access) {
  access.define('fold', (text) => fold(text) ?? null);
  return {
    list: access.prepare(summaries),
    create: access.prepare(`
      INSERT INTO conversations (id, workspace, created_at, updated_at, writer)
      VALUES (:id, :workspace, :at, :at, :writer) ON CONFLICT DO NOTHING`),
    conversation: access.prepare(`
      SELECT c.title, c.has_own_title, c.workspace, c.model, c.head_id, c.is_summary_undone, c.revision, c.writer,
        iif(c.busy_until > :now, c.busy_by, NULL) AS busy_by, p.queue, p.drafts
      FROM conversations c LEFT JOIN composers p ON p.conversation_id = c.id
      WHERE c.id = :id`),
    turns: access.prepare(`
      SELECT id, parent_id, runner, text, details FROM turns WHERE conversation_id = :id ORDER BY seq`),
    digests: access.prepare('SELECT up_to_turn_id, details FROM digests WHERE conversation_id = :id ORDER BY rowid'),
    revision: access.prepare('SELECT revision, writer FROM conversations WHERE id = :id'),

    /** The two ways to mark a change; `changes` is 0 when the conversation is gone. */
    raiseRevision: access.prepare(`
      UPDATE conversations SET revision = revision + 1, writer = :writer WHERE id = :id`),
    touch: access.prepare(`
      UPDATE conversations SET revision = revision + 1, writer = :writer, updated_at = :now WHERE id = :id`),

    /** The place of a turn that is replaced stays. */
    putTurn: access.prepare(`
      INSERT INTO turns (conversation_id, id, parent_id, runner, text, folded_text, details)
      VALUES (:id, :turnId, :parentId, :runner, :text, fold(:text), :details)
      ON CONFLICT (conversation_id, id) DO UPDATE SET parent_id = excluded.parent_id, runner = excluded.runner,
        text = excluded.text, folded_text = excluded.folded_text, details = excluded.details`),
    removeTurn: access.prepare('DELETE FROM turns WHERE conversation_id = :id AND id = :turnId'),
    setHead: access.prepare('UPDATE conversations SET head_id = :headId WHERE id = :id'),
    queue: access.prepare('SELECT queue FROM composers WHERE conversation_id = :id'),
    setQueue: access.prepare(`
      INSERT INTO composers (conversation_id, queue) VALUES (:id, :json)
      ON CONFLICT (conversation_id) DO UPDATE SET queue = excluded.queue`),
    setDrafts: access.prepare(`
      INSERT INTO composers (conversation_id, drafts) VALUES (:id, :json)
      ON CONFLICT (conversation_id) DO UPDATE SET drafts = excluded.drafts`),
    setSummaryUndone: access.prepare('UPDATE conversations SET is_summary_undone = :isUndone WHERE id = :id'),
    setModel: access.prepare('UPDATE conversations SET model = :model WHERE id = :id'),
    setTitle: access.prepare(`
      UPDATE conversations SET title = :title, folded_title = fold(:title), has_own_title = :isOwn WHERE id = :id`),
    hasOwnTitle: access.prepare('SELECT 1 FROM conversations WHERE id = :id AND has_own_title'),
    putDigest: access.prepare(`
      INSERT INTO digests (conversation_id, up_to_turn_id, details) VALUES (:id, :turnId, :details)
      ON CONFLICT (conversation_id, up_to_turn_id) DO UPDATE SET details = excluded.details`),
    removeDigest: access.prepare('DELETE FROM digests WHERE conversation_id = :id AND up_to_turn_id = :turnId'),

    remove: access.prepare('DELETE FROM conversations WHERE id = :id'),
    clear: access.prepare(`
      DELETE FROM conversations WHERE (:workspace IS NULL OR workspace = :workspace) AND ${isFree}`),
    prune: access.prepare(`DELETE FROM conversations WHERE updated_at < :olderThan AND ${isFree}`),
    removeEmpty: access.prepare(`
      DELETE FROM conversations WHERE updated_at < :olderThan AND ${isFree}
        AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.conversation_id = conversations.id)
        AND NOT EXISTS (SELECT 1 FROM composers p WHERE p.conversation_id = conversations.id AND p.queue <> '[]')`),

    /** Prolonging a lease is no change that others have to hear of. */
    prolong: access.prepare(`
      UPDATE conversations SET busy_until = :until WHERE id = :id AND busy_by = :writer AND busy_until > :now`),
    claim: access.prepare(`
      UPDATE conversations SET busy_by = :writer, busy_until = :until, revision = revision + 1, writer = :writer
      WHERE id = :id AND ${isFree}`),
    release: access.prepare(`
      UPDATE conversations SET busy_by = NULL, busy_until = 0, revision = revision + 1, writer = :writer
      WHERE id = :id AND busy_by = :writer`),
    releaseAll: access.prepare(`
      UPDATE conversations SET busy_by = NULL, busy_until = 0, revision = revision + 1, writer = :writer
      WHERE busy_by = :writer`),
  };
}

export type Statements = ReturnType<typeof prepareStatements>;
