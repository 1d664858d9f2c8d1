import type { BatchEntry } from '../client/types';

/** As the API has it: 100,000 requests or 256 MB. Smaller ones end sooner, and what goes wrong with one is less. */
const mostOfBatch = { entries: 10_000, bytes: 200_000_000 };

/** As many batches as the limits of one make necessary. */
export function partsOf(entries: readonly BatchEntry[], most = mostOfBatch): readonly (readonly BatchEntry[])[] {
  const parts: BatchEntry[][] = [];
  let part: BatchEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry));
    if (part.length > 0 && (part.length >= most.entries || bytes + size > most.bytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(entry);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
