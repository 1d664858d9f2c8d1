import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Conversation } from '../../../src/conversation/conversation';
import { parseTurns, serializeTurns } from '../../../src/conversation/saved';
import { anyTurns } from './turns';

const environment = { now: () => 0, newId: () => 'new' };

describe('A saved conversation', () => {
  it('is read back as it was, with an answer that was under way as closed', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const settled = new Conversation(environment, turns).turns;
        assert.deepEqual(parseTurns(serializeTurns(turns)), settled);
      }),
    );
  });

  it('is the same text however often it is saved again', () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const text = serializeTurns(turns);
        assert.equal(serializeTurns(parseTurns(text) ?? []), text);
      }),
    );
  });

  it('is not guessed at when the file is something else', () => {
    const strangers = [
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"version":1}',
      '{"version":2,"turns":[]}',
      '{"version":"1","turns":[]}',
      '{"version":1,"turns":{}}',
      '{"version":1,"turns":[null]}',
      '{"version":1,"turns":[{"role":"system","id":"a","at":1,"text":""}]}',
      '{"version":1,"turns":[{"role":"user","id":"a","at":"1","text":"","attachment":null}]}',
      '{"version":1,"turns":[{"role":"assistant","id":"a","at":1,"model":"m","text":"","state":{"kind":"streaming"}}]}',
      '{"version":1,"turns":[{"role":"assistant","id":"a","at":1,"model":"m","text":"","state":{"kind":"failed","reason":"bored","until":null}}]}',
    ];
    for (const text of strangers) assert.equal(parseTurns(text), undefined, text);
    assert.deepEqual(parseTurns('{"version":1,"turns":[]}'), []);
  });

  it('never makes reading throw, whatever the file holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(parseTurns(text), undefined)));
    fc.assert(fc.property(fc.json(), (text) => assert.equal(parseTurns(text), undefined)));
  });

  it('is given up as a whole when a piece of it was cut away', () => {
    fc.assert(
      fc.property(anyTurns, fc.double({ min: 0, max: 0.999, noNaN: true }), (turns, share) => {
        const text = serializeTurns(turns);
        assert.equal(parseTurns(text.slice(0, Math.floor(text.length * share))), undefined);
      }),
    );
  });
});
