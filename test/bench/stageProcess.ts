/** Plays one workload to one contender and measures the run. Its options are its only argument, in JSON. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/client/clock';
import { unlimited } from '../simulator/limits';
import { createSimulator } from '../simulator/simulator';
import { measure } from '../workloads/measures';
import { play } from '../workloads/play';
import type { Workload } from '../workloads/workload';
import { endWithParent, hear, readOptions, runProcess, tellParent } from './child';
import { clientFigures } from './clientFigures';
import { findWorkload } from './findWorkload';
import { stageOptions, start } from './messages';
import type { OtherServer, Start } from './messages';
import { startMeter } from './meter';
import { playBlind } from './playBlind';
import type { BlindTrace } from './playBlind';
import { RemoteContender } from './remoteContender';

const warmUpTokens = 40;
const mostReasons = 3;

interface Task {
  readonly contender: string;
  readonly workload: Workload;
  readonly seed: number;
  readonly durationMs: number;
}

/** The word that everybody is ready, and the moment it names. */
async function awaitStart(): Promise<Start> {
  const started = hear(start);
  tellParent({ type: 'ready' });
  const message = await started;
  await pause(Math.max(message.at - Date.now(), 0));
  return message;
}

async function runOnSimulator({ contender: name, workload, seed, durationMs }: Task): Promise<void> {
  const server = createSimulator(workload.server(seed));
  const warmUp = createSimulator({ limits: unlimited, outputTokens: warmUpTokens });
  const [running, warm] = await Promise.all([server.listen(), warmUp.listen()]);
  const options = { contender: name, workload: workload.name, seed, durationMs };
  const contender = await RemoteContender.start({ ...options, baseUrl: running.url, warmUpUrl: warm.url });
  await warm.close();
  const { unloaded } = await awaitStart();
  const meter = startMeter();
  contender.begin();
  const own = pause(durationMs).then(() => meter.read());
  const playing = play({ workload, seed, durationMs, server, clock: systemClock, contender });
  const trace = await Promise.race([playing, contender.lost]);
  await running.close();
  await tellDone(contender, trace, await own, measure(trace, new Map(unloaded)));
}

async function runOnOtherServer(task: Task, { baseUrl, keyEnv }: OtherServer): Promise<void> {
  const { contender: name, workload, seed, durationMs } = task;
  const options = { contender: name, workload: workload.name, seed, durationMs };
  const contender = await RemoteContender.start({ ...options, baseUrl, keyEnv });
  await awaitStart();
  contender.begin();
  const playing = playBlind(workload.submissions(seed, durationMs), contender, durationMs);
  const trace = await Promise.race([playing, contender.lost]);
  await tellDone(contender, trace, { cpuMs: 0, lagMs: 0 }, {});
}

async function tellDone(
  contender: RemoteContender,
  trace: BlindTrace,
  own: { readonly cpuMs: number; readonly lagMs: number },
  measured: object,
): Promise<void> {
  const { cpuMs, lagMs } = await contender.reading;
  const reasons = new Set(trace.answers.flatMap(({ answer }) => answer?.reason ?? []));
  tellParent({
    type: 'done',
    figures: { ...clientFigures(trace, cpuMs), ...measured },
    cpuMs: cpuMs + own.cpuMs,
    lagMs: Math.max(lagMs, own.lagMs),
    reasons: [...reasons].slice(0, mostReasons),
  });
}

runProcess(async () => {
  endWithParent();
  const { workload, other, ...options } = readOptions(stageOptions);
  const task = { ...options, workload: findWorkload(workload) };
  await (other === undefined ? runOnSimulator(task) : runOnOtherServer(task, other));
});
