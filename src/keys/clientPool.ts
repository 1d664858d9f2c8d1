import { ClientError } from '../client/errors';
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
import { Hindered, PooledRun, type Hindrance, type RunHome, type RunRecord } from './pooledRun';

export interface ClientPoolOptions {
  /** What keeps requests from going out with a key now: asked when one is sent, and again before each attempt. */
  readonly hindranceOf: (keyId: string, priority: Priority) => Hindrance | undefined;
  /** Rejects when the secret cannot be had; the run then fails with `authentication` and this cause. */
  readonly secretOf: (keyId: string) => Promise<string>;
  /** `undefined` while it is not known. */
  readonly organizationOf: (keyId: string) => string | undefined;
  /** For the address and the settings of now. @throws {ClientError} */
  readonly createClient: (options: Pick<ClientOptions, 'apiKey' | 'onKeyRefused'>, keyId: string) => Client;
  /** The API refused this very secret. Called before anything else leaves. */
  readonly onRefused: (keyId: string, secret: string) => void;
  /** A response has named the organization of a key that had none. */
  readonly onOrganization: (keyId: string, organization: string) => void;
  /** What of a request may leave: a key that stands in a text must not. Default: all of it. */
  readonly cleanRequest?: ((request: SendRequest) => SendRequest) | undefined;
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

interface Connection {
  readonly client: Client;
  readonly keyIds: Set<string>;
  readonly organization: string | undefined;
  readonly subscription: Disposable;
}

/** Runs that are parked until a time are looked at again this often: a timer cannot wait for a month. */
const longestTimerMs = 3_600_000;

/**
 * One client for each organization, and the keys that share it: limits belong to the organization, so its keys stand in
 * one queue. Every run belongs to a key. It can be moved to another, and is parked while nothing may go out with its own;
 * it is never lost. Owned by the host; nothing of VS Code in it.
 */
export class ClientPool implements RunHome, Disposable {
  readonly #options: ClientPoolOptions;
  readonly #connections = new Set<Connection>();
  /** For a former address: they finish what they have. */
  readonly #retired = new Set<Connection>();
  /** What callers hold, by key: one and the same until the address changes. */
  readonly #views = new Map<string, Client>();
  readonly #runs = new Map<string, PooledRun>();
  /** Which key an attempt went with, by run: it may have been moved since. */
  readonly #attemptKeys = new Map<string, string>();
  #submitted = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDisposed = false;

  constructor(options: ClientPoolOptions) {
    this.#options = options;
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
      countTokens: (request) => client().countTokens({ ...request, credential: keyId }),
      models: () => client().models(keyId),
      organization: () => client().organization(),
      quota: () => client().quota(),
      forecast: (request) => client().forecast(request),
      onDidChangeQuota: (listener) => client().onDidChangeQuota(listener),
      configure: (settings) => client().configure(settings),
      close: () => client().close(),
    };
    this.#views.set(keyId, view);
    return view;
  }

  /** Empty until something was sent with the key, or another one of its organization. */
  quotaOf(keyId: string): readonly LaneSnapshot[] {
    return this.#find(keyId)?.client.quota() ?? [];
  }

  /** Of all organizations that something was sent to, for the address of now. */
  lanes(): readonly LaneSnapshot[] {
    return [...this.#connections].flatMap(({ client }) => client.quota());
  }

  has(keyId: string): boolean {
    return this.#find(keyId) !== undefined;
  }

  countsOf(keyId: string): RunCounts {
    const states = this.#runsOf(keyId).map(({ state }) => state);
    const count = (wanted: PooledRun['state']) => states.filter((state) => state === wanted).length;
    return { waiting: count('waiting'), running: count('running'), parked: count('parked') };
  }

  configure(settings: ClientSettings): void {
    for (const { client } of [...this.#connections, ...this.#retired]) client.configure(settings);
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
    for (const connection of this.#connections) {
      this.#connections.delete(connection);
      this.#retired.add(connection);
      connection.subscription.dispose();
      const closeWhenIdle = () => {
        const isIdle = connection.client.quota().every(({ queued, running }) => queued === 0 && running === 0);
        if (isIdle) this.#close(connection);
      };
      connection.client.onDidChangeQuota(closeWhenIdle);
      closeWhenIdle();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const run of this.#runs.values()) run.close();
    for (const connection of [...this.#connections, ...this.#retired]) this.#close(connection);
  }

  hindranceOf(keyId: string, priority: Priority): Hindrance | undefined {
    return this.#options.hindranceOf(keyId, priority);
  }

  clientOf(keyId: string): Client {
    if (this.#isDisposed) throw new ClientError('closed', 'Failed to send the request: the client is closed');
    const connection = this.#find(keyId) ?? this.#connect(keyId);
    connection.keyIds.add(keyId);
    return connection.client;
  }

  isCurrent(client: Client): boolean {
    return [...this.#connections].some((each) => each.client === client);
  }

  ended(run: PooledRun, record: RunRecord | undefined): void {
    this.#runs.delete(run.id);
    this.#attemptKeys.delete(run.id);
    if (record) this.#options.onEnded(record);
  }

  #send(keyId: string, request: SendRequest): Run {
    const { cleanRequest = (each) => each } = this.#options;
    const run = new PooledRun(this, `run-${++this.#submitted}`, keyId, cleanRequest(request));
    this.#runs.set(run.id, run);
    run.start();
    if (run.state === 'parked') this.#schedule();
    return run;
  }

  #runsOf(keyId: string): readonly PooledRun[] {
    return [...this.#runs.values()].filter((run) => run.keyId === keyId);
  }

  #find(keyId: string): Connection | undefined {
    const organization = this.#options.organizationOf(keyId);
    const all = [...this.#connections];
    if (organization === undefined) return all.find(({ keyIds }) => keyIds.has(keyId));
    return (
      all.find((each) => each.organization === organization) ??
      all.find((each) => each.organization === undefined && each.client.organization() === organization)
    );
  }

  #connect(keyId: string): Connection {
    const keyIds = new Set([keyId]);
    const client = this.#options.createClient(
      {
        apiKey: (credential) => this.#secretFor(credential ?? keyId),
        onKeyRefused: (refused) => this.#refused(refused, keyId),
      },
      keyId,
    );
    const connection: Connection = {
      client,
      keyIds,
      organization: this.#options.organizationOf(keyId),
      subscription: client.onDidChangeQuota(() => this.#sawQuota(connection)),
    };
    this.#connections.add(connection);
    return connection;
  }

  async #secretFor(credential: string): Promise<string> {
    const run = this.#runs.get(credential);
    const keyId = run?.keyId ?? credential;
    if (run) this.#attemptKeys.set(run.id, keyId);
    this.#assertFree(run, keyId);
    const secret = await this.#options.secretOf(keyId);
    // It was withdrawn while a secret manager was asked.
    this.#assertFree(run, keyId);
    return secret;
  }

  /** Counting tokens and listing models is free, so no spend cap keeps it. @throws {Hindered} */
  #assertFree(run: PooledRun | undefined, keyId: string): void {
    const hindrance = run ? run.hindrance : this.#options.hindranceOf(keyId, 'normal');
    if (hindrance && (run || hindrance.reason === 'key')) throw new Hindered('Nothing goes out with this key now');
  }

  #refused({ credential, apiKey }: RefusedKey, firstKeyId: string): void {
    const keyId = this.#attemptKeys.get(credential ?? '') ?? credential ?? firstKeyId;
    this.#options.onRefused(keyId, apiKey);
  }

  #sawQuota({ client, keyIds, organization }: Connection): void {
    const [only] = keyIds;
    const named = client.organization();
    // Of several keys nobody could tell which one it was.
    if (organization === undefined && named !== undefined && only !== undefined && keyIds.size === 1)
      this.#options.onOrganization(only, named);
    this.#options.onQuota([...keyIds], client.quota());
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const times = [...this.#runs.values()].flatMap(({ parkedUntil }) => parkedUntil ?? []);
    if (times.length === 0 || this.#isDisposed) return;
    const delay = Math.min(...times) - Date.now();
    this.#timer = setTimeout(() => this.reconsider(), Math.min(Math.max(delay, 0), longestTimerMs));
  }

  #close(connection: Connection): void {
    this.#connections.delete(connection);
    this.#retired.delete(connection);
    connection.subscription.dispose();
    void connection.client.close();
  }
}
