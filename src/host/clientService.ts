import { isLoopback, parseBaseUrl } from '../client/baseUrl';
import { ClientError } from '../client/errors';
import type { Client, ClientOptions, Disposable, LaneSnapshot, Run } from '../client/types';
import type { KeyRing } from '../keys/keyRing';
import type { LimitMemory } from './limitMemory';
import type { Log } from './log';
import type { SluiceSettings } from './settings';

/** Why nothing can be sent at all; a sentence for people is made by whoever shows it. */
export type NotReadyReason = 'noKey' | 'baseUrl' | 'hostRefused' | 'keyUnreadable';

export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
  readonly reason: NotReadyReason;

  constructor(reason: NotReadyReason, options?: ErrorOptions) {
    super(`Not ready to send: ${reason}`, options);
    this.reason = reason;
  }

  /** By its name: the chat is a bundle of its own, with a class of its own of this name. */
  static is(error: unknown): error is NotReadyError {
    return error instanceof Error && error.name === 'NotReadyError';
  }
}

export interface ClientServiceOptions {
  readonly keyRing: KeyRing;
  readonly log: Log;
  readonly readSettings: () => SluiceSettings;
  /** Asks the person whether the key may go to this host; remembers a yes. */
  readonly approveHost: (baseUrl: URL) => Promise<boolean>;
  /** Without one nothing is remembered. */
  readonly limitMemory?: Pick<LimitMemory, 'of' | 'see'> | undefined;
}

interface Connection {
  readonly keyId: string;
  readonly fingerprint: string;
  readonly client: Client;
  readonly subscription: Disposable;
}

/**
 * Owns the client: one at a time, built on first use for the active key and the address.
 *
 * When either changes, the next caller gets a new client; the old one finishes what it has and is closed then, so that
 * nothing that was asked for is lost. Limits and retries are changed in the running clients. Listeners hear of changed
 * quota, keys, settings and refused keys.
 */
export class ClientService implements Disposable {
  readonly #options: ClientServiceOptions;
  readonly #listeners = new Set<() => void>();
  readonly #retired = new Set<Connection>();
  #connection: Connection | undefined;
  #refusedKeyId: string | undefined;
  #isDisposed = false;

  constructor(options: ClientServiceOptions) {
    this.#options = options;
  }

  /**
   * Rejects with `NotReadyError` when there is no key or no host it may go to, and with `ClientError` when the client
   * cannot be loaded or is not wanted any more.
   */
  async acquire(): Promise<Client> {
    const { keyRing } = this.#options;
    let active = keyRing.active();
    if (!active) {
      await keyRing.refresh().catch((error: unknown) => {
        throw new NotReadyError('keyUnreadable', { cause: error });
      });
      active = keyRing.active();
    }
    if (!active) throw new NotReadyError('noKey');
    const [baseUrl, createClient] = await Promise.all([this.#approvedUrl(), loadClient()]);
    this.#assertIsWanted();
    return this.#connect(createClient, active.id, baseUrl);
  }

  /** One free call with a key that is not stored yet. Rejects with `ClientError` or `NotReadyError`. */
  async check(key: string): Promise<void> {
    const [baseUrl, createClient] = await Promise.all([this.#approvedUrl(), loadClient()]);
    this.#assertIsWanted();
    const candidate = createClient({ apiKey: key, baseUrl, retry: { maxAttempts: 3, maxWaitMs: checkWaitMs } });
    try {
      await candidate.models();
    } finally {
      await candidate.close();
    }
  }

  quota(): readonly LaneSnapshot[] {
    return this.#connection?.client.quota() ?? [];
  }

  /** Gets the client ready without asking anybody or sending anything, so that a first message can be judged. */
  async warmUp(): Promise<void> {
    const { keyRing, readSettings } = this.#options;
    const active = keyRing.active();
    const url = URL.parse(readSettings().baseUrl);
    if (this.#connection || !active || !url || (url.host !== officialHost && !isLoopback(url))) return;
    await this.acquire();
  }

  /** Asks nobody anything; `undefined` while there is no client, and so no limit is known. */
  forecaster(): Client['forecast'] | undefined {
    const client = this.#connection?.client;
    return client && ((request) => client.forecast(request));
  }

  /** Whether the API has refused the active key since it was put in. */
  get isKeyRefused(): boolean {
    const active = this.#options.keyRing.active();
    return active !== undefined && active.id === this.#refusedKeyId;
  }

  /** To be called when the key ring or the settings have changed. */
  handleConfigurationChange(): void {
    this.#refusedKeyId = undefined;
    const active = this.#options.keyRing.active();
    const { baseUrl, limits, retry } = this.#options.readSettings();
    const fingerprint = active && fingerprintOf(active.id, baseUrl);
    if (this.#connection && fingerprint !== this.#connection.fingerprint) this.#retire();
    // Also those that only finish what they have: the person's caps are on all that is sent.
    for (const { client } of this.#connections()) client.configure({ limits, retry });
    this.#emit();
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#retire();
    for (const connection of this.#retired) this.#close(connection);
    this.#listeners.clear();
  }

  /** The address whose host was approved: to be used as it is, for the setting may change while the person is asked. */
  async #approvedUrl(): Promise<string> {
    const { baseUrl } = this.#options.readSettings();
    const url = readBaseUrl(baseUrl);
    if (url.host !== officialHost && !isLoopback(url) && !(await this.#options.approveHost(url))) {
      throw new NotReadyError('hostRefused');
    }
    return baseUrl;
  }

  /** Nobody would end a client that is made after this was disposed of. @throws {ClientError} `closed` */
  #assertIsWanted(): void {
    if (this.#isDisposed) throw new ClientError('closed', 'Failed to create the client: its owner is gone');
  }

  #connect(createClient: CreateClient, keyId: string, baseUrl: string): Client {
    const fingerprint = fingerprintOf(keyId, baseUrl);
    if (this.#connection?.fingerprint === fingerprint) return this.#connection.client;
    this.#retire();
    const { keyRing, limitMemory, readSettings } = this.#options;
    const { limits, retry } = readSettings();
    const client = createClient({
      // Asked before every attempt: a replaced key serves what is still waiting, a removed one serves nothing.
      apiKey: () => {
        const secret = keyRing.secretOf(keyId);
        if (secret === undefined) throw new Error('The key was removed');
        return secret;
      },
      baseUrl,
      limits,
      retry,
      rememberedLimits: limitMemory?.of(keyId),
    });
    const watched: Client = {
      send: (request) => this.#watch(client.send(request), keyId),
      countTokens: (request) => client.countTokens(request),
      models: () => client.models(),
      quota: () => client.quota(),
      forecast: (request) => client.forecast(request),
      onDidChangeQuota: (listener) => client.onDidChangeQuota(listener),
      configure: (changed) => client.configure(changed),
      close: () => client.close(),
    };
    const subscription = watched.onDidChangeQuota(() => {
      limitMemory?.see(keyId, watched.quota());
      this.#emit();
    });
    this.#connection = { keyId, fingerprint, client: watched, subscription };
    return watched;
  }

  #watch(run: Run, keyId: string): Run {
    void run.result.then(
      () => this.#setRefused(keyId, false),
      (error: unknown) => {
        if (ClientError.is(error, 'authentication')) this.#setRefused(keyId, true);
        if (!ClientError.is(error, 'cancelled')) this.#options.log.error('Run failed', error, { run: run.id });
      },
    );
    return run;
  }

  #setRefused(keyId: string, isRefused: boolean): void {
    if ((this.#refusedKeyId === keyId) === isRefused) return;
    this.#refusedKeyId = isRefused ? keyId : undefined;
    this.#emit();
  }

  #retire(): void {
    const retired = this.#connection;
    if (!retired) return;
    this.#connection = undefined;
    retired.subscription.dispose();
    this.#retired.add(retired);
    const closeWhenIdle = () => {
      if (retired.client.quota().every(({ queued, running }) => queued === 0 && running === 0)) this.#close(retired);
    };
    retired.client.onDidChangeQuota(closeWhenIdle);
    closeWhenIdle();
  }

  #close(connection: Connection): void {
    if (!this.#retired.delete(connection)) return;
    connection.client.close().catch((error: unknown) => this.#options.log.error('Failed to close a client', error));
  }

  *#connections(): Iterable<Connection> {
    if (this.#connection) yield this.#connection;
    yield* this.#retired;
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }
}

type CreateClient = (options: ClientOptions) => Client;

/** A file of its own beside the extension: loading it is for those who send, not for everybody who starts VS Code. */
async function loadClient(): Promise<CreateClient> {
  try {
    return (await import('../client/client')).createClient;
  } catch (cause) {
    throw new ClientError('invalid', 'Failed to load the client', { cause });
  }
}

const officialHost = 'api.anthropic.com';

/** A person waits for the answer of "Add Key"; longer than this, being told to try later serves them better. */
const checkWaitMs = 20_000;

function readBaseUrl(baseUrl: string): URL {
  try {
    return new URL(parseBaseUrl(baseUrl));
  } catch (error) {
    throw new NotReadyError('baseUrl', { cause: error });
  }
}

function fingerprintOf(keyId: string, baseUrl: string): string {
  return JSON.stringify([keyId, baseUrl]);
}
