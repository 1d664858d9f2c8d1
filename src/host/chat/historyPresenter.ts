import * as l10n from '@vscode/l10n';
import { formatClock } from '../format';

/** What the list of chats needs to know of each. */
export interface ChatSummary {
  readonly id: string;
  readonly title: string;
  /** Where it was held; `undefined` without a workspace. */
  readonly workspace: string | undefined;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  readonly turns: number;
  /** An answer runs, in this window or another one. */
  readonly isBusy: boolean;
}

export type HistoryRow =
  | { readonly kind: 'heading'; readonly label: string }
  | { readonly kind: 'new'; readonly label: string }
  | {
      readonly kind: 'chat';
      readonly id: string;
      readonly title: string;
      /** With VS Code's `$(icon)` syntax. */
      readonly label: string;
      readonly description: string;
      /** Which workspace, for those of another one. */
      readonly detail: string | undefined;
      readonly isBusyElsewhere: boolean;
    };

export interface HistoryContext {
  readonly workspace: string | undefined;
  /** The chat that is shown. */
  readonly currentId: string;
  /** Whether this window is answering in it. */
  readonly isBusyHere: (id: string) => boolean;
  /** What was typed to search for; empty for everything. */
  readonly search: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How people know another workspace; `undefined` where nobody can tell. */
  readonly nameOfWorkspace: (workspace: string) => string | undefined;
}

/** This workspace's chats first, then the others; both in the order given. Pure. */
export function presentHistory(chats: readonly ChatSummary[], context: HistoryContext): readonly HistoryRow[] {
  const here = chats.filter(({ workspace }) => workspace === context.workspace);
  const elsewhere = chats.filter(({ workspace }) => workspace !== context.workspace);
  const isSearch = context.search.trim() !== '';
  return [
    // The first row is what Enter takes: in a search that is a chat.
    ...(isSearch ? [] : [newRow()]),
    ...(isSearch && chats.length === 0
      ? [heading(l10n.t('No chat holds “{0}”', context.search.trim())), newRow()]
      : []),
    ...section(l10n.t('This Workspace'), here, context),
    ...section(l10n.t('Other Workspaces'), elsewhere, context),
  ];
}

/** One line, whatever is in it; a chat without a title has one all the same. */
export function titleOf({ title }: Pick<ChatSummary, 'title'>): string {
  return title.replace(/\s+/g, ' ').trim() || l10n.t('Untitled chat');
}

function section(label: string, chats: readonly ChatSummary[], context: HistoryContext): readonly HistoryRow[] {
  return chats.length === 0 ? [] : [heading(label), ...chats.map((chat) => presentChat(chat, context))];
}

function heading(label: string): HistoryRow {
  return { kind: 'heading', label };
}

function newRow(): HistoryRow {
  return { kind: 'new', label: `$(add) ${l10n.t('New Chat')}` };
}

function presentChat(chat: ChatSummary, context: HistoryContext): HistoryRow {
  const isCurrent = chat.id === context.currentId;
  const isBusyHere = chat.isBusy && !isCurrent && context.isBusyHere(chat.id);
  const isBusyElsewhere = chat.isBusy && !isCurrent && !isBusyHere;
  const parts = [
    formatAgo(chat.updatedAt, context.now),
    chat.turns === 1 ? l10n.t('1 message') : l10n.t('{0} messages', chat.turns),
    isBusyElsewhere ? l10n.t('answering in another window') : undefined,
    isBusyHere ? l10n.t('answering') : undefined,
    isCurrent ? l10n.t('shown now') : undefined,
  ];
  const icon = isCurrent ? 'check' : chat.isBusy ? 'sync' : 'comment';
  const isOfOther = chat.workspace !== undefined && chat.workspace !== context.workspace;
  return {
    kind: 'chat',
    id: chat.id,
    title: titleOf(chat),
    // A title is the person's or the model's: what looks like an icon in it is not one.
    label: `$(${icon}) ${titleOf(chat).replaceAll('$(', '$ (')}`,
    description: parts.filter((part) => part !== undefined).join(' · '),
    detail: isOfOther ? context.nameOfWorkspace(chat.workspace) : undefined,
    isBusyElsewhere,
  };
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Beyond this a date says more than a number of days. */
const mostDays = 7;

/** `just now`, `5 min ago`, `3 h ago`, `yesterday`, `4 days ago`, `2026-03-05`; days as the calendar has them. */
export function formatAgo(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  if (passed < minuteMs) return l10n.t('just now');
  if (passed < hourMs) return l10n.t('{0} min ago', Math.floor(passed / minuteMs));
  const days = daysBetween(at, now);
  if (days === 0) return l10n.t('{0} h ago', Math.floor(passed / hourMs));
  if (days === 1) return l10n.t('yesterday');
  return days <= mostDays ? l10n.t('{0} days ago', days) : formatClock(at, now).slice(0, '2026-03-05'.length);
}

function daysBetween(at: number, now: number): number {
  // Rounded: a day on which the clocks change has 23 or 25 hours.
  return Math.round((midnight(now) - midnight(Math.min(at, now))) / (24 * hourMs));
}

function midnight(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
