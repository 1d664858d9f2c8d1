import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fenceFor, toMessages } from '../../../src/conversation/messages';
import type { Turn } from '../../../src/conversation/turn';
import { anyTurns } from './turns';

function question(text: string, attached?: string): Turn {
  const attachment =
    attached === undefined ? undefined : { name: 'retry.ts:12–48', languageId: 'typescript', text: attached };
  return { role: 'user', id: text, at: 0, text, attachment };
}

function answer(text: string): Turn {
  return { role: 'assistant', id: text, at: 0, model: 'm', text, state: { kind: 'streaming' } };
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
        assert.equal(
          messages.filter(({ role }) => role === 'user').length,
          turns.filter(({ role }) => role === 'user').length,
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
