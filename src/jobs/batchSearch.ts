import type { Batches, BatchInfo } from '../client/types';
import { pause } from './pause';
import type { BatchRecord } from './records';

/** The clocks of the API and of this machine differ by less. What is looked at in vain is told by its results. */
const clockSlackMs = 24 * 60 * 60_000;
/** A request that has been sent is a batch by then, or never will be. */
const settledMs = 30_000;

export interface BatchSearchOptions {
  readonly batches: Batches;
  readonly record: BatchRecord;
  /** Ids of all batches that belong to some job. */
  readonly knownIds: () => ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** To wait for a batch that is not ready yet. */
  readonly waitMs: () => number;
}

/**
 * Looks for a batch of which nobody knows whether it was ever made. Only the results tell whose a batch is, so one that
 * could be it is waited for. Rejects with `ClientError`.
 *
 * @returns `undefined` when there is none
 */
export async function findLostBatch(options: BatchSearchOptions): Promise<BatchInfo | undefined> {
  const { batches, record, knownIds, signal, now, waitMs } = options;
  const call = { credential: record.keyId, signal };
  const others = new Set<string>();
  const settledAt = now() + settledMs;
  for (;;) {
    signal.throwIfAborted();
    const since = record.createdAt - clockSlackMs;
    const known = knownIds();
    const candidates = (await batches.list(since, call)).filter(
      (info) => !known.has(info.id) && !others.has(info.id) && couldBe(info, record),
    );
    for (const info of candidates.filter(({ state }) => state === 'ended')) {
      if (info.hasResults && (await isProved(batches, info, record, call))) return info;
      others.add(info.id);
    }
    const isOpen = candidates.some(({ state }) => state !== 'ended');
    if (!isOpen && now() >= settledAt) return undefined;
    await pause(isOpen ? waitMs() : settledMs, signal);
  }
}

function couldBe({ counts }: BatchInfo, { customIds }: BatchRecord): boolean {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) === customIds.length;
}

async function isProved(
  batches: Batches,
  { id }: BatchInfo,
  { customIds }: BatchRecord,
  call: { readonly credential: string; readonly signal: AbortSignal },
): Promise<boolean> {
  const missing = new Set(customIds);
  let isOther = false;
  await batches.results(id, (customId) => void (isOther ||= !missing.delete(customId)), call);
  return !isOther && missing.size === 0;
}
