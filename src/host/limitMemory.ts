import * as v from 'valibot';
import type * as vscode from 'vscode';
import type { Disposable, LaneSnapshot, RememberedLimits } from '../client/types';
import type { Log } from './log';

const storageKey = 'sluice.rememberedLimits';

/** Limits change once in weeks; of those that come in together with the first answers, one write is enough. */
const writeDelayMs = 2_000;

const limit = v.optional(v.pipe(v.number(), v.minValue(0)), () => undefined);
const storedSchema = v.array(
  v.object({
    keyId: v.string(),
    organization: v.optional(v.string(), () => undefined),
    group: v.string(),
    requestsPerMinute: limit,
    inputTokensPerMinute: limit,
    outputTokensPerMinute: limit,
  }),
);

type Stored = v.InferOutput<typeof storedSchema>[number];

export interface LimitMemoryOptions {
  readonly memento: Pick<vscode.Memento, 'get' | 'update'>;
  /** What belongs to another key is forgotten with the next write. */
  readonly keyIds: () => readonly string[];
  readonly log: Log;
}

/**
 * The limits last seen, by the key's id in the ring and the group of models, so that a new window need not learn them
 * again. Nothing of a key is in it. Written a moment after a change, over whatever other windows wrote for other keys;
 * what cannot be read counts as nothing. No method throws or rejects.
 */
export class LimitMemory implements Disposable {
  readonly #options: LimitMemoryOptions;
  /** By key. */
  readonly #unsaved = new Map<string, readonly Stored[]>();
  /** What was seen last, by key. */
  readonly #told = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LimitMemoryOptions) {
    this.#options = options;
  }

  of(keyId: string): readonly RememberedLimits[] {
    return this.#of(keyId);
  }

  /** The limits may have changed. */
  see(keyId: string, lanes: readonly LaneSnapshot[]): void {
    const seen = lanes.filter(isKnown).map((lane) => toStored(keyId, lane));
    if (seen.length === 0) return;
    // Told many times a second while answers run; what is stored is looked at only when there is something new.
    const told = JSON.stringify(seen);
    if (this.#told.get(keyId) === told) return;
    this.#told.set(keyId, told);
    const before = this.#of(keyId);
    const kept = before.filter((each) => !seen.some((newer) => replaces(newer, each)));
    const after = [...kept, ...seen].toSorted((one, other) => one.group.localeCompare(other.group));
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    this.#unsaved.set(keyId, after);
    this.#timer ??= setTimeout(() => void this.flush(), writeDelayMs);
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unsaved.size === 0) return;
    const { memento, keyIds, log } = this.#options;
    const written = this.#read().filter(({ keyId }) => !this.#unsaved.has(keyId));
    const all = [...written, ...Array.from(this.#unsaved.values()).flat()];
    this.#unsaved.clear();
    const ids = new Set(keyIds());
    try {
      await memento.update(
        storageKey,
        all.filter(({ keyId }) => ids.has(keyId)),
      );
    } catch (error) {
      // What comes next is new again.
      this.#told.clear();
      log.error('Failed to remember the limits', error);
    }
  }

  dispose(): void {
    void this.flush();
  }

  #of(keyId: string): readonly Stored[] {
    return this.#unsaved.get(keyId) ?? this.#read().filter((each) => each.keyId === keyId);
  }

  #read(): readonly Stored[] {
    const parsed = v.safeParse(storedSchema, this.#options.memento.get<unknown>(storageKey));
    return parsed.success ? parsed.output : [];
  }
}

function isKnown({ requests, inputTokens, outputTokens }: LaneSnapshot): boolean {
  return requests !== undefined || inputTokens !== undefined || outputTokens !== undefined;
}

function toStored(keyId: string, { organization, group, requests, inputTokens, outputTokens }: LaneSnapshot): Stored {
  return {
    keyId,
    organization,
    group,
    requestsPerMinute: requests?.limit,
    inputTokensPerMinute: inputTokens?.limit,
    outputTokensPerMinute: outputTokens?.limit,
  };
}

/** Of the same group; or what was learned when the key belonged to another organization. */
function replaces(newer: RememberedLimits, older: RememberedLimits): boolean {
  return (
    newer.group === older.group ||
    (newer.organization !== undefined && older.organization !== undefined && newer.organization !== older.organization)
  );
}
