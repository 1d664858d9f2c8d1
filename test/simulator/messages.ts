import type { Clock } from '../../src/client/clock';
import type { Account, Accounts } from './accounts';
import { ApiError } from './apiError';
import type { AnswerOutlet, Pace } from './answerStream';
import { AnswerStream } from './answerStream';
import type { AnswerWriter } from './answerWriters';
import { EventStreamWriter, JsonWriter } from './answerWriters';
import type { AnswerScript } from './answers';
import { planAnswer } from './answers';
import type { Budget, OversizedInput, Shortage } from './budget';
import type { Exchange } from './exchange';
import type { AnswerFault } from './faults';
import type { HeaderOptions, HeaderRecord } from './headers';
import { limitHeaders, retryAfterHeader } from './headers';
import { groupOf } from './limits';
import type { MessagesRequest } from './messagesRequest';
import type { InputUsage, PromptCache } from './promptCache';
import type { RampOptions } from './ramp';
import { Ramp } from './ramp';
import { estimateTokens } from './tokens';

/** What a running answer does when the output bucket is empty. Which of these the API does is not established. */
export type EmptyOutput = 'debt' | 'pause' | 'error';

export interface MessagesOptions {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly cache: PromptCache;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly pace: Pace;
  readonly seed: number;
  readonly oversizedInput: OversizedInput;
  readonly emptyOutput: EmptyOutput;
  readonly headerOptions: () => HeaderOptions;
  /** The script for this request, and how to use it up once the request is admitted. */
  readonly findScript: (request: MessagesRequest) => { readonly script: AnswerScript; use(): void };
  readonly revokeKey: (keyId: string) => void;
  readonly ramp: RampOptions | undefined;
}

interface PendingFault {
  readonly fault: AnswerFault;
  use(): void;
}

interface Charge {
  /** The organization's limit leaves cache reads out. */
  readonly uncached: number;
  /** A workspace's limit counts them. */
  readonly whole: number;
}

/** `POST /v1/messages`: admission by the buckets, the charge and its correction, and the answer. */
export class Messages {
  readonly #options: MessagesOptions;
  /** A ramp is as old as the budget it belongs to. */
  readonly #ramps = new WeakMap<Budget, Ramp>();
  #answers = 0;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Throws `ApiError` when the request is refused; a refusal charges nothing. */
  answer(request: MessagesRequest, account: Account, exchange: Exchange, pending: PendingFault | undefined): void {
    const { clock, accounts, cache, groups, pace, seed } = this.#options;
    const { attempt } = exchange;
    const group = groupOf(request.model.id, groups);
    attempt.group = group;
    const budget = accounts.organizationBudget(account.organization, group);
    const workspace = accounts.workspaceBudget(account, group);
    const scripted = this.#options.findScript(request);
    const { script } = scripted;
    const lookup = cache.lookUp(account.organization, request);
    const input = script.inputTokens === undefined ? lookup.usage : withInputTokens(lookup.usage, script.inputTokens);
    const estimate = estimateCharge(request, input, script.inputTokens);

    const before = this.#limitHeaders(budget, workspace);
    this.#admit(budget, workspace, estimate, exchange, before);
    scripted.use();
    pending?.use();
    attempt.fault ??= pending?.fault.kind;

    const headers = this.#options.headerOptions().includesOwnRequest ? this.#limitHeaders(budget, workspace) : before;
    const plan = planAnswer(request, script, pace, seed);
    const messageId = `msg_sim_${String(++this.#answers).padStart(8, '0')}`;
    const meta = { messageId, model: request.model.id, input, headers, hasThinking: plan.thinking.length > 0 };
    const writer = request.isStream ? new EventStreamWriter(exchange, meta) : new JsonWriter(exchange, meta);
    const outlet = this.#createOutlet(exchange, writer, plan.stopReason, {
      begin: () => {
        lookup.commit();
        const actual = actualCharge(input);
        budget.input.debit(actual.uncached - estimate.uncached);
        workspace?.input.debit(actual.whole - estimate.whole);
        attempt.usage = toAttemptUsage(input);
      },
      produce: (tokens) => {
        budget.output.debit(tokens);
        workspace?.output.debit(tokens);
      },
      msUntilOutput: () => Math.max(budget.output.msUntil(1), workspace?.output.msUntil(1) ?? 0),
    });
    const stream = new AnswerStream(clock, plan, pending?.fault, outlet);
    exchange.addEndListener(() => stream.abort());
    exchange.onFail((errorType, message) => writer.fail(errorType, message));
    stream.start();
  }

  /** The limit headers as they stand for a model; charges nothing. */
  limitHeaders(account: Account, model: string): HeaderRecord {
    const { accounts, groups } = this.#options;
    const group = groupOf(model, groups);
    return this.#limitHeaders(
      accounts.organizationBudget(account.organization, group),
      accounts.workspaceBudget(account, group),
    );
  }

  #admit(
    budget: Budget,
    workspace: Budget | undefined,
    estimate: Charge,
    exchange: Exchange,
    headers: HeaderRecord,
  ): void {
    const { clock, oversizedInput, headerOptions } = this.#options;
    const shortage = longerOf(
      budget.findShortage(estimate.uncached, oversizedInput),
      workspace?.findShortage(estimate.whole, oversizedInput),
    );
    if (shortage !== undefined) {
      exchange.attempt.shortage = shortage.dimension;
      throw new ApiError(429, `This organization has used up its ${shortage.dimension} for the moment.`, {
        headers: { ...headers, ...retryAfterHeader(shortage.waitMs, headerOptions(), clock.now()) },
      });
    }
    this.#climb(budget, estimate.uncached, headers);
    budget.take(estimate.uncached);
    workspace?.take(estimate.whole);
  }

  #climb(budget: Budget, inputTokens: number, headers: HeaderRecord): void {
    const { clock, ramp: options, headerOptions } = this.#options;
    if (options === undefined) return;
    const ramp = this.#ramps.get(budget) ?? new Ramp(clock, options);
    this.#ramps.set(budget, ramp);
    const waitMs = ramp.msUntil(inputTokens);
    if (waitMs > 0) {
      throw new ApiError(429, 'Usage of this organization grew too fast.', {
        errorCode: 'ramp_limit_exceeded',
        headers: { ...headers, ...retryAfterHeader(waitMs, headerOptions(), clock.now()) },
      });
    }
    ramp.admit(inputTokens);
  }

  #limitHeaders(budget: Budget, workspace: Budget | undefined): HeaderRecord {
    const { clock, headerOptions } = this.#options;
    return limitHeaders(budget.levels(), workspace?.levels(), headerOptions(), clock.now());
  }

  #createOutlet(
    exchange: Exchange,
    writer: AnswerWriter,
    stopReason: string,
    charges: { begin(): void; produce(tokens: number): void; msUntilOutput(): number },
  ): AnswerOutlet {
    const { emptyOutput, revokeKey } = this.#options;
    let outputTokens = 0;
    const produce = (tokens: number) => {
      outputTokens += tokens;
      charges.produce(tokens);
      const { usage } = exchange.attempt;
      if (usage !== undefined) usage.outputTokens = outputTokens;
    };
    return {
      begin: () => {
        charges.begin();
        writer.begin();
      },
      think: (text, tokens) => {
        produce(tokens);
        writer.think(text);
      },
      delta: (text, tokens) => {
        produce(tokens);
        writer.delta(text);
      },
      ping: () => writer.ping(),
      finish: () => writer.finish(stopReason, outputTokens),
      fail: (errorType, message) => writer.fail(errorType, message),
      close: () => writer.close(),
      lose: () => exchange.lose(),
      revokeKey: () => {
        if (exchange.attempt.keyId !== undefined) revokeKey(exchange.attempt.keyId);
      },
      checkOutput: () => {
        if (emptyOutput === 'debt') return 0;
        const waitMs = charges.msUntilOutput();
        return emptyOutput === 'error' && waitMs > 0 ? 'refuse' : waitMs;
      },
    };
  }
}

/** By length alone; of a cached prefix the API knows before it looks at the rest. */
function estimateCharge(request: MessagesRequest, input: InputUsage, scripted: number | undefined): Charge {
  if (scripted !== undefined) return { uncached: scripted, whole: scripted };
  const whole = estimateTokens(request.characters, request.model.tokenFactor);
  const cachedShare = input.cacheReadTokens / request.inputTokens;
  return { uncached: Math.ceil(whole * (1 - cachedShare)), whole };
}

function actualCharge(input: InputUsage): Charge {
  const uncached = input.inputTokens + cacheWritesOf(input);
  return { uncached, whole: uncached + input.cacheReadTokens };
}

function cacheWritesOf({ cacheWriteTokens }: InputUsage): number {
  return cacheWriteTokens['5m'] + cacheWriteTokens['1h'];
}

function withInputTokens(usage: InputUsage, inputTokens: number): InputUsage {
  return { ...usage, inputTokens, cacheReadTokens: 0, cacheWriteTokens: { '5m': 0, '1h': 0 } };
}

export function toAttemptUsage(input: InputUsage) {
  const { inputTokens, cacheReadTokens } = input;
  return { inputTokens, outputTokens: 0, cacheReadTokens, cacheWriteTokens: cacheWritesOf(input) };
}

function longerOf(one: Shortage | undefined, other: Shortage | undefined): Shortage | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.waitMs > one.waitMs ? other : one;
}
