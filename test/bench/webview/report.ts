import { writeTable } from '../table';
import type { Column } from '../table';
import type { Moment, OpeningFigures, StreamFigures } from './measure';

/** What the chat promises. A frame is drawn 60 times a second; over 50 ms a person feels that it hangs. */
const bounds = {
  openingMs: 300,
  longestTaskMs: 50,
  /** What the second half of a stream may cost for each millisecond of the first. */
  halvesRatio: 1.35,
  /** What may be held beside the text at the end, for each byte that was held when the view was first full. */
  memoryRatio: 1.25,
} as const;

export interface Figures {
  readonly opening: OpeningFigures;
  readonly stream: StreamFigures;
  readonly memory: readonly Moment[];
}

const columns: readonly Column[] = [
  { title: '', align: 'left' },
  { title: 'Sluice', align: 'right' },
  { title: 'all anew with every piece', align: 'right' },
  { title: 'bound', align: 'right' },
];

export function writeFigures(own: Figures, naive: Figures): string {
  const rows: readonly (readonly [string, (figures: Figures) => string, string?])[] = [
    ['open 1,000 turns, fastest', ({ opening }) => ms(opening.fastestMs), `${bounds.openingMs} ms`],
    ['open 1,000 turns, median', ({ opening }) => ms(opening.medianMs)],
    [
      'longest task while streaming, on the processor',
      ({ stream }) => ms(stream.longest.cpuMs),
      `${bounds.longestTaskMs} ms`,
    ],
    ['longest task while streaming, by the clock', ({ stream }) => ms(stream.longest.wallMs)],
    ['script in the first half', ({ stream }) => ms(stream.firstHalfScriptMs)],
    ['script in the second half', ({ stream }) => ms(stream.secondHalfScriptMs)],
    ['second half to first, script', ({ stream }) => scriptRatio(stream).toFixed(2), bounds.halvesRatio.toFixed(2)],
    ['second half to first, all work', ({ stream }) => (stream.secondHalfMs / stream.firstHalfMs).toFixed(2)],
    [
      'memory beside the text, last moment to second',
      ({ memory }) => (memory.length > 0 ? memoryRatio(memory).toFixed(2) : '–'),
      bounds.memoryRatio.toFixed(2),
    ],
  ];
  return writeTable(
    columns,
    rows.map(([name, read, bound]) => [name, read(own), read(naive), bound ?? '']),
  );
}

export function writeMoments(own: readonly Moment[]): string {
  const titles = ['tokens streamed', 'of text', 'memory beside the text'];
  return writeTable(
    titles.map((title) => ({ title, align: 'right' })),
    own.map((moment) => [moment.streamedTokens.toLocaleString('en'), mb(moment.textBytes), mb(besideText(moment))]),
  );
}

/** What is promised and not kept, one sentence each. */
export function findBrokenBounds({ opening, stream, memory }: Figures): readonly string[] {
  const broken: string[] = [];
  // Others' work on the machine only adds to it.
  if (opening.fastestMs > bounds.openingMs) broken.push(`opening takes ${ms(opening.fastestMs)}`);
  if (stream.longest.cpuMs > bounds.longestTaskMs) broken.push(`a task takes ${ms(stream.longest.cpuMs)}`);
  if (scriptRatio(stream) > bounds.halvesRatio)
    broken.push('a long answer costs more at its end than at its beginning');
  if (memoryRatio(memory) > bounds.memoryRatio) broken.push('memory grows by more than the text');
  return broken;
}

function scriptRatio({ firstHalfScriptMs, secondHalfScriptMs }: StreamFigures): number {
  return secondHalfScriptMs / firstHalfScriptMs;
}

function besideText({ heapBytes, textBytes }: Moment): number {
  return heapBytes - textBytes;
}

function memoryRatio(moments: readonly Moment[]): number {
  const [, second] = moments;
  const last = moments.at(-1);
  return second && last ? besideText(last) / besideText(second) : NaN;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
