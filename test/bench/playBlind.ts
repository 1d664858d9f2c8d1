import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, Contender } from '../workloads/contender';
import type { Trace } from '../workloads/trace';
import type { Submission } from '../workloads/workload';

/** What is known of a run without the server's log. */
export type BlindTrace = Pick<Trace, 'startedAt' | 'durationMs' | 'answers'>;

/** What a server is given to finish what was begun; only its log would tell when it has. */
const graceMs = 10_000;

/** Hands the submissions in at their times to a contender whose server cannot be looked into. */
export async function playBlind(
  submissions: readonly Submission[],
  contender: Contender,
  durationMs: number,
): Promise<BlindTrace> {
  const startedAt = Date.now();
  const answers = new Map<string, Answer>();
  for (const submission of submissions) {
    await pause(Math.max(startedAt + submission.atMs - Date.now(), 0));
    void contender.send(submission).then((answer) => answers.set(submission.id, answer));
  }
  await pause(Math.max(startedAt + durationMs + graceMs - Date.now(), 0));
  const answered = submissions.map((submission) => ({ submission, answer: answers.get(submission.id) }));
  await contender.close();
  return { startedAt, durationMs, answers: answered };
}
