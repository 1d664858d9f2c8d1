import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fingerprintOf, lastCharacters, readKey } from '../../../src/keys/keyShape';

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const unquoted = visible.filter((character) => !'"\'`'.includes(character));
const keys = fc.string({ unit: unquoted, minLength: 1, maxLength: 512 });
const whiteSpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0', '\ufeff'), maxLength: 4 });

describe('A pasted key', () => {
  it('is taken without the white space and the one pair of quotes around it', () => {
    fc.assert(
      fc.property(keys, whiteSpace, whiteSpace, fc.constantFrom('', '"', "'", '`'), (key, before, after, quote) => {
        const typed = `${before}${quote}${before}${key}${after}${quote}${after}`;
        assert.deepEqual(readKey(typed), { isUsable: true, key });
      }),
    );
  });

  for (const typed of ['', '   ', '\n', '""', "' '", '``']) {
    it(`is missing when all there is is ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(readKey(typed), { isUsable: false, problem: 'empty' });
    });
  }

  it('is refused when a header could not carry it', () => {
    const strangers = [
      'demo key',
      'demo\nkey',
      'demo-kéy',
      'demo\u0000key',
      'demo\u200bkey',
      'demo-“key”',
      'demo\u007fkey',
    ];
    for (const typed of strangers) assert.deepEqual(readKey(typed), { isUsable: false, problem: 'characters' });
  });

  it('is refused when it is a whole file', () => {
    assert.deepEqual(readKey('k'.repeat(512)), { isUsable: true, key: 'k'.repeat(512) });
    assert.deepEqual(readKey('k'.repeat(513)), { isUsable: false, problem: 'tooLong' });
  });

  it('is refused when it opens more than a program should be able to do', () => {
    const rest = 'x'.repeat(40);
    const write = (kind: string) => ['sk', 'ant', kind, rest].join('-');
    assert.deepEqual(readKey(write('admin01')), { isUsable: false, problem: 'admin' });
    assert.deepEqual(readKey(`  "${write('oat01')}"\n`), { isUsable: false, problem: 'oauth' });
    assert.deepEqual(readKey(write('ort01')), { isUsable: false, problem: 'oauth' });
    assert.ok(readKey(write('api03')).isUsable);
    assert.ok(readKey(`x${write('admin01')}`).isUsable);
  });

  it('is either usable in a header or refused, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (typed) => {
        const shape = readKey(typed);
        if (!shape.isUsable) return;
        assert.equal(new Headers({ 'x-api-key': shape.key }).get('x-api-key'), shape.key);
        assert.ok(typed.includes(shape.key));
      }),
    );
  });
});

describe('What may be shown of a key', () => {
  it('is its end, never more than four characters and never more than a quarter of it', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const shown = lastCharacters(key);
        assert.ok(key.endsWith(shown));
        assert.equal(shown.length, Math.min(4, Math.floor(key.length / 4)));
      }),
    );
  });

  it('is nothing of a key that is hardly there', () => {
    assert.deepEqual(['', 'a', 'abc', 'abcd', 'abcdefgh'].map(lastCharacters), ['', '', '', 'd', 'gh']);
  });
});

describe('The fingerprint of a key', () => {
  it('is the same for the same key only, and holds nothing of it', () => {
    fc.assert(
      fc.property(keys, keys, (one, other) => {
        assert.equal(fingerprintOf(one) === fingerprintOf(other), one === other);
        assert.match(fingerprintOf(one), /^[0-9a-f]{64}$/);
      }),
    );
  });
});
