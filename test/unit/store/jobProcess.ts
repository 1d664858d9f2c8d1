// A window in a process of its own: takes the lease on a job where it can, and of its questions leases a few at a time,
// answers those that nobody has answered, and passes over those that another window asks. Its clock stands still.
import { openDatabase } from '../../../src/store/database';
import { keep, keyOfQuestion, leaseMs } from './jobSetup';
import { noon } from './setup';

const [folder = '', windowId = '', jobId = '', questions = '0', startAt = '0'] = process.argv.slice(2);
const atATime = 8;

/** Two windows that wait for the same moment do meet. */
while (Date.now() < Number(startAt)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

const log = { warn: (message: string) => void process.stderr.write(`${message}\n`) };
const opened = openDatabase({ folder, windowId, now: () => noon, log });
if (opened.kind === 'unusable') throw new Error(opened.reason);
const { jobs } = opened.store;
jobs.decide(jobId, `is run by ${windowId}`, String(jobs.lease(jobId, leaseMs)));
const keys = Array.from({ length: Number(questions) }, (_, index) => keyOfQuestion(index));
for (let from = 0; from < keys.length; from += atATime) {
  const mine = jobs.leaseQuestions(jobId, keys.slice(from, from + atATime), leaseMs);
  const known = jobs.answers(mine);
  for (const key of mine.filter((each) => !known.has(each))) {
    keep(jobs, jobId, [key], `${key} ${'word '.repeat(500)}${key}`);
    process.stdout.write(`${key}\n`);
  }
  jobs.releaseQuestions(mine);
}
opened.store.close();
