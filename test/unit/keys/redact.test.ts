import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { redact } from '../../../src/keys/redact';

const mask = '[redacted]';
/** Put together at run time, so that no scanner takes this file for a leak. */
const realLooking = ['sk', 'ant', 'demo00', 'abc_DEF-123'].join('-');

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const knownSecrets = fc
  .string({ unit: visible, minLength: 6, maxLength: 60 })
  .filter((secret) => !`before ${mask} after`.includes(secret));
const unknownSecrets = fc.stringMatching(/^[A-Za-z0-9_-]{8,60}$/).filter((secret) => !/bearer|basic/i.test(secret));

const forms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'URL-encoded': (secret) => encodeURIComponent(secret),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
};

const notations: Readonly<Record<string, (secret: string) => string>> = {
  'a header line': (secret) => `x-api-key: ${secret}`,
  'a bearer header line': (secret) => `Authorization: Bearer ${secret}`,
  'a basic header line': (secret) => `authorization: basic ${secret}`,
  'a proxy header line': (secret) => `Proxy-Authorization: ${secret}`,
  'a header in JSON': (secret) => JSON.stringify({ 'x-api-key': secret, accept: '*/*' }),
  'a bearer header in JSON': (secret) => JSON.stringify({ authorization: `Bearer ${secret}` }),
  'a header list in JSON': (secret) => JSON.stringify({ 'X-Api-Key': [secret] }),
  'JSON inside JSON': (secret) => JSON.stringify({ body: JSON.stringify({ 'x-api-key': secret }) }),
  'a printed object': (secret) => `{ 'x-api-key': '${secret}' }`,
  'an assignment': (secret) => `X-API-KEY=${secret}`,
  'a scheme alone': (secret) => `sent bearer ${secret} twice`,
};

describe('Redaction', () => {
  for (const [form, write] of Object.entries(forms)) {
    it(`masks a known secret that stands there in ${form} form, and nothing around it`, () => {
      fc.assert(
        fc.property(knownSecrets, (secret) => {
          assert.equal(redact(`before ${write(secret)} after`, [secret]), `before ${mask} after`);
        }),
      );
    });
  }

  it('masks a known secret wherever it is glued to other text', () => {
    fc.assert(
      fc.property(knownSecrets, fc.string(), fc.string(), (secret, before, after) => {
        const clean = redact(`${before}${secret}${after}${secret}`, [secret]);
        // What was written around it may spell the secret together with the mask; the mask itself is not a leak.
        assert.ok(!clean.split(mask).some((part) => part.includes(secret)));
      }),
    );
  });

  it('leaves no end behind when one secret begins like another, whatever their order', () => {
    fc.assert(
      fc.property(knownSecrets, knownSecrets, fc.boolean(), (short, tail, isReversed) => {
        const secrets = isReversed ? [short + tail, short] : [short, short + tail];
        assert.equal(redact(`before ${short}${tail} after`, secrets), `before ${mask} after`);
      }),
    );
  });

  for (const [notation, write] of Object.entries(notations)) {
    it(`masks a secret nobody knows in ${notation}`, () => {
      fc.assert(
        fc.property(unknownSecrets, (secret) => {
          const clean = redact(write(secret));
          assert.ok(clean.includes(mask));
          assert.ok(!clean.split(mask).some((part) => part.includes(secret)), clean);
        }),
      );
    });
  }

  it('masks what has the looks of an API key', () => {
    assert.equal(redact(`got ${realLooking}, sent ${realLooking}.`), `got ${mask}, sent ${mask}.`);
  });

  it('keeps the rest of a line with a header readable', () => {
    const line = JSON.stringify({ url: '/v1/messages', headers: { 'x-api-key': 'demo-key-good', accept: 'text/*' } });
    assert.deepEqual(JSON.parse(redact(line)), {
      url: '/v1/messages',
      headers: { 'x-api-key': mask, accept: 'text/*' },
    });
  });

  it('leaves ordinary text alone', () => {
    const lines = [
      'Failed to send: 429 Too Many Requests, retry-after: 20',
      'The author authorized it; the x-api is keyed by authority.',
      'anthropic-ratelimit-input-tokens-remaining: 9200',
      '{"key":"value","tokens":[1,2,3],"path":"src/keys/redact.ts"}',
      'ask-ant, bear with me, sk-an',
    ];
    for (const line of lines) assert.equal(redact(line, ['demo-key-good']), line);
    const ordinary = fc
      .string({ unit: 'binary' })
      .filter((text) => !/authorization|x-api-key|bearer|sk-ant-/i.test(text));
    fc.assert(fc.property(ordinary, (text) => assert.equal(redact(text, ['demo-key-good']), text)));
  });

  it('does not turn words into masks for the sake of a secret shorter than a word', () => {
    assert.equal(redact('a demo of it', ['demo', '']), 'a demo of it');
    assert.equal(redact('a demo-k of it', ['demo-k']), `a ${mask} of it`);
  });

  it('takes any text for a secret, even one that is no Unicode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (text, secrets) => {
        assert.equal(typeof redact(text, secrets), 'string');
      }),
    );
    assert.equal(redact('before \ud800abcdef after', ['\ud800abcdef']), `before ${mask} after`);
  });
});
