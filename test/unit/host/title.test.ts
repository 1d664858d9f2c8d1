import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { titleOf } from '../../../src/host/chat/title';

const attachment = { kind: 'file', name: 'retry.ts', languageId: 'typescript', text: 'retry();' } as const;

function titleOfText(text: string): string {
  return titleOf({ text, attachments: [] });
}

describe('The title of a conversation', () => {
  it('is the first line of its first question', () => {
    assert.equal(titleOfText('\n  Why does   it retry?\nIt should not.'), 'Why does it retry?');
  });

  it('is cut between words, and in a word that never ends', () => {
    const words = titleOfText('Why does the client wait for a minute when it could send the request at once?');
    assert.equal(words, 'Why does the client wait for a minute when it could send…');
    assert.equal(titleOfText('x'.repeat(100)), `${'x'.repeat(60)}…`);
  });

  it('is the name of what was sent along where nothing was written', () => {
    assert.equal(titleOf({ text: ' ', attachments: [attachment] }), 'retry.ts');
    assert.equal(titleOfText(''), '');
  });

  it('is one short line of whole characters, whatever was asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 50, maxLength: 70 }), (text) => {
        const title = titleOfText(text.toWellFormed());
        assert.ok(title.length <= 61 && !title.includes('\n'));
        assert.ok(title.isWellFormed(), 'a character was cut in two');
      }),
      { numRuns: 50, examples: [[`${'x'.repeat(59)}😀 and more`]] },
    );
  });
});
