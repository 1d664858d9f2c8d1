import { ClientError } from '../client/errors';
import type { Client, ClientOptions, Disposable, LaneSnapshot } from '../client/types';
import { ClientPool, type RunCounts } from '../keys/clientPool';
import type { KeyInfo } from '../keys/key';
import type { KeyRing } from '../keys/keyRing';
import type { KeySecrets, SecretUnavailableReason } from '../keys/keySecrets';
import { hasBudget, type KeyGate } from './keys/keyGate';
import { redactKeysIn } from '../keys/redact';
import type { RunRecord } from '../keys/runHome';
import type { LimitMemory } from './limitMemory';
import type { Log } from './log';
import { isStranger, NotReadyError, readBaseUrl } from './notReady';
import type { SluiceSettings } from './settings';
import type { UsageEntry } from '../usage/usageEntry';
import type { Ledger } from './usage/ledger';

export interface ClientServiceOptions {
  readonly keyRing: KeyRing;
  readonly secrets: Pick<KeySecrets, 'secretOf' | 'refused' | 'known'>;
  readonly gate: KeyGate;
  readonly log: Log;
  readonly readSettings: () => SluiceSettings;
  /** Asks the person whether the key may go to this host; remembers a yes. */
  readonly approveHost: (baseUrl: URL) => Promise<boolean>;
  /** Without one nothing is remembered. */
  readonly limitMemory?: Pick<LimitMemory, 'of' | 'see'> | undefined;
  /** Opened with the first request. Without one there is no account of what keys use, and no cap on it. */
  readonly openLedger?: (() => Promise<Ledger>) | undefined;
  /** The API has refused a key: nothing goes out with it any more. */
  readonly onKeyInvalid?: ((keyId: string) => void) | undefined;
  /** Its secret manager does not give it now; it is asked again at `until`, or when `tryAgain` is called. */
  readonly onSecretUnavailable?: ((keyId: string, reason: SecretUnavailableReason, until: number) => void) | undefined;
}

/**
 * Owns the clients: one for each organization, built on first use for the address that was approved.
 *
 * When another key becomes the active one, the next caller gets a client that sends with it; what was asked before goes
 * on with its own key. When the address changes, the old clients finish what they have and are closed then, so that
 * nothing that was asked for is lost. Limits and retries are changed in the running clients. Listeners hear of changed
 * quota, keys, settings and refused keys.
 */
export class ClientService implements Disposable {
  readonly #options: ClientServiceOptions;
  readonly #listeners = new Set<() => void>();
  readonly #pool: ClientPool;
  /** The address whose host was approved. Without one nothing leaves, and what is parked stays so. */
  #address: string | undefined;
  #createClient: CreateClient | undefined;
  #ledger: Promise<Ledger | undefined> | undefined;
  #openedLedger: Ledger | undefined;
  #isDisposed = false;

  constructor(options: ClientServiceOptions) {
    this.#options = options;
    const { keyRing, secrets, gate, log } = options;
    this.#pool = new ClientPool({
      hindranceOf: (keyId, priority) => gate.hindranceOf(keyId, priority),
      isReady: () => this.#address !== undefined,
      secretOf: (keyId) => this.#secretOf(keyId),
      onUnavailable: (keyId, { reason }, until) => {
        log.warn('The secret of a key cannot be had', { key: keyId, reason });
        options.onSecretUnavailable?.(keyId, reason, until);
      },
      organizationOf: (keyId) => keyRing.find(keyId)?.organization,
      createClient: (clientOptions, keyId) => this.#create(clientOptions, keyId),
      cleanContent: ({ system, messages }) => redactKeysIn({ system, messages }, secrets.known()),
      onRefused: (keyId, secret) => this.#refused(keyId, secret),
      onOrganization: (keyId, organization) =>
        void keyRing.setOrganization(keyId, organization).catch((error: unknown) => {
          log.error('Failed to note the organization of a key', error);
        }),
      onEnded: (record) => this.#record(record),
      onQuota: (keyIds, lanes) => {
        for (const keyId of keyIds) options.limitMemory?.see(keyId, lanes);
        this.#emit();
      },
    });
  }

  /**
   * Rejects with `NotReadyError` when there is no key or no host it may go to, and with `ClientError` when the client
   * cannot be loaded or is not wanted any more.
   */
  async acquire(): Promise<Client> {
    return (await this.acquireWithKey()).client;
  }

  /**
   * Like `acquire`, and tells which key it is.
   *
   * @param keyId of the key that what is asked for belongs to, in place of the active one
   */
  async acquireWithKey(keyId?: string): Promise<{ readonly client: Client; readonly keyId: string }> {
    const { keyRing } = this.#options;
    const find = () => (keyId === undefined ? keyRing.active() : keyRing.find(keyId));
    let active = find();
    if (!active) {
      await keyRing.refresh().catch((error: unknown) => {
        throw new NotReadyError('keyUnreadable', { cause: error });
      });
      active = find();
    }
    if (!active) throw new NotReadyError('noKey');
    const [baseUrl, createClient] = await Promise.all([this.#approvedUrl(), loadClient(), this.#openLedger(active)]);
    this.#assertIsWanted();
    // The setting changed while the person was asked: what was approved is not what is wanted now.
    if (baseUrl !== this.#options.readSettings().baseUrl) return this.acquireWithKey(keyId);
    this.#use(baseUrl, createClient);
    return { client: this.#pool.viewOf(active.id), keyId: active.id };
  }

  /** One free call with a key that is not stored yet. Rejects with `ClientError` or `NotReadyError`. */
  async check(key: string): Promise<{ readonly organization: string | undefined }> {
    const [baseUrl, createClient] = await Promise.all([this.#approvedUrl(), loadClient()]);
    this.#assertIsWanted();
    const candidate = createClient({ apiKey: key, baseUrl, retry: { maxAttempts: 3, maxWaitMs: checkWaitMs } });
    try {
      await candidate.models();
      return { organization: candidate.organization() };
    } finally {
      await candidate.close();
    }
  }

  /** Of the active key's organization. */
  quota(): readonly LaneSnapshot[] {
    const active = this.#options.keyRing.active();
    return active ? this.#pool.quotaOf(active.id) : [];
  }

  /** Of all organizations that something was sent to. */
  lanes(): readonly LaneSnapshot[] {
    return this.#pool.lanes();
  }

  /** Gets the client ready without asking anybody or sending anything, so that a first message can be judged. */
  async warmUp(): Promise<void> {
    const { keyRing, readSettings } = this.#options;
    const active = keyRing.active();
    const url = URL.parse(readSettings().baseUrl);
    if (!active || this.#isReadyFor(active.id) || !url || isStranger(url)) return;
    await this.acquire();
  }

  /** Asks nobody anything; `undefined` while there is no client, and so no limit is known. */
  forecaster(): Client['forecast'] | undefined {
    const active = this.#options.keyRing.active();
    if (!active || !this.#isReadyFor(active.id)) return undefined;
    const client = this.#pool.viewOf(active.id);
    return (request) => client.forecast(request);
  }

  /** Whether nothing goes out with the active key, because the API has refused it. */
  get isKeyRefused(): boolean {
    return this.#options.keyRing.active()?.health === 'invalid';
  }

  /** How many requests of a key wait, run or are parked. */
  waitingOf(keyId: string): RunCounts {
    return this.#pool.countsOf(keyId);
  }

  /** Nothing goes on with this key, which must be unusable by now: what waits moves to another one or is parked. */
  withdraw(keyId: string, to: string | undefined) {
    return this.#pool.withdraw(keyId, to);
  }

  /** What waits or is parked goes on with another key. @returns how many were moved */
  moveRuns(from: string, to: string): number {
    return this.#pool.move(from, to);
  }

  /** Secret managers that failed are asked again at once. */
  tryAgain(): void {
    this.#pool.tryAgain();
  }

  /** To be called when the key ring or the settings have changed. */
  handleConfigurationChange(): void {
    const { baseUrl, limits, retry } = this.#options.readSettings();
    if (this.#address !== undefined && this.#address !== baseUrl) {
      this.#address = undefined;
      this.#pool.retire();
      // What is parked goes to the new address, which may have to be approved, without waiting for the next message.
      if (this.#pool.hasParked) this.acquire().catch((error: unknown) => this.#options.log.error('Not ready', error));
    }
    // Also those that only finish what they have: the person's caps are on all that is sent.
    this.#pool.configure({ limits, retry });
    const { keyRing } = this.#options;
    this.#pool.reconsider((keyId) => (keyRing.find(keyId)?.health ?? 'revoked') === 'revoked');
    this.#emit();
  }

  /** Also what no run of this window tells: the answers of a batch. At once where the ledger is open: the window may be going. */
  account(entry: UsageEntry): void {
    if (this.#openedLedger) this.#openedLedger.record(entry);
    else void this.#ledger?.then((ledger) => ledger?.record(entry));
  }

  /** Before the window goes: ends what is under way with what has come, and writes down what it used. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#pool.dispose();
    this.#listeners.clear();
  }

  #isReadyFor(keyId: string): boolean {
    return this.#address !== undefined && this.#pool.has(keyId);
  }

  /** The address whose host was approved: to be used as it is, for the setting may change while the person is asked. */
  async #approvedUrl(): Promise<string> {
    const { baseUrl } = this.#options.readSettings();
    const url = readBaseUrl(baseUrl);
    if (isStranger(url) && !(await this.#options.approveHost(url))) {
      throw new NotReadyError('hostRefused');
    }
    return baseUrl;
  }

  /** Nobody would end a client that is made after this was disposed of. @throws {ClientError} `closed` */
  #assertIsWanted(): void {
    if (this.#isDisposed) throw new ClientError('closed', 'Failed to create the client: its owner is gone');
  }

  #use(baseUrl: string, createClient: CreateClient): void {
    this.#createClient = createClient;
    if (this.#address === baseUrl) return;
    if (this.#address !== undefined) this.#pool.retire();
    this.#address = baseUrl;
    this.#pool.reconsider();
  }

  /** @throws {ClientError} */
  #create(options: Pick<ClientOptions, 'apiKey' | 'onKeyRefused'>, keyId: string): Client {
    const createClient = this.#createClient;
    const baseUrl = this.#address;
    if (!createClient || baseUrl === undefined)
      throw new ClientError('closed', 'Failed to create the client: no address');
    const { limits, retry } = this.#options.readSettings();
    return createClient({ ...options, baseUrl, limits, retry, rememberedLimits: this.#options.limitMemory?.of(keyId) });
  }

  /** A secret manager that goes on giving a refused key is found out here. */
  async #secretOf(keyId: string): Promise<string> {
    const { secrets, keyRing } = this.#options;
    try {
      return await secrets.secretOf(keyId);
    } catch (error) {
      if (keyRing.find(keyId)?.health === 'invalid') this.#tellInvalid(keyId);
      throw error;
    }
  }

  #refused(keyId: string, secret: string): void {
    const verdict = this.#options.secrets.refused(keyId, secret);
    this.#options.log.warn('The API has refused a key', { key: keyId, verdict });
    if (verdict === 'invalid') this.#tellInvalid(keyId);
  }

  #tellInvalid(keyId: string): void {
    // What waits is parked before any of it finds out the same way.
    this.#pool.reconsider();
    this.#options.onKeyInvalid?.(keyId);
    this.#emit();
  }

  /** Waited for only where a cap depends on it. */
  async #openLedger(active: KeyInfo): Promise<void> {
    const { openLedger, log } = this.#options;
    if (!openLedger) return;
    // What was asked for with the first request stays open; a failure is tried again by the next.
    this.#ledger ??= openLedger().then(
      (ledger) => (this.#openedLedger = ledger),
      (error: unknown) => {
        this.#ledger = undefined;
        log.error('Failed to open the account of the keys', error);
        return undefined;
      },
    );
    if (hasBudget(active)) await this.#ledger;
  }

  #record(record: RunRecord): void {
    const { runId, keyId, error, outcome } = record;
    const { keyRing, log } = this.#options;
    if (outcome === 'failed') log.error('Run failed', error, { run: runId, key: keyId });
    if (outcome === 'done' && keyRing.find(keyId)?.health === 'unchecked') {
      keyRing.markChecked(keyId, { health: 'good', error: undefined }).catch((failure: unknown) => {
        log.error('Failed to note that a key works', failure);
      });
    }
    this.account({ ...record, at: Date.now() });
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

/** A person waits for the answer of "Add Key"; longer than this, being told to try later serves them better. */
const checkWaitMs = 20_000;
