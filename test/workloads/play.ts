import type { Clock } from '../../src/client/clock';
import type { Simulator } from '../simulator/simulator';
import type { Answer, Contender } from './contender';
import type { Answered, Trace } from './trace';
import type { Submission, Workload } from './workload';

/** How often it is asked whether the attempts of the measured time have ended. */
const pollMs = 500;
/** Whatever still runs so long after the measured time is given up. */
const graceMs = 60_000;

export interface Play {
  readonly workload: Workload;
  readonly seed: number;
  /** Default: the workload's own. */
  readonly durationMs?: number | undefined;
  /** Made with the workload's `server(seed)`, and not used before. */
  readonly server: Simulator;
  readonly clock: Clock;
  readonly contender: Contender;
}

/**
 * Hands a workload to a contender. The traffic goes on past the measured time until every attempt that began within it
 * has ended; only then the contender is closed, so that nobody's running requests are thrown away and counted as lost.
 */
export async function play({ workload, seed, durationMs = workload.durationMs, ...stage }: Play): Promise<Trace> {
  const { server, clock, contender } = stage;
  const startedAt = clock.now();
  startChanges(workload, server, durationMs);
  workload.disturb?.(server, clock, seed, durationMs);
  const submitted = submitAll(workload.submissions(seed, durationMs), contender, clock);

  await pause(clock, durationMs);
  const isOver = () =>
    server.log.messages.every(({ at, outcome }) => at >= startedAt + durationMs || outcome !== 'running');
  while (!isOver() && clock.now() < startedAt + durationMs + graceMs) await pause(clock, pollMs);
  const answers = submitted();
  const closedAt = clock.now();
  const attempts = server.log.messages.map((attempt) => structuredClone(attempt));
  await contender.close();
  await pause(clock, pollMs);
  const neverEnded = submitted().filter(({ answer }) => answer === undefined).length;
  return { workload, seed, durationMs, startedAt, closedAt, answers, attempts, neverEnded };
}

function startChanges(workload: Workload, server: Simulator, durationMs: number): void {
  for (const { fromMs, forMs, limits, foreignShare } of workload.changes(durationMs)) {
    const timing = { afterMs: fromMs, forMs };
    if (limits !== undefined) server.setLimits(limits, {}, timing);
    if (foreignShare !== undefined) server.drain(foreignShare, {}, timing);
  }
}

/** Gives what has been answered so far. */
function submitAll(submissions: readonly Submission[], contender: Contender, clock: Clock): () => readonly Answered[] {
  const answers = new Map<Submission, Answer>();
  for (const [atMs, batch] of Map.groupBy(submissions, (submission) => submission.atMs)) {
    const submit = () => {
      for (const submission of batch) void contender.send(submission).then((answer) => answers.set(submission, answer));
    };
    if (atMs > 0) clock.schedule(submit, atMs);
    else submit();
  }
  return () => submissions.map((submission) => ({ submission, answer: answers.get(submission) }));
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.schedule(resolve, ms));
}
