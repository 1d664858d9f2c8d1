import { migrate } from './migrations';
import { connect } from './sqlite';
import { OpenStore, type Store } from './store';
import type { StoreOptions } from './database';

/** A store of this window alone, which forgets everything with it. Throws where this Node has no SQLite. */
export function openInMemory(options: Omit<StoreOptions, 'folder'>): Store {
  const database = connect(':memory:');
  database.exec('PRAGMA foreign_keys = ON');
  migrate(database);
  return new OpenStore(database, options, { isMoved: () => false, onCorrupt: () => {}, onClose: () => {} });
}
