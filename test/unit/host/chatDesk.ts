import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import type { HistoryPolicy, Room } from '../../../src/conversation/history/policy';
import { ChatSession } from '../../../src/host/chat/chatSession';
import { HistoryKeeper } from '../../../src/host/chat/historyKeeper';
import { LiveChat, type LiveChatChange } from '../../../src/host/chat/liveChat';
import { OpenChats } from '../../../src/host/chat/openChats';
import { TokenCounter } from '../../../src/host/chat/tokenCounter';
import type { Log } from '../../../src/host/log';
import type { SluiceSettings } from '../../../src/host/settings';
import type { Client } from '../../../src/client/types';
import type { ConversationStore } from '../../../src/store/conversationStore';
import { openDatabase } from '../../../src/store/database';
import { openInMemory } from '../../../src/store/memory';
import type { Store } from '../../../src/store/store';
import { ScriptedClient, settled } from '../scriptedClient';
import { noon } from '../store/setup';
import { usualSummaries } from './summarySettings';

export const model = 'claude-demo';
const maxTokens = 1_000;

export interface ChatDesk {
  readonly clock: Clock;
  readonly logged: string[];
  /** As one window does; closed after the test. */
  openStore(windowId?: string): Store;
  /** A conversation as a window holds it. */
  openChat(id: string, store: Store, windowId?: string): LiveChat & { readonly changes: LiveChatChange[] };
  openWindow(options?: Partial<WindowOptions>): Promise<ChatWindow>;
  clear(): void;
}

interface WindowOptions {
  readonly windowId: string | undefined;
  readonly store: Store | undefined;
  /** The conversation that this window was in last time. */
  readonly known: string | undefined;
  readonly policy: HistoryPolicy;
  readonly room: Room;
  readonly acquire: (() => Promise<Client>) | undefined;
}

export interface ChatWindow {
  readonly store: Store;
  readonly chats: OpenChats;
  readonly session: ChatSession;
  readonly client: ScriptedClient;
  readonly remembered: (string | undefined)[];
  readonly historyOf: (chat: LiveChat) => HistoryKeeper;
  /** The one that is shown. */
  readonly chat: () => LiveChat;
}

/** Two windows that open stores here have one database; time stands still unless a test moves it. */
export function setUpChatDesk(): ChatDesk {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-chats-'));
  const clock = FakeTimers.install({
    now: noon,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  const logged: string[] = [];
  const log: Log = {
    info: (message) => void logged.push(message),
    warn: (message) => void logged.push(message),
    error: (message, error) => void logged.push(`${message}: ${String(error)}`),
    show: () => {},
  };
  const owned: { dispose(): void }[] = [];
  const openStore = (windowId: string | undefined = 'here') => {
    const opened = openDatabase({ folder, windowId, now: Date.now, log });
    assert.ok(opened.kind === 'ready', 'the store did not open');
    const { store } = opened;
    owned.push({ dispose: () => store.close() });
    return store;
  };
  return {
    clock,
    logged,
    openStore,
    openChat(id, store, windowId = 'here') {
      const stored = store.conversations.load(id);
      const options = { id, stored, workspace: 'w', store: store.conversations, windowId, log, onCreated: () => {} };
      const chat = new LiveChat(options);
      owned.push(chat);
      const changes: LiveChatChange[] = [];
      chat.onDidChange((change) => changes.push(change));
      return Object.assign(chat, { changes });
    },
    async openWindow(given = {}) {
      const window = createWindow(given, given.store ?? openStore(given.windowId), log);
      owned.push(window.session, window.chats);
      await window.session.whenLoaded();
      return window;
    },
    clear() {
      for (const each of owned.toReversed()) each.dispose();
      clock.uninstall();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function createWindow(options: Partial<WindowOptions>, store: Store, log: Log): ChatWindow {
  const { windowId = 'here', known, policy = { kind: 'all' }, acquire } = options;
  const room = options.room ?? { windowTokens: 200_000, reservedForAnswer: maxTokens, perMinute: undefined };
  const client = new ScriptedClient();
  const remembered: (string | undefined)[] = [];
  const tokens = new TokenCounter();
  const chats = new OpenChats({
    openStore: async () => store,
    memory: { known, remember: (id) => void remembered.push(id) },
    workspace: 'w',
    windowId,
    log,
  });
  const keepers = new WeakMap<LiveChat, HistoryKeeper>();
  const countTokens = (text: string) => tokens.count(text, model);
  const historyOf = (chat: LiveChat) => {
    const keeper =
      keepers.get(chat) ?? new HistoryKeeper({ chat, readPolicy: () => policy, roomFor: () => room, countTokens, log });
    keepers.set(chat, keeper);
    return keeper;
  };
  const session = new ChatSession({
    chats,
    clients: { acquire: acquire ?? (async () => client) },
    readSettings: () => settings,
    historyOf,
    log,
  });
  const chat = () => chats.current ?? assert.fail('no conversation is shown');
  return { store, chats, session, client, remembered, historyOf, chat };
}

const settings: SluiceSettings = {
  baseUrl: 'http://127.0.0.1:1',
  model,
  maxTokens,
  thinking: 'auto',
  history: { policy: 'all', turns: 20, isSaved: true, retentionDays: undefined },
  summaries: usualSummaries,
  keys: { label: '', commands: {}, commandTtlMs: 900_000, rotationReminderDays: 90 },
  isLeakGuardEnabled: true,
  limits: {},
  retry: {},
};

export function load(store: Store, id: string) {
  return store.conversations.load(id) ?? assert.fail(`${id} is not there`);
}

export function options() {
  return { model, maxTokens, thinking: 'auto' } as const;
}

/** Lets the latest answer of the client begin, with this text. */
export async function stream(client: ScriptedClient, text: string): Promise<void> {
  client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text });
  await settled();
}

/** Lets the latest answer of the client end well. */
export async function finish(client: ScriptedClient, text: string): Promise<void> {
  await stream(client, text);
  client.latest.finish(text);
  await settled();
}

/** The texts of the turns and the state of each answer. */
export function told(turns: LiveChat['turns']): readonly string[] {
  return turns.map((turn) => (turn.role === 'user' ? `? ${turn.text}` : `${turn.state.kind}: ${turn.text}`));
}

/** A store that can be made to fail at any write, as on a full disk. */
export function openFailingStore(windowId = 'here'): { readonly store: Store; failure: Error | undefined } {
  const log = { warn: () => {} };
  const real = openInMemory({ windowId, now: Date.now, log });
  const control: { store: Store; failure: Error | undefined } = { store: real, failure: undefined };
  const reads: readonly (string | symbol)[] = ['load', 'list', 'revisionOf'];
  const conversations: ConversationStore = new Proxy(real.conversations, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (control.failure && !reads.includes(name)) throw control.failure;
        return Reflect.apply(value, target, given);
      };
    },
  });
  control.store = {
    conversations,
    usage: real.usage,
    jobs: real.jobs,
    hasChanged: () => real.hasChanged(),
    isMoved: () => real.isMoved(),
    close: () => real.close(),
  };
  return control;
}
