import * as v from 'valibot';
import { inChunks, pause } from './blocks';
import type { BuiltClient } from './client';
import { crowdSize, openCrowd } from './crowd';

const chunkSize = 1_000;
/** By then everyone has been told where he stands. */
const settleMs = 1_500;
/** What the list of runs takes of each, which is the caller's. */
const bytesPerReference = 8;

export const memoryFigures = v.object({ bytesPerRun: v.number(), waiting: v.number() });
export type MemoryFigures = v.InferOutput<typeof memoryFigures>;

function heapAfterCollection(): number {
  if (!globalThis.gc) throw new Error('The process was started without --expose-gc.');
  for (let pass = 0; pass < 3; pass++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** What one waiting run keeps alive, its request not counted. */
export async function measureMemory(built: BuiltClient): Promise<MemoryFigures> {
  const { client, enqueue } = await openCrowd(built, 1);
  const before = heapAfterCollection();
  await inChunks(crowdSize, chunkSize, enqueue);
  await pause(settleMs);
  const waiting = client.quota()[0]?.queued ?? 0;
  const bytesPerRun = (heapAfterCollection() - before) / waiting - bytesPerReference;
  await client.close();
  return { bytesPerRun, waiting };
}
