import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatBytes, formatClock, formatCount, formatUsd } from '../../../src/host/format';

const units: Readonly<Record<string, number>> = { '': 1, k: 1_000, M: 1_000_000 };

function readCount(shown: string): { value: number; step: number; digits: number } {
  const [, digits = '', unit = ''] = /^([\d.]+)([kM]?)$/.exec(shown) ?? assert.fail(shown);
  const scale = units[unit] ?? assert.fail(unit);
  const step = unit !== '' && Number(digits) < 10 ? scale / 10 : scale;
  return { value: Number(digits) * scale, step, digits: digits.replace('.', '').length };
}

describe('A count', () => {
  it('is short', () => {
    const counts = [0, 1, 999, 1_000, 1_999, 9_250, 9_999, 10_000, 30_000, 999_999, 1_000_000, 1_250_000, 450_000_000];
    const shown = ['0', '1', '999', '1k', '1.9k', '9.2k', '9.9k', '10k', '30k', '999k', '1M', '1.2M', '450M'];
    assert.deepEqual(counts.map(formatCount), shown);
  });

  it('has three digits at most and never promises what is not there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (count) => {
        const { value, step, digits } = readCount(formatCount(count));
        assert.ok(digits <= 3);
        // A billionth for the sums of floating point.
        assert.ok(value <= count * (1 + 1e-9) && count < value + step * (1 + 1e-9));
      }),
    );
  });

  it('is a whole number that is not below zero', () => {
    assert.deepEqual([-5, 0.9, 46.99].map(formatCount), ['0', '0', '46']);
  });
});

describe('A clock time', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5).getTime();

  it('is told to the second', () => {
    assert.equal(formatClock(at), '03:04:05');
    assert.equal(formatClock(at + 999), '03:04:05');
    assert.equal(formatClock(new Date(2026, 11, 31, 23, 59, 59).getTime()), '23:59:59');
  });

  it('has its date with it on another day', () => {
    assert.equal(formatClock(at, new Date(2026, 0, 2, 23, 59, 59).getTime()), '03:04:05');
    assert.equal(formatClock(at, new Date(2026, 0, 1, 23, 59, 59).getTime()), '2026-01-02 03:04:05');
    assert.equal(formatClock(at, new Date(2025, 0, 2, 3, 4, 5).getTime()), '2026-01-02 03:04:05');
  });
});

describe('An amount of money', () => {
  it('is told to the cent, closer when it is small, and never as nothing when it is something', () => {
    const amounts = [0, 0.00003, 0.0001, 0.0042, 0.042, 0.0999, 0.1, 1.005, 12.344];
    assert.deepEqual(amounts.map(formatUsd), [
      '$0.00',
      '<$0.0001',
      '$0.0001',
      '$0.0042',
      '$0.042',
      '$0.100',
      '$0.10',
      '$1.00',
      '$12.34',
    ]);
  });
});

describe('A size', () => {
  it('is told as file managers do', () => {
    const sizes = [0, 999, 1_000, 12_400, 999_400, 999_999, 1_000_000, 5_000_000];
    assert.deepEqual(sizes.map(formatBytes), ['0 B', '999 B', '1 KB', '12 KB', '999 KB', '1.0 MB', '1.0 MB', '5.0 MB']);
  });
});
