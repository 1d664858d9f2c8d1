import * as v from 'valibot';
import type { Client, Run } from '../../../src/client/types';
import { demoKey } from '../../simulator/simulator';
import { medianOf as medianOfSome } from '../../workloads/statistics';
import { inChunks, longestOf, pause, timeTurn, totalOf, watchTurns } from './blocks';
import type { Turn } from './blocks';
import type { BuiltClient } from './client';
import { question } from './client';
import { createTightServer } from './tightServer';
import type { TightServer } from './tightServer';

export const crowdSize = 100_000;
/** What a considerate caller hands in before it lets others have the thread. */
const chunkSize = 1_000;
const watchMs = 3_000;
/** In it more flows in than one question takes, so that each finds the headroom as a person would. */
const betweenUrgentMs = 200;
const urgentRuns = 15;
const quotaCalls = 1_000;

/** On a busy machine `cpuMs`, the most the thread had of the processor, says more. */
const block = v.object({ ms: v.number(), cpuMs: v.number() });

export const crowdFigures = v.object({
  /** From `send()` to the call of `fetch`, behind the crowd. */
  urgentMs: v.array(v.number()),
  /** Of this machine at this time, with an idle client: what the other blocks cannot be shorter than. */
  idleLongest: block,
  enqueueMs: v.number(),
  enqueueLongest: block,
  /** The longest that the client takes by itself when the caller's loop is over. */
  enqueueAfterMs: v.number(),
  /** The same for a caller that hands all in at once. */
  oneLoopAfterMs: v.number(),
  /** While they wait, some start, and nothing else happens. */
  waitingLongest: block,
  cancelMs: v.number(),
  cancelLongest: block,
  quotaMs: v.number(),
  waiting: v.number(),
  refusals: v.number(),
});
export type CrowdFigures = v.InferOutput<typeof crowdFigures>;

interface Crowd {
  readonly client: Client;
  readonly server: TightServer;
  readonly enqueue: (index: number) => void;
  readonly runs: Run[];
}

/** A client that has learned the limits from a person's first question, and nobody in its queue yet. */
export async function openCrowd({ createClient }: BuiltClient, sources: number): Promise<Crowd> {
  const server = createTightServer();
  const client = createClient({ apiKey: demoKey, fetch: server.fetch });
  await client.send({ ...question, priority: 'interactive' }).result;
  const requests = Array.from({ length: sources }, (_, index) => ({
    ...question,
    priority: 'background' as const,
    source: `source ${index}`,
  }));
  const runs: Run[] = [];
  const enqueue = (index: number) => {
    runs.push(client.send(requests[index % sources] ?? question));
  };
  return { client, server, enqueue, runs };
}

async function askUrgently({ client, server }: Crowd): Promise<readonly number[]> {
  const waits: number[] = [];
  for (let index = 0; index < urgentRuns; index++) {
    await pause(betweenUrgentMs);
    const words = `urgent question ${index} of a person`;
    const arrival = server.awaitCall(words);
    const sentAt = performance.now();
    client.send({ ...question, priority: 'interactive', messages: [{ role: 'user', content: words }] });
    waits.push((await arrival) - sentAt);
  }
  return waits;
}

function timeQuota(client: Client): number {
  const beganAt = performance.now();
  for (let call = 0; call < quotaCalls; call++) for (const lane of client.quota()) void lane.queued;
  return (performance.now() - beganAt) / quotaCalls;
}

async function enqueueInOneLoop(built: BuiltClient, sources: number): Promise<Turn> {
  const { client, enqueue } = await openCrowd(built, sources);
  const turn = await timeTurn(() => {
    for (let index = 0; index < crowdSize; index++) enqueue(index);
  });
  await client.close();
  return turn;
}

/** What happens to the thread, and to a person, while a crowd comes, waits and is sent away. */
export async function measureCrowd(built: BuiltClient, sources: number): Promise<CrowdFigures> {
  const crowd = await openCrowd(built, sources);
  const { client, server, enqueue, runs } = crowd;
  const idleLongest = await watchTurns(watchMs);
  const enqueuing = await inChunks(crowdSize, chunkSize, enqueue);
  const waitingLongest = await watchTurns(watchMs);
  const urgentMs = [...(await askUrgently(crowd))];
  const quotaMs = timeQuota(client);
  const waiting = client.quota()[0]?.queued ?? 0;
  // From the first on: whoever leaves was next, so that another has become next.
  const cancelling = await inChunks(runs.length, chunkSize, (index) => runs[index]?.cancel());
  await client.close();
  const { afterMs: oneLoopAfterMs } = await enqueueInOneLoop(built, sources);
  return {
    urgentMs,
    idleLongest,
    enqueueMs: totalOf(enqueuing),
    enqueueLongest: longestOf(enqueuing),
    enqueueAfterMs: Math.max(...enqueuing.map(({ afterMs }) => afterMs)),
    oneLoopAfterMs,
    waitingLongest,
    cancelMs: totalOf(cancelling),
    cancelLongest: longestOf(cancelling),
    quotaMs,
    waiting,
    refusals: server.refusals,
  };
}

export function medianOf(values: readonly number[]): number {
  return medianOfSome(values) ?? Number.NaN;
}
