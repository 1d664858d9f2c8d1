import assert from 'node:assert/strict';
import { composeDocument } from '../../../src/host/summarize/resultDocument';

const error = new Error('overloaded');
const explain = ({ message }: Error) => `Because: ${message}.`;

describe('The document of a summary', () => {
  it('has a heading and the text where it is whole', () => {
    assert.equal(composeDocument('src', { text: 'Good.', flaws: [] }, explain), '# Summary of src\n\nGood.\n');
  });

  it('says in its heading that it is incomplete, and at its end what is missing and why', () => {
    const document = composeDocument(
      'src',
      {
        text: 'Part of it.',
        flaws: [
          { kind: 'uncombined', name: 'src', error },
          { kind: 'missing', name: 'a.ts', parts: 1, of: 1, error },
          { kind: 'missing', name: 'b.ts', parts: 2, of: 5, error },
          { kind: 'cut', name: 'c.ts' },
        ],
      },
      explain,
    );
    assert.deepEqual(document.split('\n'), [
      '# Summary of src (incomplete)',
      '',
      'Part of it.',
      '',
      '---',
      '',
      '**Incomplete:**',
      '',
      '- src: the parts were not put together. Because: overloaded.',
      '- a.ts is missing. Because: overloaded.',
      '- b.ts: 2 of 5 parts are missing. Because: overloaded.',
      '- c.ts: an answer was cut at its length limit.',
      '',
    ]);
  });
});
