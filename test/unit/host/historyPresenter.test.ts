import assert from 'node:assert/strict';
import {
  formatAgo,
  presentHistory,
  titleOf,
  type ChatSummary,
  type HistoryContext,
} from '../../../src/host/chat/historyPresenter';
import { now } from './snapshots';

const hourMs = 3_600_000;

function chatOf(id: string, more: Partial<ChatSummary> = {}): ChatSummary {
  return { id, title: `Chat ${id}`, workspace: 'here', updatedAt: now - 180_000, turns: 4, isBusy: false, ...more };
}

function contextOf(more: Partial<HistoryContext> = {}): HistoryContext {
  return {
    workspace: 'here',
    currentId: 'none',
    search: '',
    now,
    isBusyHere: () => false,
    nameOfWorkspace: (name) => `in ${name}`,
    ...more,
  };
}

describe('The chat history', () => {
  it('offers a new chat first, then this workspace’s chats, then those of others', () => {
    const chats = [chatOf('a', { workspace: 'there' }), chatOf('b'), chatOf('c', { workspace: undefined })];
    const rows = presentHistory(chats, contextOf());
    assert.deepEqual(
      rows.map(({ label }) => label),
      [
        '$(add) New Chat',
        'This Workspace',
        '$(comment) Chat b',
        'Other Workspaces',
        '$(comment) Chat a',
        '$(comment) Chat c',
      ],
    );
  });

  it('has no headings without chats below them', () => {
    assert.deepEqual(
      presentHistory([], contextOf()).map(({ kind }) => kind),
      ['new'],
    );
  });

  it('tells how old each is and how much is in it, and of others where they were held', () => {
    const rows = presentHistory([chatOf('a'), chatOf('b', { turns: 1, workspace: 'there' })], contextOf());
    const chats = rows.filter((row) => row.kind === 'chat');
    assert.deepEqual(
      chats.map(({ description, detail }) => [description, detail]),
      [
        ['3 min ago · 4 messages', undefined],
        ['3 min ago · 1 message', 'in there'],
      ],
    );
  });

  it('marks the one that is shown, and the one that another window answers in', () => {
    const chats = [chatOf('mine', { isBusy: true }), chatOf('theirs', { isBusy: true })];
    const rows = presentHistory(chats, contextOf({ currentId: 'mine' })).filter((row) => row.kind === 'chat');
    assert.deepEqual(
      rows.map(({ label, description, isBusyElsewhere }) => [label, description, isBusyElsewhere]),
      [
        ['$(check) Chat mine', '3 min ago · 4 messages · shown now', false],
        ['$(sync) Chat theirs', '3 min ago · 4 messages · answering in another window', true],
      ],
    );
  });

  it('lets Enter take a chat in a search, and a new one when none was found', () => {
    const found = presentHistory([chatOf('a')], contextOf({ search: 'bucket' }));
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['heading', 'chat'],
    );
    const none = presentHistory([], contextOf({ search: ' bucket ' }));
    assert.deepEqual(
      none.map(({ label }) => label),
      ['No chat holds “bucket”', '$(add) New Chat'],
    );
  });

  it('shows titles as one line of plain text', () => {
    assert.equal(titleOf({ title: ' a\n b\tc ' }), 'a b c');
    assert.equal(titleOf({ title: ' \n' }), 'Untitled chat');
    const [, , row] = presentHistory([chatOf('a', { title: 'costs $(fire)' })], contextOf());
    assert.equal(row?.label, '$(comment) costs $ (fire)');
  });
});

function ago(ms: number): string {
  return formatAgo(now - ms, now);
}

describe('How long ago something was', () => {
  it('is told in the unit that people would use', () => {
    assert.equal(ago(0), 'just now');
    assert.equal(ago(-5_000), 'just now');
    assert.equal(ago(59_999), 'just now');
    assert.equal(ago(60_000), '1 min ago');
    assert.equal(ago(hourMs - 1), '59 min ago');
    assert.equal(ago(hourMs), '1 h ago');
    assert.equal(ago(14 * hourMs), '14 h ago');
    // It is 14:05:20: what was 15 hours before was on the day before.
    assert.equal(ago(15 * hourMs), 'yesterday');
    assert.equal(ago(4 * 24 * hourMs), '4 days ago');
    assert.equal(ago(8 * 24 * hourMs), '2026-02-25');
  });
});
