import assert from 'node:assert/strict';
import { planWaves } from '../../bench/plan';
import type { Cell } from '../../bench/plan';

const room = { load: 1, processes: 40 };

function cell(workload: string, load: number, more: Partial<Cell> = {}): Cell {
  return { workload, seed: 1, durationMs: 60_000, load, burstMs: 0, processes: 10, ...more };
}

function names(cells: readonly Cell[]): readonly (readonly string[])[] {
  return planWaves(cells, room).map((wave) => wave.map(({ workload }) => workload));
}

describe('The planner of the waves', () => {
  it('puts together what has room, the heaviest first', () => {
    const cells = [cell('a', 0.3), cell('b', 0.6), cell('c', 0.5), cell('d', 0.4)];
    assert.deepEqual(names(cells), [
      ['b', 'd'],
      ['c', 'a'],
    ]);
  });

  it('keeps the number of processes within bounds', () => {
    const cells = Array.from({ length: 5 }, (_, index) => cell(String(index), 0));
    assert.deepEqual(names(cells), [['0', '1', '2', '3'], ['4']]);
  });

  it('gives a wave of its own to what is too heavy even alone', () => {
    assert.deepEqual(names([cell('a', 0.1), cell('heavy', 3)]), [['heavy'], ['a']]);
  });

  it('never mixes runs of different length', () => {
    assert.deepEqual(names([cell('long', 0.2), cell('short', 0.1, { durationMs: 30_000 })]), [['long'], ['short']]);
  });

  it('loses no cell and plans the same for the same cells', () => {
    const cells = Array.from({ length: 42 }, (_, index) => cell(String(index), ((index * 7) % 10) / 10));
    const planned = names(cells);
    assert.deepEqual(planned.flat().toSorted(), cells.map(({ workload }) => workload).toSorted());
    assert.deepEqual(planned, names(cells));
  });
});
