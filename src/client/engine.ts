import type { Adapter, AdapterLoader } from './adapter';
import { getApiKey } from './apiKey';
import { parseBaseUrl } from './baseUrl';
import { BatchCalls } from './batchCalls';
import type { Clock } from './clock';
import { measureContent, noContent } from './content';
import type { Content } from './content';
import { CoalescedEvent } from './coalescedEvent';
import { Lane } from './lane';
import type { LaneContext } from './laneContext';
import { limitGroupOf } from './limitGroups';
import { MessageWork } from './messageWork';
import type { MessageContext } from './messageWork';
import { nothingToForecast } from './noForecast';
import { PriceList } from './prices';
import { retryPolicy } from './retry';
import type { RetryPolicy } from './retry';
import { SubmittedRun } from './run';
import { Task } from './task';
import type { Work } from './task';
import { TokenEstimator } from './tokens';
import { Turns } from './turns';
import type {
  Batches,
  Client,
  ClientOptions,
  ClientSettings,
  CountRequest,
  Disposable,
  Forecast,
  ForecastRequest,
  LaneSnapshot,
  ModelInfo,
  ModelLimits,
  Priority,
  Run,
  SendRequest,
} from './types';
import { UserCaps } from './userCaps';
import { countTokens, listModels } from './utilityCalls';
import type { Ask } from './utilityCalls';
import { checkOptions, checkSettings, findFault } from './validate';

/** What a client needs of the world; tests bring their own. */
export interface Environment {
  readonly clock: Clock;
  /** 0 ≤ value < 1, for jitter. */
  readonly random: () => number;
  readonly loadAdapter: AdapterLoader;
}

/**
 * The client: takes requests in, keeps one lane per limit group, and hands out runs. All waiting and sending is the
 * lanes'. `send` never throws; after `close` nothing is sent any more.
 */
export class Engine implements Client {
  readonly batches: Batches;
  readonly #options: ClientOptions;
  readonly #environment: Environment;
  readonly #baseUrl: string;
  #policy: RetryPolicy;
  #maxConcurrent: number | undefined;
  readonly #caps: UserCaps;
  readonly #lanes = new Map<string, Lane>();
  readonly #utilityLanes = new Map<string, Lane>();
  readonly #tasks = new Set<Task<unknown>>();
  /** One function for all tasks. */
  readonly #forget = (task: Task<unknown>) => void this.#tasks.delete(task);
  readonly #messages: MessageContext;
  readonly #quotaChanged: CoalescedEvent;
  readonly #context: LaneContext;
  /** Under the user's own caps, which all lanes share. */
  readonly #turns = new Turns<Lane>();
  #adapter: Promise<Adapter> | undefined;
  #submitted = 0;
  #closed: Promise<void> | undefined;
  readonly #ask: Ask = (group, work, fault, signal) => {
    const task = this.#createTask(work);
    this.#submit(task, this.#utilityLanes, group, fault, signal);
    return task;
  };

  /** @throws {ClientError} `invalid` */
  constructor(options: ClientOptions, environment: Environment) {
    checkOptions(options);
    this.#options = options;
    this.#environment = environment;
    this.#baseUrl = parseBaseUrl(options.baseUrl);
    this.#policy = retryPolicy(options.retry);
    this.#maxConcurrent = options.limits?.maxConcurrent;
    this.#caps = new UserCaps(options.limits ?? {});
    this.#messages = { clock: environment.clock, prices: new PriceList(options.prices) };
    this.batches = new BatchCalls(this.#ask, this.#messages.prices);
    this.#quotaChanged = new CoalescedEvent(environment.clock);
    const maxConcurrent = () => this.#maxConcurrent;
    const policy = () => this.#policy;
    this.#context = {
      clock: environment.clock,
      random: environment.random,
      caps: this.#caps,
      get maxConcurrent() {
        return maxConcurrent();
      },
      get policy() {
        return policy();
      },
      tokens: new TokenEstimator(),
      rememberedOf: (group) => options.rememberedLimits?.findLast((each) => each.group === group),
      getApiKey: (credential) => getApiKey(options.apiKey, credential),
      onKeyRefused: options.onKeyRefused,
      getAdapter: () => this.#getAdapter(),
      onStarted: (lane, amounts) => this.#turns.charge(lane, this.#caps.shareOf(amounts)),
      onFreed: () => this.#pumpAll(),
      onChanged: () => this.#quotaChanged.fire(),
      onSpendLimit: (message, details) => {
        for (const lane of this.#lanes.values()) lane.failWaiting((task) => task.fail('spendLimit', message, details));
      },
    };
  }

  send(submitted: SendRequest): Run {
    const request = copyOf(submitted);
    const content = measureInput(request);
    const fault = findFault(request) ?? (content === undefined ? 'it cannot be written as JSON' : undefined);
    const work = new MessageWork(this.#messages, request, content ?? noContent);
    const task = this.#createTask(work, request.priority ?? 'normal', request.source);
    const lane = this.#submit(task, this.#lanes, limitGroupOf(request.model), fault, request.signal);
    return new SubmittedRun(task, work.events, lane);
  }

  countTokens(request: CountRequest): Promise<number> {
    return countTokens(this.#ask, copyOf(request));
  }

  models(credential?: string): Promise<readonly ModelInfo[]> {
    return listModels(this.#ask, credential);
  }

  quota(): readonly LaneSnapshot[] {
    return [...this.#lanes.values()].map((lane) => lane.snapshot());
  }

  limits(model: string): ModelLimits {
    const group = limitGroupOf(model);
    const lane = this.#lanes.get(group)?.snapshot();
    const remembered = this.#context.rememberedOf(group);
    return {
      requestsPerMinute: lane?.requests?.limit ?? remembered?.requestsPerMinute,
      inputTokensPerMinute: lane?.inputTokens?.limit ?? remembered?.inputTokensPerMinute,
      outputTokensPerMinute: lane?.outputTokens?.limit ?? remembered?.outputTokensPerMinute,
    };
  }

  organization(): string | undefined {
    for (const { organization } of this.#allLanes()) if (organization !== undefined) return organization;
    return undefined;
  }

  forecast(request: ForecastRequest): Forecast {
    const content = findFault(request) ? undefined : measureInput(request);
    if (!content) return nothingToForecast;
    const { model, maxTokens, priority = 'normal', source = '' } = request;
    const group = limitGroupOf(model);
    // One that is not there yet stays so: `quota` tells of those only that were sent to.
    const lane = this.#lanes.get(group) ?? new Lane(group, this.#context);
    const { rawTokens: rawInputTokens, composition } = content;
    const demand = { model, rawInputTokens, composition, maxOutputTokens: maxTokens };
    return lane.forecast({ demand, priority, source });
  }

  onDidChangeQuota(listener: () => void): Disposable {
    return this.#quotaChanged.subscribe(listener);
  }

  configure({ limits, retry }: ClientSettings): void {
    checkSettings({ limits, retry });
    if (retry) this.#policy = retryPolicy(retry);
    if (!limits) return;
    this.#caps.setLimits(limits);
    this.#maxConcurrent = limits.maxConcurrent;
    for (const lane of this.#allLanes()) lane.setMaxConcurrent(limits.maxConcurrent);
    this.#pumpAll();
    this.#quotaChanged.fire();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Reserved and not yet settled, over all lanes: 0 when nothing runs. For tests. */
  get pledged(): number {
    return [...this.#allLanes()].reduce((total, lane) => total + lane.pledged, this.#caps.held);
  }

  #createTask<T>(work: Work<T>, priority: Priority = 'interactive', source?: string): Task<T> {
    const { clock } = this.#environment;
    const sequence = ++this.#submitted;
    return new Task(work, { clock, sequence, priority, source, maxWaitMs: this.#policy.maxWaitMs });
  }

  /** The lane it waits in; `undefined` when it has ended already. */
  #submit(
    task: Task<unknown>,
    lanes: Map<string, Lane>,
    group: string,
    fault: string | undefined,
    signal: AbortSignal | undefined,
  ): Lane | undefined {
    if (this.#closed) task.fail('closed', 'Failed to send the request: the client is closed');
    else if (signal?.aborted) task.fail('cancelled', 'The run was cancelled');
    else if (fault) task.fail('invalid', `Failed to send the request: ${fault}`);
    if (task.isSettled) return undefined;
    this.#tasks.add(task);
    task.onSettled(this.#forget);
    if (signal) cancelBy(signal, task);
    let lane = lanes.get(group);
    if (!lane) {
      lane = new Lane(group, this.#context);
      lanes.set(group, lane);
    }
    lane.submit(task);
    return lane;
  }

  /** What is shared goes first to the lanes whose first are the most urgent, and of those to the one that had least. */
  #pumpAll(): void {
    const waiting = new Set([...this.#allLanes()].filter(({ firstPriority }) => firstPriority !== undefined));
    this.#turns.see(new Set(waiting));
    while (waiting.size > 1) {
      const lane = this.#turns.first(mostUrgentOf(waiting));
      if (!lane) return;
      // One by one, or the first would take all that is there.
      if (!lane.pump(1)) waiting.delete(lane);
    }
    for (const lane of waiting) lane.pump();
  }

  *#allLanes(): Iterable<Lane> {
    yield* this.#lanes.values();
    yield* this.#utilityLanes.values();
  }

  /** Loaded once; a failure is tried again by the next request. */
  #getAdapter(): Promise<Adapter> {
    const { fetch } = this.#options;
    this.#adapter ??= this.#environment.loadAdapter({ baseUrl: this.#baseUrl, fetch }).catch((error: unknown) => {
      this.#adapter = undefined;
      throw error;
    });
    return this.#adapter;
  }

  async #close(): Promise<void> {
    // The caller must see `#closed` set before the first run ends and its owner sends another.
    await Promise.resolve();
    // Or each that ends would let the next one start.
    for (const lane of this.#allLanes()) lane.stop();
    this.#tasks.forEach((task) => task.fail('closed', 'The client was closed'));
    await Promise.all([...this.#allLanes()].map((lane) => lane.close()));
    this.#quotaChanged.dispose();
  }
}

/** Those whose first is of the highest priority there is. */
function mostUrgentOf(lanes: Iterable<Lane>): readonly Lane[] {
  const all = [...lanes];
  for (const priority of ['interactive', 'normal', 'background'] as const) {
    const those = all.filter(({ firstPriority }) => firstPriority === priority);
    if (those.length > 0) return those;
  }
  return all;
}

function cancelBy(signal: AbortSignal, task: Task<unknown>): void {
  const onAbort = () => task.fail('cancelled', 'The run was cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  task.onSettled(() => signal.removeEventListener('abort', onAbort));
}

/** What is sent, perhaps much later, is what was handed in; the caller's list of messages goes on growing. */
function copyOf<T extends Pick<SendRequest, 'messages'>>(request: T): T {
  return Array.isArray(request.messages) ? { ...request, messages: [...request.messages] } : request;
}

/** `undefined` for what cannot be sent: callers may be plain JavaScript, and `send` must not throw. */
function measureInput(request: Pick<SendRequest, 'system' | 'messages'>): Content | undefined {
  try {
    return measureContent(request);
  } catch {
    return undefined;
  }
}
