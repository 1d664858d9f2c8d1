import { closeWithWindow, type Turn } from '../conversation/turn';
import {
  toAttachments,
  toConversationRow,
  toDigest,
  toQueue,
  toTurn,
  type ConversationRow,
  type ReadTurn,
} from './rows';
import type { Statements } from './statements';
import type { StoredConversation, StoreLog } from './stored';

/** Within a transaction of the caller: all of it is of one moment. */
export function loadConversation(
  statements: Statements,
  id: string,
  now: number,
  log: StoreLog,
): StoredConversation | undefined {
  const warn = (what: string) => log.warn(`${what} of a conversation could not be understood`, { conversation: id });
  const found = statements.conversation.get({ id, now });
  const row = toConversationRow(found);
  if (found && !row) warn('The head');
  if (!row) return undefined;
  const read = statements.turns.all({ id }).map(toTurn);
  if (read.some((each) => !each?.turn)) warn('A turn');
  const digests = statements.digests.all({ id }).map(toDigest);
  if (digests.includes(undefined)) warn('A summary');
  return {
    id,
    ...describe(row),
    ...linkTurns(
      read.flatMap((each) => each ?? []),
      row,
    ),
    ...readComposer(row, warn),
    digests: digests.flatMap((each) => each ?? []),
  };
}

function describe(row: ConversationRow) {
  return {
    title: row.title,
    hasOwnTitle: row.has_own_title !== 0,
    workspace: row.workspace ?? undefined,
    model: row.model ?? undefined,
    isSummaryUndone: row.is_summary_undone !== 0,
    revision: row.revision,
    busyBy: row.busy_by ?? undefined,
  };
}

function readComposer(row: ConversationRow, warn: (what: string) => void) {
  const queue = row.queue === null ? [] : toQueue(row.queue);
  const drafts = row.drafts === null ? [] : toAttachments(row.drafts);
  if (queue.includes(undefined)) warn('A queued message');
  if (!drafts) warn('What is attached');
  return { queue: queue.flatMap((each) => each ?? []), drafts: drafts ?? [] };
}

/**
 * What follows a turn that was left out follows the one before that instead, so that no branch falls apart. A head that
 * is not there, as after a crash between two writes, is the newest turn.
 */
function linkTurns(read: readonly ReadTurn[], row: ConversationRow) {
  const leftOut = new Map(read.filter(({ turn }) => !turn).map(({ id, parentId }) => [id, parentId]));
  const nearest = (id: string | undefined): string | undefined => {
    let found = id;
    // Each step leaves one behind: a ring of damaged turns ends as well.
    for (let steps = 0; found !== undefined && leftOut.has(found) && steps < leftOut.size; steps++) {
      found = leftOut.get(found);
    }
    return found !== undefined && leftOut.has(found) ? undefined : found;
  };
  const turns = read.flatMap(({ turn, runner }): Turn[] => {
    if (!turn) return [];
    const linked = { ...turn, parentId: nearest(turn.parentId) };
    // A turn under way whose window has lost the lease, or never had it, is not going to be continued by anyone.
    const isAbandoned = runner === undefined || runner !== row.busy_by;
    return [isAbandoned ? closeWithWindow(linked) : linked];
  });
  const headId = nearest(row.head_id ?? undefined);
  const isLost = row.head_id !== null && !turns.some(({ id }) => id === headId);
  return { turns, headId: isLost ? turns.at(-1)?.id : headId };
}
