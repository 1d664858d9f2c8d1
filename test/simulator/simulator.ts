import type { Clock } from '../../src/client/clock';
import { systemClock } from '../../src/client/clock';
import type { Disposable } from '../../src/client/types';
import type { KeyOptions, Scope } from './accounts';
import { Accounts, demoOrganization } from './accounts';
import type { Pace } from './answerStream';
import { instantPace } from './answerStream';
import type { AnswerScript } from './answers';
import { Api } from './api';
import type { BatchFate, BatchOptions } from './batch';
import { defaultBatches } from './batch';
import type { BatchRecord } from './batches';
import { Batches } from './batches';
import type { BudgetLevels, Dimension, OversizedInput } from './budget';
import type { CatalogueModel } from './catalogue';
import { publishedModels } from './catalogue';
import { createControl } from './control';
import { FaultBoard } from './faults';
import { createFetch } from './fetchFace';
import type { HeaderOptions } from './headers';
import { defaultHeaders } from './headers';
import type { Limits } from './limits';
import { defaultLimits, groupOf, publishedGroups } from './limits';
import type { AttemptUsage } from './log';
import { AttemptLog } from './log';
import type { EmptyOutput } from './messages';
import { Messages } from './messages';
import type { JsonObject } from './messagesRequest';
import { PromptCache } from './promptCache';
import type { RampOptions } from './ramp';
import type { RunningServer } from './server';
import { startServer } from './server';
import type { Timing } from './timetable';
import { Timetable } from './timetable';

/** A key the simulator knows unless it is given others. */
export const demoKey = 'demo-key-good';

export interface SimulatorOptions {
  readonly clock?: Clock | undefined;
  /** Chooses among the answers. Default: 1. */
  readonly seed?: number | undefined;
  /** Default: `demoKey` of one organization. */
  readonly keys?: readonly KeyOptions[] | undefined;
  /** Of every organization and group. Default: 50 requests, 30,000 input and 8,000 output tokens a minute. */
  readonly limits?: Partial<Limits> | undefined;
  /** Which models share buckets. Default: as published. */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly models?: readonly CatalogueModel[] | undefined;
  /** Default: everything at once. `demoPace` feels like a real stream. */
  readonly pace?: Partial<Pace> | undefined;
  /** Tokens of every answer, exactly. Default: as many as the made-up answer has. */
  readonly outputTokens?: number | undefined;
  /** Decides about an answer by its request; scripted answers go first. */
  readonly answer?: ((body: JsonObject) => AnswerScript) | undefined;
  readonly headers?: Partial<HeaderOptions> | undefined;
  /** Default: served from a full bucket, which goes into debt. */
  readonly oversizedInput?: OversizedInput | undefined;
  /** Default: the answer goes on and the bucket goes into debt. */
  readonly emptyOutput?: EmptyOutput | undefined;
  /** How fast usage may grow. Default: as fast as it likes. */
  readonly ramp?: RampOptions | undefined;
  /** How long batches take. Default: entries are done 2 to 8 seconds after the making. */
  readonly batches?: Partial<BatchOptions> | undefined;
}

/** The batches, seen from behind the API. */
interface BatchDesk {
  /** In the order of their making, with all entries and what has become of them by now. */
  readonly all: readonly BatchRecord[];
  /** What was done by now, added up. It is in no bucket and in no attempt of the log. */
  readonly paid: AttemptUsage;
  /** Of batches made from now on. */
  setPace(pace: Partial<BatchOptions>): void;
  /** For entries of batches made from now on. */
  addFate(fate: BatchFate): void;
}

export interface Simulator {
  /** The API in this process, for any host. */
  readonly fetch: typeof fetch;
  /** The API on loopback, and `POST /_simulator/…` beside it. Port 0, the default, takes a free one. */
  listen(port?: number): Promise<RunningServer>;
  readonly faults: FaultBoard;
  readonly log: AttemptLog;
  readonly batches: BatchDesk;
  /** Answers for the next admitted requests, in order; not for the entries of batches. */
  script(...answers: readonly AnswerScript[]): void;
  /** Changes what is named, now or as timed; disposing changes it back. */
  setLimits(limits: Partial<Limits>, scope?: Scope, timing?: Timing): Disposable;
  /** Another client of the organization takes this share of the refill, continuously; disposing stops it. */
  drain(share: number, scope?: Scope, timing?: Timing): Disposable;
  /** Another client of the organization takes this at once; `Infinity` empties the bucket of a model's group. */
  takeElsewhere(amounts: Partial<Record<Dimension, number>>, model: string, organization?: string): void;
  setHeaders(options: Partial<HeaderOptions>): void;
  addKey(key: KeyOptions): void;
  /** By the key or its id. Its running answers end with an `authentication_error`, unless they are to go on. */
  revokeKey(keyOrId: string, options?: { readonly runningGoOn?: boolean | undefined }): void;
  /** Where the buckets of a model's group stand now. */
  levels(model: string, organization?: string): BudgetLevels;
  /** Requests that are neither answered nor given up. */
  readonly running: number;
  /** Full buckets, first limits and headers, empty log, no faults, scripts, batches or running requests. Keys stay as they are. */
  reset(): void;
}

/** One simulated API. Everything it does is decided by its options, its clock and the order of its requests. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { clock = systemClock, seed = 1, keys = [{ key: demoKey }], groups = publishedGroups } = options;
  const models = options.models ?? publishedModels;
  const firstHeaders: HeaderOptions = { ...defaultHeaders, ...options.headers };
  let headers = firstHeaders;
  const accounts = new Accounts(clock, { ...defaultLimits, ...options.limits }, keys);
  const cache = new PromptCache(clock);
  const faults = new FaultBoard();
  const log = new AttemptLog();
  const timetable = new Timetable(clock);
  let scripts: AnswerScript[] = [];

  const answerOf = (body: JsonObject) => options.answer?.(body) ?? { outputTokens: options.outputTokens };
  const findScript = (body: JsonObject) => {
    const [scripted] = scripts;
    if (scripted !== undefined) return { script: scripted, use: () => void scripts.shift() };
    return { script: answerOf(body), use: () => {} };
  };
  const messages = new Messages({
    clock,
    accounts,
    cache,
    groups,
    pace: { ...instantPace, ...options.pace },
    seed,
    oversizedInput: options.oversizedInput ?? 'debt',
    emptyOutput: options.emptyOutput ?? 'debt',
    ramp: options.ramp,
    headerOptions: () => headers,
    findScript: ({ body }) => findScript(body),
    revokeKey: (keyId) => accounts.revokeKey(keyId),
  });
  const batches = new Batches({
    clock,
    accounts,
    cache,
    models,
    seed,
    headerOptions: () => headers,
    answerOf,
    first: { ...defaultBatches, ...options.batches },
  });
  const api = new Api({
    clock,
    accounts,
    models,
    faults,
    log,
    messages,
    batches,
    headerOptions: () => headers,
    revokeKey: (keyId) => accounts.revokeKey(keyId),
  });

  const simulator: Simulator = {
    fetch: createFetch(api),
    listen: (port = 0) => startServer(api, createControl(simulator), port),
    faults,
    log,
    batches,
    script: (...answers) => void scripts.push(...answers),
    setLimits: (limits, scope = {}, timing = {}) => timetable.run(() => accounts.change({ scope, limits }), timing),
    drain: (share, scope = {}, timing = {}) =>
      timetable.run(() => accounts.change({ scope, drainShare: share }), timing),
    takeElsewhere: (amounts, model, organization = demoOrganization) =>
      accounts.organizationBudget(organization, groupOf(model, groups)).takeElsewhere(amounts),
    setHeaders: (changed) => {
      headers = { ...headers, ...changed };
    },
    addKey: (key) => accounts.addKey(key),
    revokeKey: (keyOrId, { runningGoOn = false } = {}) => {
      const revoked = accounts.revokeKey(keyOrId);
      if (!runningGoOn) api.failRunning((keyId) => revoked.includes(keyId), 'authentication_error', 'invalid API key');
    },
    levels: (model, organization = demoOrganization) =>
      accounts.organizationBudget(organization, groupOf(model, groups)).levels(),
    get running() {
      return api.running;
    },
    reset: () => {
      timetable.clear();
      api.loseRunning();
      accounts.reset();
      cache.clear();
      faults.clear();
      log.clear();
      batches.reset();
      scripts = [];
      headers = firstHeaders;
    },
  };
  return simulator;
}
