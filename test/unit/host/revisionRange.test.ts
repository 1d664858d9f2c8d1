import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readRange } from '../../../src/host/summarize/revisionRange';

describe('A range of commits', () => {
  for (const [typed, from, to] of [
    ['main..HEAD', 'main', 'HEAD'],
    [' v1.2.0...feature/some-thing ', 'v1.2.0', 'feature/some-thing'],
    ['main', 'main', 'HEAD'],
    ['HEAD~3', 'HEAD~3', 'HEAD'],
    ['HEAD^2~1..@', 'HEAD^2~1', '@'],
    ['main..', 'main', 'HEAD'],
    ['..topic', 'HEAD', 'topic'],
    ['4b7015d..0a7e7e6', '4b7015d', '0a7e7e6'],
    ['@{upstream}..HEAD', '@{upstream}', 'HEAD'],
    ['main@{1 day ago}..main', 'main@{1 day ago}', 'main'],
    ['größe..HEAD', 'größe', 'HEAD'],
    ['user@work..@{-1}', 'user@work', '@{-1}'],
  ] as const) {
    it(`is read from ${typed}`, () => {
      assert.deepEqual(readRange(typed), { from, to });
    });
  }

  for (const typed of [
    '',
    '   ',
    '..',
    '...',
    'a....b',
    'a..b..c',
    '-o',
    '--output=x..HEAD',
    'main..--output=x',
    '^main',
    'HEAD:README.md',
    ':/message',
    'HEAD^{/x}',
    'two words',
    'a\nb',
    '/etc',
    '.git',
    "main';ls",
    'a'.repeat(300),
  ]) {
    it(`is not ${JSON.stringify(typed.slice(0, 20))}`, () => {
      assert.equal(readRange(typed), undefined);
    });
  }

  it('never has an end that Git could take for an option, a file or several', () => {
    const unit = fc.constantFrom(...Array.from('ab-@{}^~:/. \n=*?[$;1'));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 15 }), (typed) => {
        const range = readRange(typed);
        for (const end of range ? [range.from, range.to] : []) {
          assert.doesNotMatch(end, /^[-^:/.]|\.\.|[\n*?[;]|^$/);
          assert.doesNotMatch(end.replace(/@\{[^}]*\}/g, ''), /[: ]/);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
