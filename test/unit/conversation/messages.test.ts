import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fenceFor, toMessages } from '../../../src/conversation/messages';
import { isUnsendable, type AnswerState, type Turn } from '../../../src/conversation/turn';
import { allReasons, anyTurns } from './turns';

function question(text: string, attached?: string): Turn {
  const attachment =
    attached === undefined ? undefined : { name: 'retry.ts:12–48', languageId: 'typescript', text: attached };
  return { role: 'user', id: text, at: 0, text, attachment };
}

function answer(text: string, state: AnswerState = { kind: 'streaming' }): Turn {
  return { role: 'assistant', id: text, at: 0, model: 'm', text, state };
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

  it('quote what is attached before the question', () => {
    assert.deepEqual(toMessages([question('Is this right?', 'retry();')]), [
      { role: 'user', content: 'From retry.ts:12–48:\n```typescript\nretry();\n```\n\nIs this right?' },
    ]);
  });

  it('never hold an empty answer, whatever the turns', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const messages = toMessages(turns);
        const unsendable = turns.filter(
          (turn, index) => turn.role === 'assistant' && isUnsendable(turn) && turns[index - 1]?.role === 'user',
        );
        assert.equal(
          messages.filter(({ role }) => role === 'user').length,
          turns.filter(({ role }) => role === 'user').length - unsendable.length,
        );
        for (const { role, content } of messages) {
          if (role === 'assistant') assert.ok(typeof content === 'string' && content.trim() !== '');
        }
      }),
    );
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
