import assert from 'node:assert/strict';
import { marked } from 'marked';
import type { AnswerTurn, UserTurn } from '../../../src/conversation/turn';
import { composeExport, exportFileName } from '../../../src/host/chat/exportMarkdown';
import { now } from './snapshots';

function questionOf(text: string, more: Partial<UserTurn> = {}): UserTurn {
  return { id: 'q', parentId: undefined, at: now, role: 'user', text, attachments: [], ...more };
}

function answerOf(text: string, more: Partial<AnswerTurn> = {}): AnswerTurn {
  return {
    id: 'a',
    parentId: 'q',
    at: now + 1_000,
    role: 'assistant',
    model: 'claude-sonnet-5-5',
    text,
    thinking: '',
    state: { kind: 'done', stopReason: 'end_turn' },
    account: undefined,
    ...more,
  };
}

/** The headings a reader of the document would see. */
function headingsOf(markdown: string): readonly string[] {
  return marked
    .lexer(markdown)
    .flatMap((token) => (token.type === 'heading' && 'text' in token ? [String(token['text'])] : []));
}

describe('An exported chat', () => {
  it('has its title, who said what and when, and by which model', () => {
    const markdown = composeExport({ title: 'Token\nbuckets', turns: [questionOf('Why?'), answerOf('Because.\n')] });
    assert.equal(
      markdown,
      '# Token buckets\n\n## You · 2026-03-05 14:05:20\n\nWhy?\n\n## Claude (Sonnet 5.5) · 2026-03-05 14:05:21\n\nBecause.\n',
    );
  });

  it('shows what was attached in fences that nothing inside can end', () => {
    const text = 'before\n````\n## no heading\n';
    const attachments = [{ kind: 'file', name: 'a.md', languageId: 'markdown', text }] as const;
    const markdown = composeExport({ title: 't', turns: [questionOf('Why?', { attachments })] });
    assert.ok(markdown.includes('**From a.md:**\n\n`````markdown\nbefore\n````\n## no heading\n`````\n\nWhy?'));
    assert.equal(headingsOf(markdown).length, 2);
  });

  it('introduces each kind of attachment as what it is', () => {
    const attachments = (['selection', 'problems', 'diff'] as const).map((kind) => ({
      kind,
      name: 'x',
      languageId: 'not a `language`',
      text: kind,
    }));
    const markdown = composeExport({ title: 't', turns: [questionOf('', { attachments })] });
    for (const words of ['**From x:**', '**Problems found in x:**', '**Changes in x:**']) {
      assert.ok(markdown.includes(`${words}\n\n\`\`\`\n`), words);
    }
  });

  it('closes a code block that an answer broke off in', () => {
    const broken = answerOf('Look:\n```ts\nconst a = 1;', {
      state: { kind: 'failed', reason: 'overloaded', until: undefined },
    });
    const markdown = composeExport({ title: 't', turns: [questionOf('1'), broken, questionOf('2')] });
    assert.ok(markdown.includes('const a = 1;\n```\n\n*This answer is incomplete.*'));
    assert.equal(headingsOf(markdown).length, 4);
  });

  it('leaves whole blocks alone, also those with fences inside', () => {
    for (const text of ['```\na\n```', '````md\n```\n````', '~~~\n```\n~~~', '``` inline ``` text', 'no fence']) {
      assert.ok(composeExport({ title: 't', turns: [answerOf(text)] }).endsWith(`\n\n${text}\n`), text);
    }
  });

  it('says that an answer still runs or was cut, and leaves out one that never came', () => {
    const cut = answerOf('Half', { state: { kind: 'done', stopReason: 'max_tokens' } });
    const running = answerOf('Ha', { state: { kind: 'streaming' } });
    for (const turn of [cut, running]) {
      assert.ok(composeExport({ title: 't', turns: [turn] }).endsWith('*This answer is incomplete.*\n'));
    }
    const none = answerOf('', { state: { kind: 'failed', reason: 'network', until: undefined } });
    assert.deepEqual(headingsOf(composeExport({ title: 't', turns: [questionOf('Why?'), none] })).length, 2);
  });

  it('has a title even when the chat has none', () => {
    assert.equal(composeExport({ title: ' ', turns: [] }), '# Untitled chat\n\n\n');
  });
});

describe('The file name of an exported chat', () => {
  it('is the title, as far as every system takes it', () => {
    assert.equal(exportFileName('Why does retry.ts wait?'), 'Why does retry.ts wait.md');
    assert.equal(exportFileName('../../etc/passwd'), 'etc passwd.md');
    assert.equal(exportFileName('a:b\\c/d*e|f\n<g>'), 'a b c d e f g.md');
    assert.equal(exportFileName('Grüße, 世界'), 'Grüße 世界.md');
    assert.ok(exportFileName('x'.repeat(300)).length <= 63);
  });

  it('is never empty, hidden, or a device', () => {
    for (const title of ['', '???', '...', '. ']) assert.equal(exportFileName(title), 'chat.md');
    assert.equal(exportFileName('.env'), 'env.md');
    assert.equal(exportFileName('CON'), 'chat CON.md');
    assert.equal(exportFileName('lpt1'), 'chat lpt1.md');
  });
});
