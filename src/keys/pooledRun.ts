import { ClientError } from '../client/errors';
import { EventLog } from '../client/run';
import type { Client, Priority, Run, RunEvent, RunResult, SendRequest } from '../client/types';
import { Hindered, type Hindrance, type RunHome, type RunRecord } from './runHome';

/** A key that was exchanged while a request was on its way is met once, one from a secret manager twice. */
const mostRefusals = 3;

type BreakOff =
  | { readonly kind: 'cancelled' | 'closed' }
  /** It goes on with this key if nothing has come of it. */
  | { readonly kind: 'withdrawn'; readonly to: string };

/**
 * A run that knows which key it goes with, and can change it: it waits in the queue of the key's client, is parked while
 * nothing may go out with the key, and is asked for anew where it must. Once output has begun it stays where it is.
 */
export class PooledRun implements Run {
  readonly id: string;
  readonly #home: RunHome;
  readonly #request: SendRequest;
  readonly #priority: Priority;
  readonly #events = new EventLog();
  readonly #outcome = Promise.withResolvers<RunResult>();
  readonly #onAbort = () => this.cancel();
  #keyId: string;
  #state: 'parked' | 'waiting' | 'running' | 'ended' = 'waiting';
  #inner: Run | undefined;
  /** Where it was sent last. */
  #client: Client | undefined;
  #parkedBy: Hindrance | undefined;
  /** Rises with each change of the key: what was granted or asked for another one does not count. */
  #generation = 0;
  /** The generation that a person is being asked about. */
  #asking: number | undefined;
  /** Why what runs is being broken off. */
  #breakOff: BreakOff | undefined;
  /** The attempt under way has left, as far as is known. */
  #wasSent = false;
  /** The person let it go out once, whatever the cap. */
  #isGranted = false;
  #refusals = 0;
  #refusedKeys = 0;

  constructor(home: RunHome, id: string, keyId: string, request: SendRequest) {
    this.id = id;
    this.#home = home;
    this.#keyId = keyId;
    this.#request = request;
    this.#priority = request.priority ?? 'normal';
    // Nobody need await it.
    this.#outcome.promise.catch(() => {});
  }

  get keyId(): string {
    return this.#keyId;
  }

  get state(): 'parked' | 'waiting' | 'running' | 'ended' {
    return this.#state;
  }

  /** When it may go on by itself; `undefined` while it is not parked, or a person has to do something. */
  get parkedUntil(): number | undefined {
    return this.#state === 'parked' && !this.#isAsking ? this.#parkedBy?.until : undefined;
  }

  /** What keeps it from going out now. */
  get hindrance(): Hindrance | undefined {
    const found = this.#home.hindranceOf(this.#keyId, this.#priority, this.#inner && this.#client);
    return found?.reason === 'budget' && this.#isGranted ? undefined : found;
  }

  get result(): Promise<RunResult> {
    return this.#outcome.promise;
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent> {
    return this.#events[Symbol.asyncIterator]();
  }

  start(): void {
    const { signal } = this.#request;
    if (signal?.aborted) return this.cancel();
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#next();
  }

  cancel(): void {
    this.#stop({ kind: 'cancelled' });
  }

  retryNow(): boolean {
    return this.#inner?.retryNow() ?? false;
  }

  /** Looks again whether something keeps it, and whether it waits in the queue of its key. */
  reconsider(): void {
    if (this.#state === 'parked' && !this.#isAsking) this.#next();
    else if (this.#state === 'waiting' && (this.hindrance || this.#isMisplaced())) this.#sendAnew();
  }

  /** Goes on with another key. False, with nothing changed, once it runs or has ended. */
  moveTo(keyId: string): boolean {
    if (this.#state !== 'waiting' && this.#state !== 'parked') return false;
    this.#setKey(keyId);
    // In the same queue it keeps its place: the key is asked for when it starts.
    if (this.#state === 'parked' || this.#isMisplaced()) this.#sendAnew();
    return true;
  }

  /** Nothing of its key is to be under way any more: what runs is broken off, and keeps what it has. */
  withdraw(to: string | undefined): void {
    if (this.#state === 'running') this.#stop({ kind: 'withdrawn', to: to ?? this.#keyId });
    else if (to !== undefined) this.moveTo(to);
    else this.reconsider();
  }

  /** Ends with `closed`, and with what has come. */
  close(): void {
    this.#stop({ kind: 'closed' });
  }

  /** What runs tells by its end what has come; all else ends at once, and cannot be sent any more. */
  #stop(reason: BreakOff): void {
    // Who was cancelled or closed is not withdrawn after that: it would be sent once more.
    if (reason.kind !== 'withdrawn' || !this.#breakOff) this.#breakOff = reason;
    if (this.#state === 'running' && this.#inner) return this.#inner.cancel();
    const inner = this.#detach();
    this.#fail(endOf(reason));
    inner?.cancel();
  }

  get #isAsking(): boolean {
    return this.#asking === this.#generation;
  }

  #setKey(keyId: string): void {
    if (keyId === this.#keyId) return;
    this.#keyId = keyId;
    this.#generation++;
    this.#isGranted = false;
  }

  #isMisplaced(): boolean {
    return this.#client !== undefined && this.#home.isForeign(this.#client, this.#keyId);
  }

  #sendAnew(): void {
    this.#detach()?.cancel();
    this.#next();
  }

  #detach(): Run | undefined {
    const inner = this.#inner;
    this.#inner = undefined;
    return inner;
  }

  #next(): void {
    if (this.#state === 'ended') return;
    this.#inner = undefined;
    const { hindrance } = this;
    if (hindrance) return this.#park(hindrance);
    this.#state = 'waiting';
    this.#parkedBy = undefined;
    this.#wasSent = false;
    try {
      this.#client = this.#home.clientOf(this.#keyId);
      // Its own name is the credential, so that the key may be another one by the time it starts.
      this.#inner = this.#client.send({ ...this.#request, credential: this.id, signal: undefined });
    } catch (error) {
      return this.#fail(toClientError(error));
    }
    void this.#follow(this.#inner);
  }

  #park(hindrance: Hindrance): void {
    const isNews = this.#state !== 'parked' || !isSame(this.#parkedBy, hindrance);
    this.#state = 'parked';
    this.#parkedBy = hindrance;
    if (isNews) this.#events.push({ type: 'parked', reason: hindrance.reason, until: hindrance.until });
    if (hindrance.ask && !this.#isAsking) void this.#ask(hindrance, hindrance.ask);
    this.#home.parked();
  }

  async #ask({ until }: Hindrance, ask: () => Promise<boolean>): Promise<void> {
    const generation = this.#generation;
    this.#asking = generation;
    const mayGo = await ask().catch(() => false);
    if (generation !== this.#generation) return;
    this.#asking = undefined;
    if (this.#state !== 'parked') return;
    this.#isGranted = mayGo;
    // The cap may have been raised meanwhile, or the key exchanged.
    if (mayGo || !this.hindrance) this.#next();
    else this.#fail(new ClientError('spendLimit', 'The spend cap of the key is reached', { until }));
  }

  async #follow(inner: Run): Promise<void> {
    try {
      for await (const event of inner) {
        if (inner !== this.#inner) return;
        this.#see(event);
      }
    } catch (error) {
      if (inner === this.#inner) this.#failed(toClientError(error));
    }
  }

  #see(event: RunEvent): void {
    if (event.type === 'started') {
      this.#state = 'running';
      this.#wasSent = true;
    }
    if (event.type === 'retrying') {
      this.#state = 'waiting';
      if (event.reason === 'rateLimited' || event.reason === 'rampLimited') this.#refusals++;
    }
    this.#events.push(event);
    if (event.type === 'done') this.#succeed(event.result);
  }

  #failed(error: ClientError): void {
    const isUntouched = error.partial === undefined;
    // The key could not be had.
    if (error.cause instanceof Error) this.#wasSent = false;
    const reason = this.#breakOff;
    if (reason) {
      if (reason.kind !== 'withdrawn' || !isUntouched) return this.#fail(endOf(reason, error));
      this.#breakOff = undefined;
      this.#setKey(reason.to);
      return this.#next();
    }
    if (error.reason === 'authentication' && isUntouched && this.#mayTryAgain(error)) return this.#next();
    this.#fail(error);
  }

  /** Nothing was answered, and either another key is there by now or somebody has to bring one. */
  #mayTryAgain({ cause }: ClientError): boolean {
    if (this.hindrance || cause instanceof Hindered) return true;
    // An error of the provider's own is for people to read; what the API said is plain data.
    if (cause instanceof Error) return false;
    this.#refusedKeys++;
    return this.#refusedKeys < mostRefusals;
  }

  #succeed(result: RunResult): void {
    const { usage, costUsd } = result;
    this.#end({ outcome: 'done', usage, costUsd, error: undefined });
    this.#events.end();
    this.#outcome.resolve(result);
  }

  #fail(error: ClientError): void {
    if (this.#state === 'ended') return;
    const { partial, reason } = error;
    const outcome = reason === 'cancelled' || reason === 'closed' ? 'cancelled' : 'failed';
    this.#end({ outcome, usage: partial?.usage, costUsd: partial?.costUsd, error });
    this.#events.end(() => error);
    this.#outcome.reject(error);
  }

  #end(ending: Pick<RunRecord, 'outcome' | 'usage' | 'costUsd' | 'error'>): void {
    // What never left is nothing that the key was used for.
    const wasUsed = this.#wasSent || this.#refusals > 0;
    this.#state = 'ended';
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    const record = {
      ...ending,
      runId: this.id,
      keyId: this.#keyId,
      model: this.#request.model,
      refusals: this.#refusals,
    };
    this.#home.ended(this.id, wasUsed ? record : undefined);
  }
}

const ends = {
  cancelled: ['cancelled', 'The run was cancelled'],
  closed: ['closed', 'The client was closed'],
  withdrawn: ['authentication', 'The key was withdrawn'],
} as const;

/** With what had come until then. */
function endOf({ kind }: BreakOff, { partial, requestId }: Partial<ClientError> = {}): ClientError {
  const [reason, message] = ends[kind];
  return new ClientError(reason, message, { partial, requestId });
}

function isSame(before: Hindrance | undefined, now: Hindrance): boolean {
  return before?.reason === now.reason && before.until === now.until;
}

function toClientError(error: unknown): ClientError {
  return ClientError.is(error) ? error : new ClientError('invalid', 'Failed to send the request', { cause: error });
}
