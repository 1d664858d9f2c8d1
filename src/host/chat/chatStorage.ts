import * as l10n from '@vscode/l10n';
import { openDatabase, type UnusableReason } from '../../store/database';
import { openInMemory } from '../../store/memory';
import type { Store } from '../../store/store';
import type { Log } from '../log';

export const dayMs = 86_400_000;
const abandonedDays = 30;

export interface ChatStorageOptions {
  /** Where the database lies; `undefined` where there is no disk. */
  readonly folder: string | undefined;
  readonly windowId: string;
  readonly isSaved: boolean;
  /** Chats that rested for longer are deleted; `undefined`: none are. */
  readonly retentionDays: number | undefined;
  /** Tells the person, once. */
  readonly warn: (sentence: string) => void;
  readonly log: Log;
  /** What of a text may be stored; all of it by default. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Opens the database. */
  readonly open?: typeof openDatabase;
}

/**
 * Opens what chats are kept in. When the database cannot be used the person is told, and the window goes on in memory:
 * a chat that is not kept is better than none. Throws only where there is no SQLite at all.
 */
export function openChatStorage(options: ChatStorageOptions): Store {
  const { folder, windowId, isSaved, retentionDays, warn, log, redact, open = openDatabase } = options;
  const now = Date.now;
  if (!isSaved || folder === undefined) return openInMemory({ windowId, now, log, redact });
  const opened = open({ folder, windowId, now, log, redact });
  if (opened.setAside !== undefined) {
    warn(l10n.t('The chat history was damaged. It was set aside and a new one begun; the log says where it is.'));
    log.warn('The damaged database is kept', { path: opened.setAside });
  }
  if (opened.kind === 'unusable') {
    warn(`${describeUnusable(opened.reason)} ${l10n.t('Chats of this window will not be kept.')}`);
    return openInMemory({ windowId, now, log, redact });
  }
  pruneChats(opened.store, retentionDays, log);
  removeAbandoned(opened.store, log);
  return opened.store;
}

/** Whatever was attached to a message that was never written goes with time; a window may be open for days. */
function removeAbandoned(store: Store, log: Log): void {
  try {
    store.conversations.removeEmpty(Date.now() - abandonedDays * dayMs);
  } catch (error) {
    log.error('Failed to delete empty chats', error);
  }
}

/** Deletes the chats that rested for longer; none without a number of days. */
export function pruneChats(store: Store | undefined, retentionDays: number | undefined, log: Log): void {
  if (!store || retentionDays === undefined) return;
  try {
    const count = store.conversations.prune(Date.now() - retentionDays * dayMs);
    if (count > 0) log.info('Old chats were deleted, as the settings say', { count });
  } catch (error) {
    log.error('Failed to delete old chats', error);
  }
}

function describeUnusable(reason: UnusableReason): string {
  switch (reason) {
    case 'newer':
      return l10n.t('The chat history belongs to a newer version of Sluice, and is left as it is.');
    case 'unreadable':
      return l10n.t('The chat history cannot be read.');
    case 'unwritable':
      return l10n.t('The folder of the chat history cannot be written to.');
    case 'full':
      return l10n.t('The disk is full: the chat history cannot be opened.');
    case 'busy':
      return l10n.t('The chat history is held by another program.');
    case 'missing':
      return l10n.t('This VS Code has no database to keep chats in.');
  }
}
