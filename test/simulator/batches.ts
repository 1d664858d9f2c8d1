import type { Clock } from '../../src/client/clock';
import type { Account, Accounts } from './accounts';
import { signature, toMessage } from './answerWriters';
import type { AnswerScript } from './answers';
import { planAnswer } from './answers';
import { instantPace } from './answerStream';
import { ApiError } from './apiError';
import type { BatchEntryRecord, BatchFate, BatchOptions, BatchSource, EntryAnswer } from './batch';
import { Batch } from './batch';
import type { CatalogueModel } from './catalogue';
import type { ApiRequest, Exchange } from './exchange';
import type { AnswerFault } from './faults';
import type { HeaderOptions } from './headers';
import { retryAfterHeader } from './headers';
import type { AttemptUsage } from './log';
import { toAttemptUsage } from './messages';
import type { JsonObject } from './messagesRequest';
import { parseMessagesRequest } from './messagesRequest';
import type { PromptCache } from './promptCache';

export const batchesPath = '/v1/messages/batches';
/** 256 MB, eight times what a request may have. */
export const mostBatchCharacters = 256 * 1024 * 1024;

const mostEntries = 100_000;
const customIdPattern = /^[a-zA-Z0-9_-]{1,64}$/;
const defaultPageSize = 20;
const mostPerPage = 1_000;

interface BatchesOptions {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly cache: PromptCache;
  readonly models: readonly CatalogueModel[];
  readonly seed: number;
  readonly headerOptions: () => HeaderOptions;
  /** Scripted answers are for whoever waits for them: in a batch nobody knows which entry is next. */
  readonly answerOf: (body: JsonObject) => AnswerScript;
  readonly first: BatchOptions;
}

/** A batch as the log shows it. */
export interface BatchRecord {
  readonly id: string;
  readonly keyId: string;
  readonly organization: string;
  readonly isEnded: boolean;
  readonly entries: readonly BatchEntryRecord[];
}

/**
 * `/v1/messages/batches`: no bucket of tokens counts for them, only a number of calls a minute and of entries that wait.
 * Below it stand the batches of all organizations, which live as long as the simulator.
 */
export class Batches {
  readonly #options: BatchesOptions;
  #pace: BatchOptions;
  #batches: Batch[] = [];
  #fates: { readonly fate: BatchFate; left: number }[] = [];
  #created = 0;
  #answers = 0;

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#pace = options.first;
  }

  /** Of batches made from now on. */
  setPace(pace: Partial<BatchOptions>): void {
    this.#pace = { ...this.#pace, ...pace };
  }

  /** For entries of batches made from now on, each the first that fits it. */
  addFate(fate: BatchFate): void {
    this.#fates.push({ fate, left: fate.times ?? 1 });
  }

  /** In the order of their making. */
  get all(): readonly BatchRecord[] {
    return this.#batches.map((batch) => {
      const { id, account, isEnded, entries } = batch;
      return { id, keyId: account.keyId, organization: account.organization, isEnded, entries };
    });
  }

  /** What was done by now, added up: at half the price. */
  get paid(): AttemptUsage {
    const sum = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    for (const { usage } of this.all.flatMap(({ entries }) => entries)) {
      if (!usage) continue;
      sum.inputTokens += usage.inputTokens;
      sum.outputTokens += usage.outputTokens;
      sum.cacheReadTokens += usage.cacheReadTokens;
      sum.cacheWriteTokens += usage.cacheWriteTokens;
    }
    return sum;
  }

  reset(): void {
    this.#batches = [];
    this.#fates = [];
    this.#pace = this.#options.first;
  }

  /** Throws `ApiError` when it is refused. `cut` is what happens to the stream of results, or to the answer that tells of a new one. */
  handle(
    { method, url }: ApiRequest,
    body: JsonObject | ApiError,
    account: Account,
    exchange: Exchange,
    cut: AnswerFault | undefined,
  ): void {
    this.#takeCall(account, exchange);
    const [batchId, action, ...rest] = url.pathname.slice(batchesPath.length).split('/').slice(1);
    const route = `${method} ${rest.length > 0 ? 'unknown' : batchId === undefined ? '' : (action ?? 'one')}`;
    switch (route) {
      case 'POST ':
        if (body instanceof ApiError) throw body;
        this.#sendNew(this.#create(body, account, exchange), exchange, cut);
        break;
      case 'GET ':
        exchange.sendJson(200, this.#list(account, url.searchParams));
        break;
      case 'GET one':
        exchange.sendJson(200, this.#find(batchId, account).describe());
        break;
      case 'POST cancel': {
        const batch = this.#find(batchId, account);
        batch.cancel();
        exchange.sendJson(200, batch.describe());
        break;
      }
      case 'GET results':
        this.#sendResults(this.#find(batchId, account), exchange, cut);
        break;
      default:
        throw new ApiError(404, `${method} ${url.pathname} is not an endpoint of this API`);
    }
  }

  #sendNew(batch: Batch, exchange: Exchange, cut: AnswerFault | undefined): void {
    if (cut?.kind === 'stall') exchange.attempt.fault = cut.kind;
    else exchange.sendJson(200, batch.describe());
  }

  #takeCall({ organization }: Account, exchange: Exchange): void {
    const { accounts, clock, headerOptions } = this.#options;
    const bucket = accounts.utilityBucket(organization, 'batchRequestsPerMinute');
    const waitMs = bucket.msUntil(1);
    if (waitMs > 0) {
      exchange.attempt.shortage = 'requests';
      throw new ApiError(429, 'The rate limit for batches is used up.', {
        headers: retryAfterHeader(waitMs, headerOptions(), clock.now()),
      });
    }
    bucket.debit(1);
  }

  #create(body: JsonObject, account: Account, exchange: Exchange): Batch {
    const { accounts, clock, seed, headerOptions } = this.#options;
    const requests = parseRequests(body);
    const most = accounts.queueLimit(account.organization);
    const queued = this.#of(account).reduce((sum, batch) => sum + batch.processing, 0);
    if (queued + requests.length > most) {
      exchange.attempt.shortage = 'requests';
      throw new ApiError(429, 'Too many requests of this organization wait in batches.');
    }
    const number = ++this.#created;
    const source: BatchSource = {
      id: `msgbatch_sim_${String(number).padStart(8, '0')}`,
      number,
      account,
      requests,
      options: this.#pace,
      seed,
      clockSkewMs: headerOptions().clockSkewMs,
      fateOf: (customId, params) => this.#fateOf(customId, params),
      answer: (params) => this.#answer(params, account),
    };
    const batch = new Batch(clock, source);
    this.#batches.push(batch);
    return batch;
  }

  #fateOf(customId: string, params: unknown): BatchFate | undefined {
    const meant = this.#fates.find(
      ({ fate, left }) =>
        left > 0 &&
        (fate.customId === undefined || fate.customId === customId) &&
        (fate.bodyIncludes === undefined || (JSON.stringify(params) ?? '').includes(fate.bodyIncludes)),
    );
    if (meant) meant.left--;
    return meant?.fate;
  }

  /** The same answer as to a message. What the cache holds is read and written as well. */
  #answer(params: unknown, { organization }: Account): EntryAnswer {
    const { cache, models, seed, answerOf } = this.#options;
    if (!isObject(params)) throw new ApiError(400, 'params: Input should be an object');
    if (params['stream'] !== undefined) throw new ApiError(400, 'params.stream: Extra inputs are not permitted');
    const request = parseMessagesRequest(params, (id) => models.find((model) => model.id === id), false);
    const script = answerOf(params);
    const lookup = cache.lookUp(organization, request);
    lookup.commit();
    const input =
      script.inputTokens === undefined ? lookup.usage : { ...lookup.usage, inputTokens: script.inputTokens };
    const { thinking, pieces, outputTokens, stopReason } = planAnswer(request, script, instantPace, seed);
    const messageId = `msg_sim_batch_${String(++this.#answers).padStart(8, '0')}`;
    const thought = { type: 'thinking', thinking: thinking.join(''), signature };
    const content = [...(thinking.length > 0 ? [thought] : []), { type: 'text', text: pieces.join('') }];
    return {
      message: toMessage({ messageId, model: request.model.id, input }, content, stopReason, outputTokens, 'batch'),
      usage: { ...toAttemptUsage(input), outputTokens },
    };
  }

  #list(account: Account, query: URLSearchParams): JsonObject {
    const limit = Number(query.get('limit') ?? defaultPageSize);
    if (!Number.isInteger(limit) || limit < 1 || limit > mostPerPage) throw new ApiError(400, 'limit: out of range');
    const newestFirst = this.#of(account).toReversed();
    const afterId = query.get('after_id');
    const start = afterId === null ? 0 : newestFirst.indexOf(this.#find(afterId, account)) + 1;
    const page = newestFirst.slice(start, start + limit);
    return {
      data: page.map((batch) => batch.describe()),
      has_more: start + limit < newestFirst.length,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
  }

  #sendResults(batch: Batch, exchange: Exchange, cut: AnswerFault | undefined): void {
    if (!batch.isEnded) throw new ApiError(404, `The results of ${batch.id} are not there yet.`);
    exchange.begin(200, { 'content-type': 'application/x-jsonl' });
    const lines = batch.results().map((result) => `${JSON.stringify(result)}\n`);
    if (cut === undefined || !('afterDeltas' in cut)) {
      for (const line of lines) exchange.write(line);
      exchange.end('completed');
      return;
    }
    exchange.attempt.fault = cut.kind;
    for (const line of lines.slice(0, cut.afterDeltas)) exchange.write(line);
    if (cut.kind === 'stall') return;
    // In the middle of a line.
    const next = lines[cut.afterDeltas] ?? '';
    exchange.write(next.slice(0, Math.floor(next.length / 2)));
    if (cut.kind === 'socketLost') exchange.lose();
    else exchange.end('broken');
  }

  /** Those of a workspace are seen from there only. */
  #of({ organization, workspace }: Account): Batch[] {
    return this.#batches.filter(
      ({ account }) => account.organization === organization && account.workspace === workspace,
    );
  }

  #find(batchId: string | undefined, account: Account): Batch {
    const found = this.#of(account).find(({ id }) => id === batchId);
    if (!found) throw new ApiError(404, `Not found: ${batchId}`);
    return found;
  }
}

/** Only what concerns the batch as a whole: what is wrong with an entry is seen when it is its turn. */
function parseRequests({ requests }: JsonObject): BatchSource['requests'] {
  if (!Array.isArray(requests) || requests.length === 0)
    throw new ApiError(400, 'requests: at least one request is required');
  if (requests.length > mostEntries) throw new ApiError(400, `requests: at most ${mostEntries} are allowed`);
  const customIds = new Set<string>();
  return requests.map((request: unknown, index) => {
    const { custom_id: customId, params } = isObject(request) ? request : {};
    if (typeof customId !== 'string' || !customIdPattern.test(customId))
      throw new ApiError(400, `requests.${index}.custom_id: String should match pattern '${customIdPattern.source}'`);
    if (customIds.has(customId)) throw new ApiError(400, `requests.${index}.custom_id: must be unique`);
    customIds.add(customId);
    return { customId, params };
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
