/** One contender, told what to send by the id of the submission. Its options are its only argument, in JSON. */
import { setTimeout as pause } from 'node:timers/promises';
import { defaultLimits } from '../simulator/limits';
import { demoKey } from '../simulator/simulator';
import type { Contender, CreateContender, Target } from '../workloads/contender';
import type { Submission } from '../workloads/workload';
import { endWithParent, hear, listen, readOptions, runProcess, tellParent } from './child';
import { creators } from './contenders/all';
import { contenderNames } from './contenders/names';
import { findWorkload } from './findWorkload';
import { begin, close, contenderOptions, send } from './messages';
import { startMeter } from './meter';

/** Enough that what the first requests alone pay for (loading, compiling) is not in the figures. */
const warmUpRequests = 30;
const plenty = 1_000_000_000;
const warmUpLimits = {
  ...defaultLimits,
  requestsPerMinute: plenty,
  inputTokensPerMinute: plenty,
  outputTokensPerMinute: plenty,
};

function findCreator(name: string): CreateContender {
  const known = contenderNames.find((each) => each === name);
  if (known === undefined) throw new Error(`There is no contender "${name}".`);
  return creators[known];
}

/** With a contender of its own, so that the measured one knows nothing yet. One that fails even here is not measured. */
async function warmUp(create: CreateContender, target: Target, submissions: readonly Submission[]): Promise<void> {
  const contender = create(target);
  const answers = await Promise.all(
    submissions.slice(0, warmUpRequests).map((submission) => contender.send(submission)),
  );
  const failed = answers.find(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`Failed to warm ${contender.name} up: ${failed.reason}`);
  await contender.close();
}

function sendAsTold(contender: Contender, submissions: readonly Submission[]): void {
  const byId = new Map(submissions.map((submission) => [submission.id, submission]));
  listen(send, ({ id }) => {
    const submission = byId.get(id);
    if (submission === undefined) throw new Error(`There is no submission "${id}".`);
    void contender.send(submission).then((answer) => tellParent({ type: 'answer', id, ...answer }));
  });
}

runProcess(async () => {
  endWithParent();
  const { seed, durationMs, baseUrl, warmUpUrl, keyEnv, ...names } = readOptions(contenderOptions);
  const workload = findWorkload(names.workload);
  const create = findCreator(names.contender);
  const apiKey = keyEnv === undefined ? demoKey : process.env[keyEnv];
  if (apiKey === undefined) throw new Error('The environment holds no key.');
  const submissions = workload.submissions(seed, durationMs);
  const target: Target = { baseUrl, apiKey, limits: workload.limits, seed };
  if (warmUpUrl !== undefined)
    await warmUp(create, { ...target, baseUrl: warmUpUrl, limits: warmUpLimits }, submissions);

  const isBegun = hear(begin);
  const isOver = hear(close);
  const contender = create(target);
  sendAsTold(contender, submissions);
  tellParent({ type: 'ready' });
  await isBegun;
  const meter = startMeter();
  await pause(durationMs);
  tellParent({ type: 'reading', ...meter.read() });
  await isOver;
  await contender.close();
});
