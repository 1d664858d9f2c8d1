/** Everything of one workload and one seed: all contenders run at the same time, so a disturbance meets all of them. */
export interface Cell {
  readonly workload: string;
  readonly seed: number;
  readonly durationMs: number;
  /** Expected use of the machine over the measured time, in cores. */
  readonly load: number;
  /** How long the machine has to do with what each contender can start at once. */
  readonly burstMs: number;
  readonly processes: number;
}

export interface Room {
  /** In cores: what may be in use without the timers of the measured processes being late. */
  readonly load: number;
  readonly processes: number;
}

/**
 * Puts cells of one length together that have room beside each other, the heaviest first. A cell that is too heavy even
 * alone gets a wave of its own. The same cells give the same waves.
 */
export function planWaves(cells: readonly Cell[], room: Room): readonly (readonly Cell[])[] {
  const waves: Cell[][] = [];
  for (const cell of cells.toSorted((one, other) => other.load - one.load)) {
    const wave = waves.find((each) => fits(each, cell, room));
    if (wave === undefined) waves.push([cell]);
    else wave.push(cell);
  }
  return waves;
}

function fits(wave: readonly Cell[], cell: Cell, room: Room): boolean {
  const together = [...wave, cell];
  return (
    wave.every(({ durationMs }) => durationMs === cell.durationMs) &&
    sumOf(together, 'load') <= room.load &&
    sumOf(together, 'processes') <= room.processes
  );
}

function sumOf(cells: readonly Cell[], field: 'load' | 'processes'): number {
  return cells.reduce((sum, cell) => sum + cell[field], 0);
}
