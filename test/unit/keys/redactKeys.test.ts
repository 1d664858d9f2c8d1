import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { redact, redactKeys, redactKeysIn } from '../../../src/keys/redact';

const mask = '[redacted]';

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const anyCharacter = fc.integer({ min: 0, max: 0x2fff }).map((code) => String.fromCharCode(code));
const knownSecrets = fc
  .string({ unit: visible, minLength: 20, maxLength: 60 })
  .filter((secret) => !`before ${mask} after`.includes(secret));

/** Put together at run time, so that no scanner takes this file for a leak. */
const unknownKeys = fc
  .tuple(fc.constantFrom('api03', 'admin01', 'oat01', 'ort01'), fc.stringMatching(/^[A-Za-z0-9_-]{24,90}$/))
  .map(([kind, rest]) => ['sk', 'ant', kind, rest].join('-'));

/** Text around a key; not such that would make the key longer. */
const around = fc.string().map((text) => text.replaceAll('[', '('));

const forms: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'in a URL': (secret) => encodeURIComponent(secret),
  'in a URL with small letters': (secret) =>
    encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
  'in JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'in JSON inside JSON': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
};

/** Trees with the same secret in strings and names of properties. */
function treesWith(secret: string) {
  const text = fc.tuple(around, around).map(([before, after]) => `${before}${secret}${after}`);
  return fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constantFrom(1, true, null, undefined),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.string(), text), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).tree;
}

describe('Keys in what is shown, sent or stored', () => {
  it('do not take words out of texts and data, though a gateway has one for its key', () => {
    for (const word of ['anthropic', 'not-needed', 'assistant', 'attachments', 'cache_control', 'local']) {
      const data = { role: word, [word]: `About ${word}` };
      assert.equal(redactKeysIn(data, [word]), data);
      assert.equal(redactKeys(`About ${word}.`, [word]), `About ${word}.`);
    }
    assert.equal(redactKeys('It is demo-key-good.', ['demo-key-good']), `It is ${mask}.`);
  });

  for (const [form, write] of Object.entries(forms)) {
    it(`are masked when they are known and stand there ${form}, glued to whatever`, () => {
      fc.assert(
        fc.property(knownSecrets, around, around, (secret, before, after) => {
          const clean = redactKeys(`${before}${write(secret)}${after}`, [secret]);
          assert.ok(!clean.split(mask).some((part) => part.includes(write(secret))), clean);
          assert.ok(clean.includes(mask));
        }),
      );
    });
  }

  it('are masked when nobody knows them, glued to whatever', () => {
    fc.assert(
      fc.property(unknownKeys, around, around, (key, before, after) => {
        const clean = redactKeys(`${before}${key}${after}`);
        assert.ok(!clean.includes(key));
        assert.ok(clean.includes(mask));
      }),
    );
  });

  it('are masked after a line break that JSON or a URL has spelled out, whatever their kind', () => {
    const key = ['sk', 'ant', 'demo', 'x'.repeat(40)].join('-');
    for (const before of ['', ' ', '"', '=', '\n', '_', '\\n', '\\t', '\\u000a', '%20', '%3D', 'é']) {
      assert.equal(redactKeys(`${before}${key}`), `${before}${mask}`);
    }
  });

  it('leave ordinary text and source code as they are', () => {
    const lines = [
      'Authorization: Bearer ${token}',
      'const headers = { authorization: `Bearer ${token}`, "x-api-key": apiKey };',
      'curl -H "x-api-key: $ANTHROPIC_API_KEY" https://example.org',
      'x-api-key=process.env.KEY; bearer = basic',
      'The key begins with sk-ant- and goes on with api03; sk-ant-api03-… is how it looks.',
      'sk-ant-xxxx, sk-ant-..., sk-ant-<your key>',
      'task-ant-colony-optimization-for-routing and disk-ant-farm-simulation-2026',
      'password = "hunter2-hunter2-hunter2"',
    ];
    for (const line of lines) assert.equal(redactKeys(line, ['demo-key-good']), line);
    const ordinary = fc.string({ unit: anyCharacter }).filter((text) => !text.includes('sk-ant-'));
    fc.assert(fc.property(ordinary, (text) => assert.equal(redactKeys(text, ['demo-key-good']), text)));
  });

  it('are masked in data, in strings and in names, and nothing else is changed', () => {
    fc.assert(
      fc.property(
        knownSecrets.chain((secret) => fc.tuple(fc.constant(secret), treesWith(secret))),
        ([secret, tree]) => {
          const before = structuredClone(tree);
          const clean = redactKeysIn(tree, [secret]);
          assert.deepEqual(tree, before, 'what was given is not touched');
          const quoted = JSON.stringify(secret).slice(1, -1);
          const rest = (JSON.stringify(clean) ?? '').split(mask);
          assert.ok(!rest.some((part) => part.includes(quoted)));
          assert.equal(redactKeysIn(clean, [secret]), clean);
        },
      ),
    );
  });

  it('cost nothing where there are none: the same object comes back', () => {
    const data = { text: 'hello', list: [1, { deep: ['a'] }], nothing: null, none: undefined, not: Number.NaN };
    assert.equal(redactKeysIn(data, ['demo-key-good']), data);
    const shared = { text: 'hello' };
    const clean = redactKeysIn({ shared, text: 'a demo-key-good' }, ['demo-key-good']);
    assert.deepEqual(clean, { shared, text: `a ${mask}` });
    assert.equal(clean.shared, shared);
  });

  it('are not looked for in what is no plain data, nor without end', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const date = new Date(0);
    assert.deepEqual(redactKeysIn([bytes, date, () => 1]).slice(0, 2), [bytes, date]);
    const circle: { text: string; self?: unknown } = { text: 'demo-key-good' };
    circle.self = circle;
    assert.equal(redactKeysIn(circle, ['demo-key-good']).text, mask);
    let deep: unknown = 'demo-key-good';
    for (let level = 0; level < 20_000; level++) deep = [deep];
    assert.ok(Array.isArray(redactKeysIn(deep, ['demo-key-good'])));
    const bare: unknown = JSON.parse('{"__proto__":"demo-key-good"}');
    assert.equal(JSON.stringify(redactKeysIn(bare, ['demo-key-good'])), `{"__proto__":"${mask}"}`);
  });
});

describe('Redacting twice', () => {
  const pieces = fc.oneof(
    fc.string(),
    fc.constantFrom(
      mask,
      '[',
      'redacted',
      ']',
      'authorization',
      'x-api-key',
      ': ',
      '=',
      'bearer ',
      'Basic ',
      '"',
      '\\"',
    ),
    unknownKeys,
  );
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  const secrets = fc.array(fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('redact', 'redacted', 'Bearer')));

  for (const [name, clean] of Object.entries({ redact, redactKeys })) {
    it(`changes nothing more (${name})`, () => {
      fc.assert(
        fc.property(texts, secrets, (text, known) => {
          const once = clean(text, known);
          assert.equal(clean(once, known), once);
        }),
        { numRuns: 2_000 },
      );
    });
  }

  it('leaves masks whole, also those that stand in a header', () => {
    for (const text of ['authorization: [redacted]', 'x-api-key: [ [redacted]', '"x-api-key":["demo-secret"]']) {
      const once = redact(text);
      assert.equal(redact(once), once);
      assert.doesNotMatch(once, /\[\[redacted\]/);
    }
  });

  it('takes no time to speak of on long runs of what a pattern begins with', () => {
    const long = 200_000;
    const texts = [
      '\\'.repeat(long),
      `x-api-key: ${' '.repeat(long)}`,
      'bearer '.repeat(long / 10),
      'sk-ant-'.repeat(long / 10),
    ];
    for (const text of texts) assert.equal(typeof redact(text) + typeof redactKeys(text), 'stringstring');
  });
});
