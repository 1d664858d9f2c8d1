import type { KeyInfo } from './key';
import type { KeyRing } from './keyRing';

export type SecretUnavailableReason =
  | 'gone'
  | 'untrusted'
  | 'notConfigured'
  | 'notStarted'
  | 'commandFailed'
  | 'timedOut'
  | 'notAKey';

/** The class is in each bundle that uses it: the mark is the same in all of them. */
const brand: unique symbol = Symbol.for('sluice.SecretUnavailable');

/**
 * Why a secret cannot be had, as one word; `host` makes the sentence. The message is for logs and holds nothing that a
 * command has printed.
 *
 * - `gone`: the key was removed or revoked, or its command goes on giving a secret that the API has refused
 * - `untrusted`: commands run in trusted windows only
 * - `notConfigured`: the settings have no command of this name
 * - `notStarted`: there is no such program, or the system does not run it
 * - `notAKey`: the command printed something else
 */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
  readonly [brand] = true;
  readonly reason: SecretUnavailableReason;

  constructor(reason: SecretUnavailableReason, message: string) {
    super(message);
    this.reason = reason;
  }

  static is(error: unknown): error is SecretUnavailable {
    return typeof error === 'object' && error !== null && brand in error;
  }
}

/** Asks secret managers. Rejects with `SecretUnavailable`; what a command printed never gets into the error. */
export interface SecretCommands {
  run(name: string): Promise<string>;
}

interface KeySecretsOptions {
  readonly ring: KeyRing;
  readonly commands: SecretCommands;
  readonly now: () => number;
  /** How long a secret that a command gave is kept. */
  readonly ttlMs: () => number;
}

/** What is known of the secret of one command key. */
interface Fetched {
  /** The one that requests went out with last; it stays the one in use after its time is over. */
  secret: string | undefined;
  /** Epoch milliseconds. */
  fetchedAt: number;
  /** It may be given out again while it is young. */
  isFresh: boolean;
  /** The API refuses it: the command must give another one. */
  refused: string | undefined;
  running: Promise<string> | undefined;
  /** Rises whenever what a running command will give is too old already. */
  round: number;
}

/**
 * Gives out secrets: stored ones from the ring, the others by running their command. Owned by the host, which calls `forget`
 * when the commands in the settings change. What a command gave is in memory only.
 *
 * It does not look at a key's health, so that an invalid key can be checked again: keeping requests back is the caller's.
 */
export class KeySecrets {
  readonly #options: KeySecretsOptions;
  readonly #fetched = new Map<string, Fetched>();
  readonly #seen = new Set<string>();

  constructor(options: KeySecretsOptions) {
    this.#options = options;
  }

  /** Callers at the same time share one run of the command. Rejects with `SecretUnavailable`. */
  async secretOf(id: string): Promise<string> {
    const stored = this.#options.ring.secretOf(id);
    if (stored !== undefined) return stored;
    const command = this.#commandOf(id);
    const entry = this.#entryOf(id);
    if (entry.secret !== undefined && entry.isFresh && this.#isYoung(entry)) return entry.secret;
    entry.running ??= this.#fetch(id, command, entry).finally(() => (entry.running = undefined));
    return entry.running;
  }

  /**
   * The API has refused this secret; in memory all is done when it returns.
   *
   * - `stale`: another one is in use by now, or none is any more; nothing is wrong with the key
   * - `refetch`: a command gave it: the next `secretOf` runs it anew, and marks the key invalid if that gives the same one
   * - `invalid`: it is the one in use: the key is marked invalid in the ring
   */
  refused(id: string, secret: string): 'stale' | 'refetch' | 'invalid' {
    const key = this.#options.ring.find(id);
    if (!key || key.health === 'revoked') return 'stale';
    if (key.source.kind !== 'command') {
      // That it is refused is no news either, with each of many that were under way.
      if (this.#options.ring.secretOf(id) !== secret || key.health === 'invalid') return 'stale';
      this.#markInvalid(id);
      return 'invalid';
    }
    const entry = this.#entryOf(id);
    if (entry.secret !== undefined && entry.secret !== secret) return 'stale';
    if (key.health === 'invalid') {
      this.#drop(entry);
      return 'invalid';
    }
    // Of several requests that were under way with it, the first one drops it.
    if (entry.refused !== secret) this.#drop(entry);
    entry.refused = secret;
    return 'refetch';
  }

  /** The last one that the key's command gave to be used; `undefined` before it has run in this session. */
  lastFetched(id: string): string | undefined {
    return this.#fetched.get(id)?.secret;
  }

  /**
   * Runs the command of a key, and leaves the key with the secret that it has: `take` puts the other one into use.
   * Rejects with `SecretUnavailable`.
   */
  async fetchAnew(id: string): Promise<string> {
    const command = this.#commandOf(id);
    const secret = await this.#options.commands.run(command);
    this.#seen.add(secret);
    return this.#commandOf(id) === command ? secret : this.fetchAnew(id);
  }

  /** What `fetchAnew` gave is the secret of the key from now on. Does nothing when the key is gone. */
  take(id: string, secret: string): void {
    const key = this.#options.ring.find(id);
    if (!key || key.health === 'revoked' || key.source.kind !== 'command') return;
    const entry = this.#entryOf(id);
    // A run that began before is too old.
    this.#drop(entry);
    this.#use(entry, secret);
  }

  /** The key that has this secret already: a stored one, or one whose command has given it in this session. */
  ownerOf(secret: string): KeyInfo | undefined {
    const { ring } = this.#options;
    return (
      ring.findDuplicate(secret) ??
      ring.list().find(({ id, source, health }) => {
        return source.kind === 'command' && health !== 'revoked' && this.lastFetched(id) === secret;
      })
    );
  }

  /** The next `secretOf` runs the command anew. Without an id for all keys. */
  forget(id?: string): void {
    const entries = id === undefined ? [...this.#fetched.values()] : [this.#fetched.get(id)];
    for (const entry of entries) {
      if (!entry) continue;
      this.#drop(entry);
      entry.refused = undefined;
    }
  }

  /** Everything to redact: stored or fetched now, or at some time of this session. */
  known(): readonly string[] {
    return [...new Set([...this.#options.ring.secrets(), ...this.#seen])];
  }

  async #fetch(id: string, command: string, entry: Fetched): Promise<string> {
    const round = entry.round;
    const secret = await this.#options.commands.run(command);
    this.#seen.add(secret);
    // Revoked, removed or given another source while the command ran.
    if (this.#commandOf(id) !== command || entry.round !== round) return this.#fetch(id, this.#commandOf(id), entry);
    if (secret === entry.refused) {
      entry.refused = undefined;
      entry.secret = secret;
      this.#markInvalid(id);
      throw new SecretUnavailable('gone', 'Failed to get the key: its command gives one that the API refuses');
    }
    this.#use(entry, secret);
    return secret;
  }

  #use(entry: Fetched, secret: string): void {
    entry.refused = undefined;
    entry.secret = secret;
    entry.fetchedAt = this.#options.now();
    entry.isFresh = true;
  }

  #drop(entry: Fetched): void {
    entry.isFresh = false;
    entry.round += 1;
  }

  /** A clock that was set back makes it old, not young for ever. */
  #isYoung({ fetchedAt }: Fetched): boolean {
    const age = this.#options.now() - fetchedAt;
    return age >= 0 && age < this.#options.ttlMs();
  }

  #entryOf(id: string): Fetched {
    const known = this.#fetched.get(id);
    if (known) return known;
    const fresh = { secret: undefined, fetchedAt: 0, isFresh: false, refused: undefined, running: undefined, round: 0 };
    this.#fetched.set(id, fresh);
    return fresh;
  }

  /** @throws {SecretUnavailable} */
  #commandOf(id: string): string {
    const key = this.#options.ring.find(id);
    if (!key || key.health === 'revoked' || key.source.kind !== 'command') {
      this.#fetched.delete(id);
      throw new SecretUnavailable('gone', 'Failed to get the key: it was removed or revoked');
    }
    return key.source.name;
  }

  #markInvalid(id: string): void {
    // The refusal stands in memory; a vault that does not take it now is asked again when it is next read.
    this.#options.ring.markInvalid(id, 'authentication').catch(() => {});
  }
}
