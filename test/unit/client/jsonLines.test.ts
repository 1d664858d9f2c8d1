import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createLineReader } from '../../../src/client/jsonLines';

function read(bytes: Uint8Array, sizes: readonly number[], mostCharacters = 1_000) {
  const lines: string[] = [];
  let tooLong = 0;
  const reader = createLineReader(
    mostCharacters,
    (line) => lines.push(line),
    () => tooLong++,
  );
  let from = 0;
  for (const size of sizes) {
    reader.push(bytes.subarray(from, from + size));
    from += size;
  }
  reader.push(bytes.subarray(from));
  reader.end();
  return { lines, tooLong };
}

const encoder = new TextEncoder();

describe('A reader of lines', () => {
  it('finds the same lines however the bytes are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '"', '→', '😀', '\\n'), maxLength: 40 });
    const cuts = fc.array(fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(line), cuts, fc.boolean(), (texts, sizes, isClosed) => {
        const bytes = encoder.encode(texts.join('\n') + (isClosed ? '\n' : ''));
        const expected = texts.map((text) => text.trim()).filter((text) => text !== '');
        assert.deepEqual(read(bytes, sizes), { lines: expected, tooLong: 0 });
      }),
    );
  });

  it('takes line ends of both kinds, and no blank lines', () => {
    assert.deepEqual(read(encoder.encode('\r\none\r\n\n \ntwo'), []).lines, ['one', 'two']);
  });

  it('lets go of a line that is too long, says so once, and goes on with the next', () => {
    const bytes = encoder.encode(`short\n${'x'.repeat(50)}\nafter\n${'y'.repeat(11)}`);
    for (const sizes of [[], [8, 1, 1, 30], Array.from({ length: 80 }, () => 1)]) {
      assert.deepEqual(read(bytes, sizes, 10), { lines: ['short', 'after'], tooLong: 2 });
    }
  });
});
