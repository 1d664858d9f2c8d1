import { ChildLink } from './childLink';
import type { ContenderName } from './contenders/names';
import type { FigureName, Measured } from './figures';
import { done, ready } from './messages';
import type { OtherServer, Start } from './messages';

export interface PairOptions {
  readonly contender: ContenderName;
  readonly workload: string;
  readonly seed: number;
  readonly durationMs: number;
  readonly other: OtherServer | undefined;
}

export interface PairResult {
  readonly contender: ContenderName;
  readonly workload: string;
  readonly seed: number;
  readonly figures: Measured;
  /** 99 of 100 timers of its processes were late by no more than this. */
  readonly lagMs: number;
  /** Of its processes, in the measured time. */
  readonly cpuMs: number;
  /** Why requests failed, without repetitions. */
  readonly reasons: readonly string[];
}

/** One contender, one workload, one seed. */
export class Pair {
  readonly #options: PairOptions;
  readonly #stage: ChildLink;

  constructor(folder: string, options: PairOptions) {
    this.#options = options;
    this.#stage = new ChildLink(folder, 'stageProcess', options);
  }

  /** Resolves when everything is warm and only waits for the start. */
  async prepare(): Promise<void> {
    await this.#stage.hear(ready);
  }

  async run(at: number, unloaded: Start['unloaded']): Promise<PairResult> {
    const end = this.#stage.hear(done);
    this.#stage.tell({ type: 'start', at, unloaded });
    const { figures, cpuMs, lagMs, reasons } = await end;
    const { contender, workload, seed } = this.#options;
    const known = Object.entries(figures).filter((entry): entry is [FigureName, number] => entry[1] !== null);
    return { contender, workload, seed, figures: Object.fromEntries(known), cpuMs, lagMs, reasons };
  }

  stop(): Promise<void> {
    return this.#stage.stop();
  }
}
