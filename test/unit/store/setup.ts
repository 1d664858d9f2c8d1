import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerTurn, Turn, UserTurn } from '../../../src/conversation/turn';
import { openDatabase, type OpenedStore } from '../../../src/store/database';
import type { Store } from '../../../src/store/store';

/** An ordinary moment: a Tuesday noon. */
export const noon = Date.UTC(2026, 10, 17, 12);
export const minuteMs = 60_000;

export interface Desk {
  readonly folder: string;
  readonly file: string;
  /** What was logged, one line each. */
  readonly logged: string[];
  /** Time stands still unless a test moves it. */
  now: number;
  /** As another window would; closed after the test. */
  open(windowId?: string): OpenedStore;
  openStore(windowId?: string): Store;
  clear(): void;
}

/** A folder for one test. */
export function setUpDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  const stores: Store[] = [];
  const logged: string[] = [];
  const desk: Desk = {
    folder,
    file: join(folder, 'sluice.db'),
    logged,
    now: noon,
    open(windowId = 'window-1') {
      const log = {
        warn: (message: string, context?: object) => void logged.push(`${message} ${JSON.stringify(context)}`),
      };
      const opened = openDatabase({ folder, windowId, now: () => desk.now, log });
      if (opened.kind === 'ready') stores.push(opened.store);
      return opened;
    },
    openStore(windowId) {
      const opened = desk.open(windowId);
      assert.ok(opened.kind === 'ready', 'the store did not open');
      return opened.store;
    },
    clear() {
      for (const store of stores) store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return desk;
}

export function question(id: string, text = `Question ${id}`, parentId?: string): UserTurn {
  return { role: 'user', id, parentId, at: noon, text, attachments: [] };
}

export function answer(id: string, text: string, parentId: string, state: AnswerTurn['state']): AnswerTurn {
  return { role: 'assistant', id, parentId, at: noon, model: 'm', text, thinking: '', state, account: undefined };
}

export const done = { kind: 'done', stopReason: 'end_turn' } as const;

export function create(store: Store, id: string, turns: readonly Turn[] = [], workspace?: string): void {
  store.conversations.create({ id, workspace, at: noon });
  for (const turn of turns) store.conversations.putTurn(id, turn);
}

export function load(store: Store, id: string) {
  const stored = store.conversations.load(id);
  assert.ok(stored, `${id} is not there`);
  return stored;
}

export function ids(found: readonly { readonly id: string }[]): readonly string[] {
  return found.map(({ id }) => id);
}
