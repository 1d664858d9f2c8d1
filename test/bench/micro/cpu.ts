import pLimit from 'p-limit';
import * as v from 'valibot';
import { demoKey } from '../../simulator/simulator';
import { createSdk, patientRetries } from '../contenders/sdk';
import type { BuiltClient } from './client';
import { question } from './client';
import { askForText } from './peer';

/** As many at a time on both sides, so that neither pays for connections the other has not. */
const concurrent = 4;
const microsecondsPerMs = 1_000;

export const cpuFigures = v.object({
  /** Milliseconds a request, one value a round. */
  sluiceMs: v.array(v.number()),
  /** The same without a bound on how many run at a time: all leave at once. */
  sluiceAtOnceMs: v.array(v.number()),
  pLimitMs: v.array(v.number()),
});
export type CpuFigures = v.InferOutput<typeof cpuFigures>;

interface Subject {
  readonly rounds: number[];
  readonly run: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

function createSluice(
  { createClient }: BuiltClient,
  baseUrl: string,
  requests: number,
  maxConcurrent: number | undefined,
): Subject {
  const client = createClient({ apiKey: demoKey, baseUrl, limits: { maxConcurrent } });
  const send = () => client.send({ ...question, priority: 'background' }).result;
  return {
    rounds: [],
    run: () => Promise.all(Array.from({ length: requests }, send)),
    close: () => client.close(),
  };
}

function createPLimit(baseUrl: string, requests: number): Subject {
  const sdk = createSdk({ baseUrl, apiKey: demoKey }, patientRetries);
  const limit = pLimit(concurrent);
  return {
    rounds: [],
    run: () => Promise.all(Array.from({ length: requests }, () => limit(() => askForText(sdk)))),
    close: async () => limit.clearQueue(),
  };
}

async function timeCpu({ run }: Subject, requests: number): Promise<number> {
  // Nobody pays for what another has left behind.
  globalThis.gc?.();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / microsecondsPerMs / requests;
}

/** The processor's time for a request, all threads of the process, in rounds that alternate; the first round warms up. */
export async function measureCpu(
  built: BuiltClient,
  baseUrl: string,
  requests: number,
  rounds: number,
): Promise<CpuFigures> {
  const sluice = createSluice(built, baseUrl, requests, concurrent);
  const sluiceAtOnce = createSluice(built, baseUrl, requests, undefined);
  const peer = createPLimit(baseUrl, requests);
  const subjects = [sluice, peer, sluiceAtOnce];
  for (let round = 0; round <= rounds; round++) {
    for (const subject of subjects) {
      const ms = await timeCpu(subject, requests);
      if (round > 0) subject.rounds.push(ms);
    }
  }
  for (const { close } of subjects) await close();
  return { sluiceMs: sluice.rounds, sluiceAtOnceMs: sluiceAtOnce.rounds, pLimitMs: peer.rounds };
}
