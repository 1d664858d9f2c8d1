import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fenceFor, goOnMessage, toMessages } from '../../../src/conversation/messages';
import {
  isUnsendable,
  type AnswerState,
  type Attachment,
  type AttachmentKind,
  type Turn,
} from '../../../src/conversation/turn';
import { answerTurn, textOf, userTurn } from './setup';
import { allReasons, anyTurns } from './turns';

function question(text: string, attachments: readonly Attachment[] = []): Turn {
  return { ...userTurn(text, undefined), attachments };
}

function answer(text: string, state: AnswerState = { kind: 'streaming' }): Turn {
  return answerTurn(text, 'question', { state });
}

function attach(kind: AttachmentKind): Attachment {
  return { kind, name: 'a.ts', languageId: 'x', text: kind };
}

describe('The messages of a conversation', () => {
  it('are its turns in their order', () => {
    assert.deepEqual(toMessages([question('Why?'), answer('Because.'), question('And?')]), [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because.' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it('leave out answers without text, which the API would refuse', () => {
    assert.deepEqual(toMessages([question('Why?'), answer(''), answer(' \n'), question('Why?')]), [
      { role: 'user', content: 'Why?' },
      { role: 'user', content: 'Why?' },
    ]);
  });

  for (const reason of ['tooLarge', 'invalid'] as const) {
    const refused = { kind: 'failed', reason, until: undefined } as const;

    it(`leave out a question that was refused as ${reason}, which would have every later one refused`, () => {
      assert.deepEqual(toMessages([question('A book'), answer('', refused), question('Why?')]), [
        { role: 'user', content: 'Why?' },
      ]);
    });

    it(`keep a question whose answer had begun before it failed as ${reason}`, () => {
      assert.equal(toMessages([question('Why?'), answer('Because', refused), question('And?')]).length, 3);
    });
  }

  it('keep a question that found no answer for any other reason', () => {
    for (const reason of allReasons.filter((each) => each !== 'tooLarge' && each !== 'invalid')) {
      const failed = answer('', { kind: 'failed', reason, until: undefined });
      assert.equal(toMessages([question('Why?'), failed, question('Why?')]).length, 2, reason);
    }
  });

  it('end no answer in white space, which the API would refuse as well', () => {
    assert.deepEqual(toMessages([answer('Because \n\n')]), [{ role: 'assistant', content: 'Because' }]);
  });

  it('leave out a question without text, which the API would refuse', () => {
    assert.deepEqual(toMessages([question(''), question(' \n'), question('Why?')]), [
      { role: 'user', content: 'Why?' },
    ]);
  });

  it('keep questions apart that follow each other', () => {
    assert.equal(toMessages([question('Why?'), question('And how?')]).length, 2);
  });

  it('say nothing of the thinking', () => {
    const thoughtful = answerTurn('Because', 'question', { thinking: 'Let me see.' });
    assert.deepEqual(toMessages([thoughtful]), [{ role: 'assistant', content: 'Because' }]);
  });

  it('hold an answer that was continued as one', () => {
    const turns = [question('Why?'), answer('Because of that.', { kind: 'done', stopReason: 'end_turn' })];
    assert.equal(toMessages(turns).length, 2);
  });

  it('quote what is attached before the question', () => {
    const attached: Attachment = {
      kind: 'selection',
      name: 'retry.ts:12–48',
      languageId: 'typescript',
      text: 'retry();',
    };
    assert.deepEqual(toMessages([question('Is this right?', [attached])]), [
      { role: 'user', content: 'From retry.ts:12–48:\n```typescript\nretry();\n```\n\nIs this right?' },
    ]);
  });

  it('quote everything that is attached, in its order, and say what it is', () => {
    const kinds = ['file', 'folder', 'problems', 'diff'] as const;
    const [message] = toMessages([question('Is this right?', kinds.map(attach))]);
    assert.deepEqual(textOf(message).split('\n\n'), [
      'From a.ts:\n```x\nfile\n```',
      'From a.ts:\n```x\nfolder\n```',
      'Problems found in a.ts:\n```x\nproblems\n```',
      'Changes in a.ts:\n```x\ndiff\n```',
      'Is this right?',
    ]);
  });

  it('are never empty, and each is a turn, whatever the turns', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const messages = toMessages(turns);
        const isRefused = (index: number) => {
          const next = turns[index + 1];
          return next?.role === 'assistant' && isUnsendable(next);
        };
        const sendable = turns.filter((turn, index) =>
          turn.role === 'assistant'
            ? turn.text.trim() !== ''
            : !isRefused(index) && (turn.text.trim() !== '' || turn.attachments.length > 0),
        );
        assert.deepEqual(
          messages.map(({ role }) => role),
          sendable.map(({ role }) => role),
        );
        for (const { content } of messages) assert.ok(typeof content === 'string' && content.trim() !== '');
      }),
    );
  });
});

describe('Asking to go on', () => {
  it('quotes the very end, white space included, since that is not sent with the answer', () => {
    const message = goOnMessage(`${'long ago '.repeat(50)}the end: \n`);
    assert.equal(message.role, 'user');
    assert.match(textOf(message), /the end: \\n"/);
    assert.ok(textOf(message).length < 500);
  });

  it('quotes no half of a character', () => {
    for (const shift of ['', 'a']) {
      const text = textOf(goOnMessage(`${'\u{1F600}'.repeat(60)}${shift}`));
      assert.ok(!text.includes('\\u'));
    }
  });
});

describe('The fence around a quoted text', () => {
  it('has three backticks where the text has no fence of its own', () => {
    for (const text of ['', 'plain', '`code`', '``two``']) assert.equal(fenceFor(text), '```');
  });

  it('is longer than every run of backticks inside', () => {
    const markdown = fc.string({ unit: fc.constantFrom('`', '`', '`', '~', 'a', '\n') });
    fc.assert(
      fc.property(markdown, (text) => {
        const fence = fenceFor(text);
        assert.match(fence, /^`{3,}$/);
        assert.ok(!text.includes(fence));
      }),
    );
  });

  it('is found in a text with more fences than a function takes arguments', () => {
    assert.equal(fenceFor('```\n'.repeat(250_000)), '````');
  });
});
