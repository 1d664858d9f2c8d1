import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createEventStream } from '../../../src/client/sse';

function parse(bytes: Uint8Array, cuts: readonly number[] = []): [name: string, data: string][] {
  const events: [string, string][] = [];
  const parser = createEventStream((name, data) => events.push([name, data]));
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  edges.slice(1).forEach((end, index) => parser.push(bytes.subarray(edges[index], end)));
  parser.end();
  return events;
}

const encode = (text: string) => new TextEncoder().encode(text);

describe('a stream of events', () => {
  it('gives each event with its name, and passes over comments and other fields', () => {
    const text = ': hello\nid: 7\nevent: ping\ndata: {}\n\nretry: 5\n\nevent:text\ndata:{"a":1}\n\n';
    assert.deepEqual(parse(encode(text)), [
      ['ping', '{}'],
      ['text', '{"a":1}'],
    ]);
  });

  it('joins the lines of one event, and forgets the name after it', () => {
    assert.deepEqual(parse(encode('event: long\ndata: one\ndata: two\n\ndata: three\n\n')), [
      ['long', 'one\ntwo'],
      ['', 'three'],
    ]);
  });

  it('takes the last event even when the stream ends without the empty line', () => {
    assert.deepEqual(parse(encode('event: stop\ndata: {}')), [['stop', '{}']]);
  });

  it('drops a byte order mark', () => {
    assert.deepEqual(parse(encode('\uFEFFevent: one\ndata: 1\n\n')), [['one', '1']]);
  });

  for (const [name, ending] of [
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['both', '\r\n'],
  ] as const) {
    it(`reads the same wherever it is cut, in the middle of a letter as well, with ${name}`, () => {
      const lines = ['event: a', 'data: grüße 🌊', '', 'event: b', 'data: 1', 'data: 2', '', ''];
      const bytes = encode(lines.join(ending));
      fc.assert(
        fc.property(fc.array(fc.nat()), (cuts) => {
          assert.deepEqual(parse(bytes, cuts), [
            ['a', 'grüße 🌊'],
            ['b', '1\n2'],
          ]);
        }),
      );
    });
  }
});
