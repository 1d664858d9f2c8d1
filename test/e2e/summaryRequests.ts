import type { AttemptRecord } from '../simulator/log';
import type { Simulator } from '../simulator/simulator';
import { markOf } from './manyFiles';

/** For so long that a summary is still being made after all that is done meanwhile. */
const slowMs = 6_000;

/** Nothing that a summary of some hundred files would ever meet. */
const wideLimits = { requestsPerMinute: 5_000, inputTokensPerMinute: 1_000_000, outputTokensPerMinute: 500_000 };

/** From now on each answer takes its time. */
export function slowDown(simulator: Simulator): void {
  simulator.faults.add({ kind: 'slowFirstByte', delayMs: slowMs }, { times: Infinity });
}

/** From now on everything goes as fast as it can. */
export function speedUp(simulator: Simulator): void {
  simulator.faults.clear();
  simulator.setLimits(wideLimits);
}

/** How often each of these files was read and answered in full: over all requests since the log was cleared. */
export function timesRead({ log, batches }: Simulator, kind: string, count: number): readonly number[] {
  const direct = log.messages.filter(({ outcome }) => outcome === 'completed').map(bodyOf);
  const entries = batches.all.flatMap((batch) => batch.entries.filter(({ outcome }) => outcome === 'succeeded'));
  const bodies = [...direct, ...entries.map(({ params }) => JSON.stringify(params))];
  return Array.from(
    { length: count },
    (_, number) => bodies.filter((body) => body.includes(markOf(kind, number))).length,
  );
}

export function once(count: number): readonly number[] {
  return Array.from({ length: count }, () => 1);
}

/** What the last request for an answer said. */
export function lastBody({ log }: Simulator): string {
  const last = log.messages.at(-1);
  return last === undefined ? '' : bodyOf(last);
}

function bodyOf({ body }: AttemptRecord): string {
  return JSON.stringify(body);
}
