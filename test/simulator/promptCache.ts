import { createHash } from 'node:crypto';
import type { Clock } from '../../src/client/clock';
import type { CacheMark, MessagesRequest } from './messagesRequest';

const lifetimeMs: Readonly<Record<CacheMark['ttl'], number>> = { '5m': 300_000, '1h': 3_600_000 };

/** How many blocks before a mark the API searches for a prefix written earlier. */
const lookBackBlocks = 20;

export interface InputUsage {
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: { readonly '5m': number; readonly '1h': number };
}

export interface CacheLookup {
  readonly usage: InputUsage;
  /** Makes what was written usable: called when the answer begins. */
  commit(): void;
}

interface Prefix {
  readonly key: string;
  readonly tokens: number;
  readonly mark: CacheMark | undefined;
}

/**
 * The prompt caches of all organizations. An entry is a prefix of blocks; reading renews it. Expired entries are kept
 * until their key is asked for again: a simulation never holds enough of them to matter.
 */
export class PromptCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly ttl: CacheMark['ttl']; readonly expiresAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  lookUp(organization: string, request: MessagesRequest): CacheLookup {
    const lastMark = request.blocks.findLastIndex((block) => block.cacheMark !== undefined);
    if (lastMark === -1) return uncached(request.inputTokens);
    const prefixes = toPrefixes(organization, request).slice(0, lastMark + 1);
    const hit = prefixes.findLast(
      (prefix, index) =>
        this.#isLive(prefix.key) && prefixes.slice(index, index + lookBackBlocks).some(({ mark }) => mark),
    );
    const writes = prefixes.filter(
      ({ mark, tokens }) => mark !== undefined && tokens > (hit?.tokens ?? 0) && tokens >= request.model.minCacheTokens,
    );
    const cacheWriteTokens = { '5m': 0, '1h': 0 };
    let reached = hit?.tokens ?? 0;
    for (const { mark, tokens } of writes) {
      cacheWriteTokens[mark?.ttl ?? '5m'] += tokens - reached;
      reached = tokens;
    }
    return {
      usage: { inputTokens: request.inputTokens - reached, cacheReadTokens: hit?.tokens ?? 0, cacheWriteTokens },
      commit: () => {
        for (const { key, mark } of writes) this.#write(key, mark?.ttl ?? '5m');
        const entry = hit && this.#entries.get(hit.key);
        if (hit && entry) this.#write(hit.key, entry.ttl);
      },
    };
  }

  clear(): void {
    this.#entries.clear();
  }

  #isLive(key: string): boolean {
    return (this.#entries.get(key)?.expiresAt ?? -Infinity) > this.#clock.monotonic();
  }

  #write(key: string, ttl: CacheMark['ttl']): void {
    this.#entries.set(key, { ttl, expiresAt: this.#clock.monotonic() + lifetimeMs[ttl] });
  }
}

function uncached(inputTokens: number): CacheLookup {
  return { usage: { inputTokens, cacheReadTokens: 0, cacheWriteTokens: { '5m': 0, '1h': 0 } }, commit: () => {} };
}

/** The prefix that ends with each block; a prefix is known by a hash over all it holds. */
function toPrefixes(organization: string, request: MessagesRequest): Prefix[] {
  let key = `${organization}/${request.model.id}`;
  let tokens = 0;
  return request.blocks.map((block) => {
    key = createHash('sha1').update(`${key}\0${block.role}\0${block.content}`).digest('base64');
    tokens += block.tokens;
    return { key, tokens, mark: block.cacheMark };
  });
}
