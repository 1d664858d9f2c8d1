import type { Clock } from '../../src/client/clock';
import type { Priority, RequestBody } from '../../src/client/types';
import type { Dimension } from '../simulator/budget';
import type { Limits } from '../simulator/limits';
import type { Simulator, SimulatorOptions } from '../simulator/simulator';

/** One request that somebody hands in, whoever then sends it. */
export interface Submission {
  /** Unique in its workload. The last user text begins with it, so the server's log can tell whose an attempt is. */
  readonly id: string;
  /** From the start, in milliseconds. */
  readonly atMs: number;
  readonly source: string;
  readonly priority: Priority;
  readonly body: RequestBody;
}

/** What happens to the limits on the way. The server is told of it, and the physical bound is integrated over it. */
export interface Change {
  readonly fromMs: number;
  /** Missing: to the end. */
  readonly forMs?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** The share of the refill that another client takes. */
  readonly foreignShare?: number | undefined;
}

/** From the start, in milliseconds. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The same traffic for every contender, in virtual or in real time. Everything is drawn from the seed. */
export interface Workload {
  readonly name: string;
  /** For tables, in words. */
  readonly title: string;
  /** `shared`: others draw on the limits, or the server admits less than it tells. */
  readonly kind: 'alone' | 'shared';
  /** The dimension that bounds the throughput; goodput is measured on it. */
  readonly tightest: Dimension;
  /** The time that is measured. Bulk work is submitted for more than it can hold. */
  readonly durationMs: number;
  /** At the start. Whoever sets a tool up by hand can look up these. */
  readonly limits: Limits;
  /** Without clock. Answers depend on the seed and the request's own text alone. */
  server(seed: number): SimulatorOptions;
  /** In the order of `atMs`; those of one moment in the order in which they are handed in. */
  submissions(seed: number, durationMs: number): readonly Submission[];
  changes(durationMs: number): readonly Change[];
  /** Adds faults that are not a matter of limits; called at the start. */
  disturb?(server: Simulator, clock: Clock, seed: number, durationMs: number): void;
  /** When the server fails whatever is sent: who asks then has to wait, so it is left out of the waiting times. */
  outages?(durationMs: number): readonly Span[];
}
