import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { splitPassages, TurnIndex } from '../../../../src/conversation/history/turnIndex';
import type { Turn } from '../../../../src/conversation/turn';
import { answer, exchanges, question, refusal } from './turns';

function find(index: TurnIndex, text: string, path: readonly Turn[]): readonly string[] {
  return index.find(text, new Set(path.map(({ id }) => id))).map(({ turnId }) => turnId);
}

describe('The index of a conversation', () => {
  it('reads each turn once, however often it is asked', () => {
    const index = new TurnIndex();
    const path = exchanges(50, 40);
    for (let end = 1; end <= path.length; end += 2) index.update(path.slice(0, end));
    index.update(path);
    assert.equal(index.reads, path.length);
  });

  it('reads a turn again once it has grown, and waits for one that is under way', () => {
    const index = new TurnIndex();
    const asked = question('q1', 'Which one?');
    const running = answer('a1', 'The', { state: { kind: 'streaming' } });
    index.update([asked, running]);
    assert.deepEqual(find(index, 'zebra', [asked, running]), []);
    const cut = answer('a1', 'The zebra', { state: { kind: 'done', stopReason: 'max_tokens' } });
    index.update([asked, cut]);
    assert.deepEqual(find(index, 'zebra', [asked, cut]), ['a1']);
    const whole = answer('a1', 'The zebra and the okapi');
    index.update([asked, whole]);
    assert.deepEqual(find(index, 'okapi', [asked, whole]), ['a1']);
    assert.deepEqual(find(index, 'zebra', [asked, whole]), ['a1']);
  });

  it('forgets the words of what it reads again', () => {
    const index = new TurnIndex();
    const before = exchanges(20, 10);
    for (let length = 1; length <= 30; length++) {
      const cut = answer('a0', `The zebra${' and so on'.repeat(length)}`, { state: { kind: 'streaming' } });
      index.update([...before, { ...cut, state: { kind: 'done', stopReason: 'max_tokens' } }]);
    }
    const whole = answer('a0', 'The zebra');
    index.update([...before, whole]);
    assert.deepEqual(find(index, 'zebra', [...before, whole]), ['a0'], 'it is in one passage, and no common word');
  });

  it('finds a question that was refused once another attempt has answered it', () => {
    const index = new TurnIndex();
    const asked = question('q1', 'Where is the zebra?');
    index.update([asked, refusal('a1')]);
    assert.deepEqual(find(index, 'zebra', [asked]), []);
    const path = [asked, answer('a2', 'In the zoo.')];
    index.update(path);
    assert.deepEqual(find(index, 'zebra', path), ['q1']);
    index.update(path);
    assert.equal(index.reads, 4);
  });

  it('finds only what is on the path, though other branches are in it too', () => {
    const index = new TurnIndex();
    const asked = question('q1', 'Which one?');
    const branches = [answer('a1', 'The zebra'), answer('a2', 'A zebra as well')].map((one) => [asked, one]);
    for (const branch of branches) index.update(branch);
    for (const branch of branches) assert.deepEqual(find(index, 'zebra', branch), [branch[1]?.id]);
  });

  it('finds what was attached to a question', () => {
    const index = new TurnIndex();
    const file = { kind: 'file' as const, name: 'bucket.ts', languageId: 'typescript', text: 'class LeakyBucket {}' };
    const path = [question('q1', 'What is this?', [file])];
    index.update(path);
    assert.deepEqual(find(index, 'leakybucket', path), ['q1']);
  });

  it('drops what shares only everyday words with the question', () => {
    const index = new TurnIndex();
    const path = [
      ...exchanges(20, 10),
      answer('x1', 'It is the way it is and the rest is the same'),
      answer('x2', 'The throttle of the lane is in the gate'),
    ];
    index.update(path);
    assert.deepEqual(find(index, 'where is the throttle of the gate', path), ['x2']);
  });
});

describe('Splitting into passages', () => {
  it('breaks between paragraphs where it can', () => {
    const paragraph = 'word '.repeat(150).trim();
    assert.deepEqual(splitPassages(`${paragraph}\n\n${paragraph}\n\n${paragraph}`), [paragraph, paragraph, paragraph]);
  });

  it('loses nothing but blanks, and splits no character', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('😀', 'word', ' ', '\n', '\n\n', 'x'.repeat(700))), (pieces) => {
        const text = pieces.join('').repeat(20);
        const passages = splitPassages(text);
        assert.equal(passages.join('').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
        assert.ok(passages.every((passage) => passage.length <= 1_201 && passage.isWellFormed() && passage !== ''));
      }),
    );
  });
});
