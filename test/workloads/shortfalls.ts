import type { Figures } from './measures';
import type { Workload } from './workload';

/** A goal that is not reached, and how far off it may be at most. */
interface Shortfall {
  readonly workload: string;
  readonly figure: keyof Figures;
  readonly atMost: number;
  readonly because: string;
}

/** Known and told: each holds the line until its goal is reached, and then it must go. */
const shortfalls: readonly Shortfall[] = [
  { workload: 'halved', figure: 'readyAtError', atMost: 0.3, because: 'nobody knows of a change beforehand' },
  {
    workload: 'drain',
    figure: 'readyAtError',
    atMost: 0.45,
    because: 'others are seen only once they have been there',
  },
  { workload: 'cached', figure: 'readyAtError', atMost: 0.8, because: 'what a source reads is known after its first' },
  {
    workload: 'ramp',
    figure: 'firstTextP50',
    atMost: 1.1,
    because: 'the server holds everyone for ten seconds, which in every other run falls on a person',
  },
  {
    workload: 'ramp',
    figure: 'firstTextP95',
    atMost: 11,
    because: 'the server holds everyone for ten seconds, and a person cannot go before its time',
  },
  { workload: 'ramp', figure: 'answerP95', atMost: 3.5, because: 'the server holds everyone for ten seconds' },
];

export function shortfallOf(workload: Pick<Workload, 'name'>, figure: keyof Figures): Shortfall | undefined {
  return shortfalls.find((each) => each.workload === workload.name && each.figure === figure);
}
