import assert from 'node:assert/strict';
import { parseGrep, parsePartNames, parseStartArguments, UsageError } from '../../support/arguments';

describe('the command lines of the scripts', () => {
  it('start in the browser unless told otherwise', () => {
    assert.equal(parseStartArguments([]), 'serve');
    assert.equal(parseStartArguments(['--smoke']), 'smoke');
    assert.equal(parseStartArguments(['--desktop']), 'desktop');
  });

  it('refuse what they do not know', () => {
    assert.throws(() => parseStartArguments(['--smok']), UsageError);
    assert.throws(() => parseStartArguments(['smoke']), UsageError);
    assert.throws(() => parseStartArguments(['--smoke', '--desktop']), UsageError);
    assert.throws(() => parseGrep(['--grep']), UsageError);
  });

  it('run every part, or those named, always in the same order', () => {
    const known = ['lint', 'unit', 'e2e'] as const;
    assert.deepEqual(parsePartNames([], known), known);
    assert.deepEqual(parsePartNames(['--only', 'e2e, lint'], known), ['lint', 'e2e']);
  });

  it('name the parts there are when one is unknown', () => {
    assert.throws(() => parsePartNames(['--only', 'unit,units'], ['lint', 'unit']), /"units".*lint, unit/);
  });
});
