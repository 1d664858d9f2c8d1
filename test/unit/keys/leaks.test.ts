import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { findLeaks } from '../../../src/keys/leaks';
import { anyKey } from './anyKey';
import { body, key, keyOf, otherKey } from './leakKeys';

/** What can stand around a key: anything that does not go on with it, or bring one of its own. */
const around = fc.string({ unit: 'binary' }).filter((text) => !text.includes('sk-ant-'));
const behind = around.filter((text) => !/^[\w-]/.test(text));

function textsOf(text: string): readonly string[] {
  return findLeaks(text).map(({ start, end }) => text.slice(start, end));
}

function kindOf(kind: string): string | undefined {
  return findLeaks(keyOf(body, kind))[0]?.kind;
}

describe('Keys in a text', () => {
  it('are found exactly where they stand, whatever is around them', () => {
    fc.assert(
      fc.property(around, anyKey, behind, (before, leaked, after) => {
        const text = `${before}${leaked}${after}`;
        const [leak, ...others] = findLeaks(text);
        assert.deepEqual([leak?.start, leak?.end], [before.length, before.length + leaked.length]);
        assert.deepEqual(others, []);
      }),
    );
  });

  it('are all found, in order, on one line or on many, with any kind of line end', () => {
    fc.assert(
      fc.property(
        fc.array(anyKey, { maxLength: 20 }),
        fc.constantFrom(' ', ',', '\n', '\r\n', '\r', '","', '`;`'),
        (keys, separator) => assert.deepEqual(textsOf(keys.join(separator)), keys),
      ),
    );
  });

  it('are found in a line of a megabyte, as fast as in many short ones', () => {
    const filler = 'const a=1;'.repeat(100_000);
    assert.deepEqual(textsOf(`${filler}"${key}"${filler}'${otherKey}'`), [key, otherKey]);
    assert.deepEqual(textsOf('sk-ant-'.repeat(200_000)), []);
    assert.deepEqual(textsOf('sk-ant-api'.padEnd(1_000_000, 'a')), []);
  });

  for (const [name, text] of Object.entries({
    'double quotes': `"${key}"`,
    'single quotes': `'${key}'`,
    'a template string': `\`Bearer ${key}\``,
    'a shell export': `export ANTHROPIC_API_KEY=${key}`,
    'an escape before it': String.raw`"first\n${key}\n"`,
    'a URL': `https://x.invalid/?key=${key}&a=1`,
    'markdown code': `\`${key}\`, in prose`,
    'glue to a word': `Bearer${key}`,
  })) {
    it(`are found in ${name}`, () => assert.deepEqual(textsOf(text), [key]));
  }

  it('are told apart by what they open', () => {
    assert.deepEqual(['api03', 'admin01', 'oat01', 'ort01', 'sid02', 'new01'].map(kindOf), [
      'api',
      'admin',
      'oauth',
      'oauth',
      'oauth',
      'api',
    ]);
  });

  it('of a form without a kind are found when they are long and mixed', () => {
    const nameless = ['sk', 'ant', body].join('-');
    assert.deepEqual(textsOf(`key: ${nameless}`), [nameless]);
    assert.deepEqual(textsOf(`ta${nameless}`), []);
  });

  it('that are plain examples are left alone', () => {
    const examples = [
      'sk-ant-…',
      'sk-ant-...',
      'sk-ant-api03-…',
      'sk-ant-api03-xxxx',
      'sk-ant-api03-abc123...',
      keyOf('x'.repeat(95)),
      keyOf('X'.repeat(40)),
      keyOf('xxxx-xxxx-xxxx-xxxx-xxxx'),
      keyOf(`${'0'.repeat(93)}AA`),
      keyOf('your-api-key-goes-in-here'),
      keyOf('YOUR_API_KEY_GOES_IN_HERE'),
      keyOf('this-is-an-example-1234567890'),
      'a class such as task-ant-design-button-primary or sk-ant-design-button-primary-large-with-icon',
    ];
    for (const example of examples) assert.deepEqual(textsOf(`Set it to \`${example}\` first.`), [], example);
  });

  it('are not seen in data that only begins like one', () => {
    assert.deepEqual(textsOf(keyOf(body.repeat(20))), []);
  });

  it('are searched for in any text without a failure', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom('sk-ant-', 'api03-', '-', key), fc.string())), (parts) => {
        const text = parts.join('');
        let end = 0;
        for (const leak of findLeaks(text)) {
          assert.ok(leak.start >= end && leak.end > leak.start && leak.end <= text.length);
          end = leak.end;
        }
      }),
    );
  });
});
