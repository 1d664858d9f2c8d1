import { percentileOf } from '../../workloads/statistics';
import type { CpuFigures } from './cpu';
import { medianOf } from './crowd';
import type { CrowdFigures } from './crowd';
import type { MemoryFigures } from './memory';
import type { OverheadFigures } from './overhead';

export interface MicroFigures {
  /** By how many sources it came from. */
  readonly crowds: readonly { readonly sources: number; readonly figures: CrowdFigures }[];
  readonly memory: MemoryFigures;
  readonly overhead: OverheadFigures;
  readonly cpu: CpuFigures;
}

export interface Row {
  readonly goal: string;
  /** `undefined` for what is only told, in `unit`. */
  readonly bound: number | undefined;
  readonly unit: string;
  readonly measured: number;
  readonly note?: string | undefined;
}

/** As the issue that set the goals names them. */
const bounds = { urgentMs: 15, blockMs: 50, bytesPerRun: 1_000, overheadMs: 6, cpuRatio: 1 } as const;
const highShare = 0.95;
const microsecondsPerMs = 1_000;

export function isReached({ bound, measured }: Row): boolean | undefined {
  return bound === undefined ? undefined : measured <= bound;
}

export function toRows({ crowds, memory, overhead, cpu }: MicroFigures): readonly Row[] {
  return [...crowds.flatMap(crowdRows), memoryRow(memory), ...overheadRows(overhead), ...cpuRows(cpu)];
}

function crowdRows({ sources, figures }: MicroFigures['crowds'][number]): readonly Row[] {
  const from = sources === 1 ? '100,000 of one source' : `100,000 of ${sources.toLocaleString('en')} sources`;
  const block = { bound: bounds.blockMs, unit: 'ms' } as const;
  const told = { bound: undefined, unit: 'ms' } as const;
  return [
    {
      goal: `urgent run behind ${from}, send() to fetch`,
      bound: bounds.urgentMs,
      unit: 'ms',
      measured: medianOf(figures.urgentMs),
      note: `p95 ${figure(percentileOf(figures.urgentMs, highShare) ?? Number.NaN)} ms`,
    },
    {
      ...block,
      goal: `enqueuing ${from}, 1,000 a turn: longest block`,
      measured: figures.enqueueLongest.ms,
      note: `${processor(figures.enqueueLongest)}; after the caller’s loop at most ${figure(figures.enqueueAfterMs)} ms`,
    },
    { ...block, goal: `enqueuing ${from} in one loop: block after it`, measured: figures.oneLoopAfterMs },
    {
      ...block,
      goal: `${from} waiting: longest block`,
      measured: figures.waitingLongest.ms,
      note: `${processor(figures.waitingLongest)}; before they came ${figure(figures.idleLongest.ms)} ms`,
    },
    { ...told, goal: `enqueuing ${from}: total`, measured: figures.enqueueMs },
    {
      ...told,
      goal: `cancelling ${from}, the first first: total`,
      measured: figures.cancelMs,
      note: `longest block ${figure(figures.cancelLongest.ms)} ms`,
    },
    {
      ...told,
      unit: 'µs',
      goal: `quota() with ${from} waiting`,
      measured: figures.quotaMs * microsecondsPerMs,
    },
  ];
}

function memoryRow({ bytesPerRun }: MemoryFigures): Row {
  return { goal: 'memory of a waiting run', bound: bounds.bytesPerRun, unit: 'B', measured: bytesPerRun };
}

function overheadRows({ sluiceMs, sdkMs }: OverheadFigures): readonly Row[] {
  const note = (values: readonly number[]) => `p95 ${figure(percentileOf(values, highShare) ?? Number.NaN)} ms`;
  return [
    {
      goal: 'idle overhead, send() to the socket',
      bound: bounds.overheadMs,
      unit: 'ms',
      measured: medianOf(sluiceMs),
      note: `${note(sluiceMs)}; the SDK alone ${figure(medianOf(sdkMs))} ms, ${note(sdkMs)}`,
    },
  ];
}

function cpuRows({ sluiceMs, sluiceAtOnceMs, pLimitMs }: CpuFigures): readonly Row[] {
  const ratios = sluiceMs.map((ms, round) => ms / (pLimitMs[round] ?? Number.NaN));
  const peer = medianOf(pLimitMs);
  return [
    {
      goal: 'CPU a request by that of p-limit(4), four at a time',
      bound: bounds.cpuRatio,
      unit: '×',
      measured: medianOf(ratios),
      note: `${figure(medianOf(sluiceMs))} ms against ${figure(peer)} ms`,
    },
    {
      goal: 'CPU a request by that of p-limit(4), all at once',
      bound: undefined,
      unit: '×',
      measured: medianOf(sluiceAtOnceMs) / peer,
    },
  ];
}

function processor({ cpuMs }: CrowdFigures['idleLongest']): string {
  return `of the processor at most ${figure(cpuMs)} ms`;
}

/** Three figures, or the whole number where it has more. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
