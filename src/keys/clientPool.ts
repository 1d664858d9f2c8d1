import { ClientError } from '../client/errors';
import { nothingToForecast } from '../client/noForecast';
import type {
  Client,
  ClientOptions,
  ClientSettings,
  Disposable,
  LaneSnapshot,
  Priority,
  RefusedKey,
  Run,
  SendRequest,
} from '../client/types';
import { Connections } from './connections';
import { SecretUnavailable } from './keySecrets';
import { PooledBatches } from './pooledBatches';
import { PooledRun } from './pooledRun';
import { Hindered, type Hindrance, type RunHome, type RunRecord } from './runHome';

export interface ClientPoolOptions {
  /** What keeps requests from going out with a key now: asked when one is sent, and again before each attempt. */
  readonly hindranceOf: (keyId: string, priority: Priority) => Hindrance | undefined;
  /** Rejects when the secret cannot be had: the run waits until it can, or fails with `authentication` and this cause. */
  readonly secretOf: (keyId: string) => Promise<string>;
  /** Whoever has the secret cannot give it now. Nothing goes out with the key until `until`; then it is tried again. */
  readonly onUnavailable: (keyId: string, error: SecretUnavailable, until: number) => void;
  /** Whether there is an address to send to. While there is none, only what waits for a former one goes out. */
  readonly isReady: () => boolean;
  /** `undefined` while it is not known. */
  readonly organizationOf: (keyId: string) => string | undefined;
  /** For the address and the settings of now. @throws {ClientError} */
  readonly createClient: (options: Pick<ClientOptions, 'apiKey' | 'onKeyRefused'>, keyId: string) => Client;
  /** The API refused this very secret. Called before anything else leaves. */
  readonly onRefused: (keyId: string, secret: string) => void;
  /** A response has named the organization of a key that had none. Told once for each connection. */
  readonly onOrganization: (keyId: string, organization: string) => void;
  /** What of a request may leave: a key that stands in a text must not. Default: all of it. */
  readonly cleanContent?:
    | ((content: Pick<SendRequest, 'system' | 'messages'>) => Pick<SendRequest, 'system' | 'messages'>)
    | undefined;
  readonly onEnded: (record: RunRecord) => void;
  /** What `quotaOf` gives may have changed. */
  readonly onQuota: (keyIds: readonly string[], lanes: readonly LaneSnapshot[]) => void;
}

/** How many runs a key has, by where they stand. */
export interface RunCounts {
  readonly waiting: number;
  readonly running: number;
  readonly parked: number;
}

/** What ends in this moment may be looked at a little early. */
const shortestTimerMs = 250;
/** Between two attempts to get a secret, twice as long after each that fails. */
const firstPauseMs = 30_000;
const longestPauseMs = 600_000;
/** Runs that are parked until a time are looked at again this often: a timer cannot wait for a month. */
const longestTimerMs = 3_600_000;

/**
 * One client for each organization, and the keys that share it: limits belong to the organization, so its keys stand in
 * one queue. Every run belongs to a key. It can be moved to another, and is parked while nothing may go out with its own;
 * it is never lost. Owned by the host; nothing of VS Code in it.
 */
export class ClientPool implements RunHome, Disposable {
  readonly #options: ClientPoolOptions;
  readonly #connections: Connections;
  /** What callers hold, by key: one and the same until the address changes. */
  readonly #views = new Map<string, Client>();
  readonly #runs = new Map<string, PooledRun>();
  /** Which key an attempt went with, by run: it may have been moved since. */
  readonly #attemptKeys = new Map<string, string>();
  /** Secrets that could not be had, by key: the next attempt, and how many have failed. */
  readonly #unavailable = new Map<string, { readonly until: number; readonly failures: number }>();
  #submitted = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(options: ClientPoolOptions) {
    this.#options = options;
    this.#connections = new Connections({
      organizationOf: options.organizationOf,
      createClient: (keyId) =>
        options.createClient(
          {
            apiKey: (credential) => this.#secretFor(credential ?? keyId),
            onKeyRefused: (refused) => this.#refused(refused, keyId),
          },
          keyId,
        ),
      onOrganization: options.onOrganization,
      onQuota: options.onQuota,
    });
  }

  /** A client that sends with this key. @throws {ClientError} */
  viewOf(keyId: string): Client {
    const known = this.#views.get(keyId);
    if (known) return known;
    // Made now, so that a fault in the settings is told to whoever asks.
    this.clientOf(keyId);
    const client = () => this.clientOf(keyId);
    const view: Client = {
      send: (request) => this.#send(keyId, request),
      batches: new PooledBatches(keyId, {
        // Later than this object's making: the client of a key changes with its organization.
        batches: () => client().batches,
        hindrance: () => this.#options.hindranceOf(keyId, 'background'),
        clean: (request) => this.#clean(request),
      }),
      countTokens: (request) => client().countTokens({ ...this.#clean(request), credential: keyId }),
      models: () => client().models(keyId),
      organization: () => this.#connections.find(keyId)?.organization(),
      quota: () => this.quotaOf(keyId),
      limits: (model) => client().limits(model),
      forecast: (request) => this.#connections.find(keyId)?.forecast(request) ?? nothingToForecast,
      onDidChangeQuota: (listener) => client().onDidChangeQuota(listener),
      configure: (settings) => client().configure(settings),
      // Others send with the same client; the pool's owner closes it.
      close: () => Promise.resolve(),
    };
    this.#views.set(keyId, view);
    return view;
  }

  /** Empty until something was sent with the key, or another one of its organization. */
  quotaOf(keyId: string): readonly LaneSnapshot[] {
    return this.#connections.find(keyId)?.quota() ?? [];
  }

  /** Of all organizations that something was sent to, for the address of now. */
  lanes(): readonly LaneSnapshot[] {
    return this.#connections.lanes();
  }

  has(keyId: string): boolean {
    return this.#connections.find(keyId) !== undefined;
  }

  countsOf(keyId: string): RunCounts {
    const states = this.#runsOf(keyId).map(({ state }) => state);
    const count = (wanted: PooledRun['state']) => states.filter((state) => state === wanted).length;
    return { waiting: count('waiting'), running: count('running'), parked: count('parked') };
  }

  configure(settings: ClientSettings): void {
    this.#connections.configure(settings);
  }

  /**
   * Keys, caps or trust have changed: whoever is parked looks again, whoever waits in a foreign queue changes it, and
   * nothing stays under way with a key that is gone.
   *
   * @param isGone whether a key was revoked or removed, perhaps by another window
   */
  reconsider(isGone: (keyId: string) => boolean = () => false): void {
    for (const run of this.#runs.values()) {
      if (run.state === 'running' && isGone(run.keyId)) run.withdraw(undefined);
      else run.reconsider();
    }
    this.#schedule();
  }

  /** What could not be had may be there now: a person has done something about it. */
  tryAgain(): void {
    this.#unavailable.clear();
    this.reconsider();
  }

  /** What waits or is parked goes on with another key; what runs ends where it is. @returns how many were moved */
  move(from: string, to: string): number {
    return this.#runsOf(from).filter((run) => run.moveTo(to)).length;
  }

  /** Nothing goes on with this key: see to it that it is hindered first. What waits moves to `to`, or is parked. */
  withdraw(
    keyId: string,
    to: string | undefined,
  ): { readonly moved: number; readonly parked: number; readonly aborted: number } {
    const before = this.countsOf(keyId);
    for (const run of this.#runsOf(keyId)) run.withdraw(to);
    const others = before.waiting + before.parked;
    return { moved: to === undefined ? 0 : others, parked: to === undefined ? others : 0, aborted: before.running };
  }

  /** The address has changed: new requests go there, and the old clients finish what they have. */
  retire(): void {
    this.#views.clear();
    this.#connections.retire();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const run of this.#runs.values()) run.close();
    this.#connections.dispose();
  }

  /** Ends everything with what has come, and resolves when all of it is accounted for. */
  async close(): Promise<void> {
    const all = [...this.#runs.values()];
    for (const run of all) run.close();
    await Promise.allSettled(all.map(({ result }) => result));
  }

  hindranceOf(keyId: string, priority: Priority, client: Client | undefined): Hindrance | undefined {
    const unavailableUntil = this.#unavailable.get(keyId)?.until ?? 0;
    if (unavailableUntil > Date.now()) return { reason: 'key', until: unavailableUntil };
    const isUnderWay = client !== undefined && this.#connections.isRetired(client);
    if (!isUnderWay && !this.#options.isReady()) return { reason: 'key', until: undefined };
    return this.#options.hindranceOf(keyId, priority);
  }

  clientOf(keyId: string): Client {
    if (this.#isDisposed) throw new ClientError('closed', 'Failed to send the request: the client is closed');
    return this.#connections.get(keyId);
  }

  isForeign(client: Client, keyId: string): boolean {
    return !this.#connections.isRetired(client) && this.#connections.find(keyId) !== client;
  }

  parked(): void {
    this.#schedule();
  }

  get hasParked(): boolean {
    return [...this.#runs.values()].some(({ state }) => state === 'parked');
  }

  ended(runId: string, record: RunRecord | undefined): void {
    this.#runs.delete(runId);
    this.#attemptKeys.delete(runId);
    if (record) this.#options.onEnded(record);
  }

  #send(keyId: string, request: SendRequest): Run {
    const run = new PooledRun(this, `run-${++this.#submitted}`, keyId, this.#clean(request));
    this.#runs.set(run.id, run);
    if (this.#isDisposed) run.close();
    else run.start();
    return run;
  }

  #clean<Request extends Pick<SendRequest, 'system' | 'messages'>>(request: Request): Request {
    return { ...request, ...this.#options.cleanContent?.(request) };
  }

  #runsOf(keyId: string): readonly PooledRun[] {
    return [...this.#runs.values()].filter((run) => run.keyId === keyId);
  }

  async #secretFor(credential: string): Promise<string> {
    const run = this.#runs.get(credential);
    const keyId = run?.keyId ?? credential;
    if (run) this.#attemptKeys.set(run.id, keyId);
    this.#assertFree(run, keyId);
    const secret = await this.#options.secretOf(keyId).catch((error: unknown) => this.#missed(keyId, error));
    this.#unavailable.delete(keyId);
    // It was withdrawn while a secret manager was asked.
    this.#assertFree(run, keyId);
    return secret;
  }

  /** One locked secret manager must not cost every request, nor be asked for each of them. */
  #missed(keyId: string, error: unknown): never {
    if (!SecretUnavailable.is(error) || error.reason === 'gone') throw error;
    const known = this.#unavailable.get(keyId);
    // Others that asked at the same time have told it already.
    if (!known || known.until <= Date.now()) {
      const failures = (known?.failures ?? 0) + 1;
      const until = Date.now() + Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
      this.#unavailable.set(keyId, { until, failures });
      this.#options.onUnavailable(keyId, error, until);
    }
    throw new Hindered('The secret cannot be had now');
  }

  /** What is no run costs nothing, or was asked about its cap before: no spend cap keeps it. @throws {Hindered} */
  #assertFree(run: PooledRun | undefined, keyId: string): void {
    const hindrance = run ? run.hindrance : this.#options.hindranceOf(keyId, 'normal');
    if (hindrance && (run || hindrance.reason === 'key')) throw new Hindered('Nothing goes out with this key now');
  }

  #refused({ credential, apiKey }: RefusedKey, firstKeyId: string): void {
    const keyId = this.#attemptKeys.get(credential ?? '') ?? credential ?? firstKeyId;
    this.#options.onRefused(keyId, apiKey);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const times = [...this.#runs.values()].flatMap(({ parkedUntil }) => parkedUntil ?? []);
    if (times.length === 0 || this.#isDisposed) return;
    const delay = Math.min(...times) - Date.now();
    this.#timer = setTimeout(() => this.reconsider(), Math.min(Math.max(delay, shortestTimerMs), longestTimerMs));
  }
}
