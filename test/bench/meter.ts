import { percentileOf } from '../workloads/statistics';

/** Rare enough to cost the measured process next to nothing. */
const sampleIntervalMs = 250;
const lagShare = 0.99;

export interface Reading {
  /** User and system time of this process, all threads. */
  readonly cpuMs: number;
  /** 99 of 100 timers were late by no more than this. */
  readonly lagMs: number;
}

/** Measures what this process costs, and how late its timers are, until the reading is taken. */
export function startMeter(): { read(): Reading } {
  const before = process.cpuUsage();
  const lags: number[] = [];
  let due = performance.now() + sampleIntervalMs;
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(now - due, 0));
    due = now + sampleIntervalMs;
  }, sampleIntervalMs);
  timer.unref();
  return {
    read() {
      clearInterval(timer);
      const { user, system } = process.cpuUsage(before);
      return { cpuMs: (user + system) / 1_000, lagMs: percentileOf(lags, lagShare) ?? 0 };
    },
  };
}
