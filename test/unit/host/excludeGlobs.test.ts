import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readExcludes } from '../../../src/host/summarize/excludeGlobs';

const alone: ReadonlySet<string> = new Set();

function excludes(glob: string, path: string): boolean {
  return readExcludes({ [glob]: true })(path, alone);
}

describe('The setting files.exclude', () => {
  for (const [glob, left, kept] of [
    ['**/.git', ['.git', '.git/config', 'deep/below/.git'], ['.github', '.gitignore', 'a.git']],
    ['**/*.js', ['a.js', 'src/a.js'], ['a.json', 'a.jsx', 'js']],
    ['out', ['out', 'out/a.ts'], ['src/out', 'outer']],
    ['/out/', ['out/a.ts'], ['src/out']],
    ['src/**', ['src/a.ts', 'src/deep/a.ts'], ['source/a.ts', 'lib/src/a.ts']],
    ['src/**/made', ['src/made', 'src/a/b/made/x.ts'], ['src/unmade', 'made']],
    ['src/*.ts', ['src/a.ts'], ['src/deep/a.ts', 'a.ts']],
    ['**/*.{js,js.map}', ['a.js', 'src/a.js.map'], ['a.map', 'a.{js,js.map}']],
    ['**/{build,{dist,out}}/**', ['a/build/x', 'dist/x', 'out/x'], ['builds/x']],
    ['**/data?.csv', ['data1.csv'], ['data.csv', 'data12.csv', 'data/.csv']],
    ['**/[a-c]*.txt', ['beta.txt', 'x/c.txt'], ['delta.txt']],
    ['**/[!a-c]*.txt', ['delta.txt'], ['beta.txt']],
    ['**/a+b (1).txt', ['a+b (1).txt'], ['aab (1).txt', 'a+b 1.txt']],
    ['**/[z-a].txt', ['z.txt', '-.txt'], ['m.txt']],
    ['**', ['a', 'a/b'], []],
  ] as const) {
    it(`with ${glob} leaves out what VS Code hides`, () => {
      for (const path of left) assert.equal(excludes(glob, path), true, path);
      for (const path of kept) assert.equal(excludes(glob, path), false, path);
    });
  }

  it('with a condition leaves out what lies beside its source', () => {
    const isLeftOut = readExcludes({ '**/*.js': { when: '$(basename).ts' } });
    assert.equal(isLeftOut('src/a.js', new Set(['a.js', 'a.ts'])), true);
    assert.equal(isLeftOut('src/a.js', new Set(['a.js', 'b.ts'])), false);
    assert.equal(isLeftOut('src/a.spec.js', new Set(['a.spec.ts'])), true);
  });

  it('counts for nothing where it is switched off or no setting', () => {
    assert.equal(readExcludes({ '**/*.js': false, 'b/**': 1, 'c/**': { when: 2 } })('a.js', alone), false);
    for (const setting of [undefined, null, 7, 'x', []]) assert.equal(readExcludes(setting)('a', alone), false);
  });

  it('survives every pattern, and takes no long time over any', () => {
    const hostile = [
      '{'.repeat(500),
      '{a,b}'.repeat(60),
      '**/'.repeat(200),
      '[',
      '[!]',
      '[]]',
      '[\\]',
      '}{',
      '*'.repeat(1_000),
    ];
    for (const glob of hostile) assert.equal(typeof excludes(glob, 'a/b/c'), 'boolean');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('ab*?[]!-^\\/{},.$')), maxLength: 30 }), (glob) => {
        assert.equal(typeof excludes(glob, 'a/b/ab.b'), 'boolean');
      }),
    );
  });
});
