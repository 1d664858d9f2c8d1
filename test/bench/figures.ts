import type { Figures } from '../workloads/measures';

/** What only a benchmark in real time can measure. */
interface RealTimeFigures {
  /** Processor time of the contender's process for each request answered in the measured time. */
  readonly cpuMsPerAnswer: number;
  /** Of interactive requests, in milliseconds; all there is to see of a server without a log. */
  readonly firstTextMsP50: number;
  readonly firstTextMsP95: number;
}

export type FigureName = keyof Figures | keyof RealTimeFigures;

/** What could not be measured is missing. */
export type Measured = Readonly<Partial<Record<FigureName, number>>>;
