import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { IgnoreRules } from '../../../src/host/summarize/ignoreRules';

describe('The rules of .gitignore', () => {
  it('of no file leave nothing out', () => {
    assert.equal(IgnoreRules.none.ignores('src/a.ts'), false);
  });

  it('rule over their own folder only', () => {
    const rules = IgnoreRules.none.with('src/', '*.log\n/made.ts\n');
    assert.equal(rules.ignores('src/a.log'), true);
    assert.equal(rules.ignores('src/deep/a.log'), true);
    assert.equal(rules.ignores('src/made.ts'), true);
    assert.equal(rules.ignores('src/deep/made.ts'), false);
    assert.equal(rules.ignores('a.log'), false);
  });

  it('tell a folder from a file', () => {
    const rules = IgnoreRules.none.with('', 'build/\n');
    assert.equal(rules.ignores('build/'), true);
    assert.equal(rules.ignores('src/build/'), true);
    assert.equal(rules.ignores('build'), false);
  });

  it('of a deeper folder overrule those above, in either direction', () => {
    const rules = IgnoreRules.none.with('', '*.txt\n').with('docs/', '!*.txt\ndraft.md\n');
    assert.equal(rules.ignores('a.txt'), true);
    assert.equal(rules.ignores('docs/a.txt'), false);
    assert.equal(rules.ignores('docs/draft.md'), true);
    assert.equal(rules.ignores('draft.md'), false);
  });

  it('take back within one file what it has said before', () => {
    const rules = IgnoreRules.none.with('', '*.json\n!package.json\n');
    assert.equal(rules.ignores('data.json'), true);
    assert.equal(rules.ignores('package.json'), false);
  });

  it('survive whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('a*?[]!-\\/#\n {}^.')), maxLength: 40 }), (text) => {
        const rules = IgnoreRules.none.with('', text).with('src/', text);
        for (const path of ['a', 'src/', 'src/a.b', 'src/deep/a']) assert.equal(typeof rules.ignores(path), 'boolean');
      }),
    );
  });
});
