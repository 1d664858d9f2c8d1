import type { Clock } from '../../src/client/clock';
import type { Account, Accounts } from './accounts';
import { ApiError } from './apiError';
import type { Batches } from './batches';
import { batchesPath, mostBatchCharacters } from './batches';
import type { CatalogueModel } from './catalogue';
import { describeModel, listModels } from './catalogue';
import type { ApiRequest, Connection, Sink } from './exchange';
import { Exchange } from './exchange';
import type { AnswerFault, FaultBoard, RefusalFault } from './faults';
import { isAnswerFault, refusalOf, tooLargeError } from './faults';
import type { HeaderOptions } from './headers';
import { retryAfterHeader } from './headers';
import type { AttemptLog } from './log';
import type { Messages } from './messages';
import type { JsonObject } from './messagesRequest';
import { parseJsonObject, parseMessagesRequest } from './messagesRequest';
import { estimateCount } from './tokens';

export interface ApiServices {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly models: readonly CatalogueModel[];
  readonly faults: FaultBoard;
  readonly log: AttemptLog;
  readonly messages: Messages;
  readonly batches: Batches;
  readonly headerOptions: () => HeaderOptions;
  readonly revokeKey: (keyId: string) => void;
}

/** Of a request, 32 MB; the edge refuses more before the API sees it. */
const maxBodyCharacters = 32 * 1024 * 1024;

const messagesPath = '/v1/messages';
const countPath = '/v1/messages/count_tokens';
const modelsPath = '/v1/models';

/** The routes of the API, and what comes before each of them: the record, the faults, the key. */
export class Api {
  readonly #services: ApiServices;
  readonly #running = new Set<Exchange>();
  #requests = 0;

  constructor(services: ApiServices) {
    this.#services = services;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Ends the running answers of these keys with an error. */
  failRunning(isMeant: (keyId: string) => boolean, errorType: string, message: string): void {
    for (const exchange of this.#running) {
      const { keyId } = exchange.attempt;
      if (keyId !== undefined && isMeant(keyId)) exchange.fail(errorType, message);
    }
  }

  loseRunning(): void {
    for (const exchange of this.#running) exchange.lose();
  }

  handle(request: ApiRequest, sink: Sink): Connection {
    const { clock, log, headerOptions } = this.#services;
    const number = ++this.#requests;
    const { auth, key } = readKey(request.headers);
    const exchange = new Exchange(
      clock,
      sink,
      {
        number,
        requestId: `req_sim_${String(number).padStart(8, '0')}`,
        at: clock.now(),
        method: request.method,
        path: request.url.pathname,
        auth,
        headers: withoutKey(request.headers),
        body: undefined,
        keyId: undefined,
        organization: undefined,
        group: undefined,
        model: undefined,
        isStream: false,
        status: undefined,
        errorType: undefined,
        errorCode: undefined,
        shortage: undefined,
        fault: undefined,
        usage: undefined,
        firstByteAt: undefined,
        endedAt: undefined,
        outcome: 'running',
      },
      headerOptions(),
    );
    log.add(exchange.attempt);
    this.#running.add(exchange);
    exchange.addEndListener(() => this.#running.delete(exchange));
    try {
      this.#answer(request, key, exchange);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      exchange.refuse(error);
    }
    return { abort: () => exchange.abort() };
  }

  #answer(request: ApiRequest, key: string | undefined, exchange: Exchange): void {
    const { accounts } = this.#services;
    const { attempt } = exchange;
    const account = key === undefined ? undefined : accounts.findAccount(key);
    const body = readBody(request);
    if (!(body instanceof ApiError)) attempt.body = body;
    attempt.keyId = account?.keyId;
    attempt.organization = account?.organization;
    const model = attempt.body?.['model'];
    attempt.model = typeof model === 'string' ? model : undefined;
    attempt.isStream = attempt.body?.['stream'] === true;

    if (request.body.length > mostCharactersOf(request)) throw tooLargeError({});
    if (account !== undefined) exchange.identify(identityOf(account, this.#services.headerOptions()));
    const coming = this.#services.faults.find(attempt);
    if (coming !== undefined && !isAnswerFault(coming.fault)) {
      coming.use();
      this.#refuse(coming.fault, account, exchange);
      return;
    }
    if (account === undefined)
      throw new ApiError(401, key === undefined ? 'an API key is required' : 'invalid API key');
    const pending =
      coming !== undefined && isAnswerFault(coming.fault) ? { ...coming, fault: coming.fault } : undefined;
    const fault = pending && this.#losesAnswer(pending, exchange) ? undefined : pending;
    if (isOfBatches(request.url)) {
      fault?.use();
      this.#services.batches.handle(request, body, account, exchange, fault?.fault);
      return;
    }
    this.#route(request, account, body, exchange, (parsed) =>
      this.#services.messages.answer(parsed, account, exchange, fault),
    );
  }

  /** @returns whether that is the fault */
  #losesAnswer({ fault, use }: { readonly fault: AnswerFault; readonly use: () => void }, exchange: Exchange): boolean {
    if (fault.kind !== 'answerLost') return false;
    use();
    exchange.attempt.fault = fault.kind;
    const { status } = fault;
    exchange.loseAnswer(status === undefined ? undefined : new ApiError(status, 'The server behind did not answer.'));
    return true;
  }

  #refuse(fault: RefusalFault, account: Account | undefined, exchange: Exchange): void {
    const { attempt } = exchange;
    attempt.fault = fault.kind;
    if (fault.kind === 'connectionLost') {
      exchange.lose();
      return;
    }
    if (fault.kind === 'keyRevoked' && attempt.keyId !== undefined) this.#services.revokeKey(attempt.keyId);
    const error = refusalOf(fault);
    const headers =
      error.status === 429 && account !== undefined && attempt.model !== undefined
        ? this.#services.messages.limitHeaders(account, attempt.model)
        : {};
    exchange.refuse(error, headers);
  }

  #route(
    { method, url }: ApiRequest,
    account: Account,
    body: JsonObject | ApiError,
    exchange: Exchange,
    answerMessages: (request: ReturnType<typeof parseMessagesRequest>) => void,
  ): void {
    const { models } = this.#services;
    const findModel = (id: string) => models.find((model) => model.id === id);
    const { pathname } = url;
    if (method === 'POST' && (pathname === messagesPath || pathname === countPath)) {
      if (body instanceof ApiError) throw body;
      const parsed = parseMessagesRequest(body, findModel, pathname === countPath);
      if (pathname === messagesPath) answerMessages(parsed);
      else this.#count(parsed.inputTokens, account, exchange);
      return;
    }
    if (method === 'GET' && pathname === modelsPath) {
      exchange.sendJson(200, listModels(models, url.searchParams));
      return;
    }
    if (method === 'GET' && pathname.startsWith(`${modelsPath}/`)) {
      const id = decodeURIComponent(pathname.slice(modelsPath.length + 1));
      const model = findModel(id);
      if (model === undefined) throw new ApiError(404, `model: ${id}`);
      exchange.sendJson(200, describeModel(model));
      return;
    }
    throw new ApiError(404, `${method} ${pathname} is not an endpoint of this API`);
  }

  #count(inputTokens: number, account: Account, exchange: Exchange): void {
    const { accounts, clock, headerOptions } = this.#services;
    const bucket = accounts.utilityBucket(account.organization, 'countTokensPerMinute');
    const waitMs = bucket.msUntil(1);
    if (waitMs > 0) {
      exchange.attempt.shortage = 'requests';
      throw new ApiError(429, 'The rate limit for counting tokens is used up.', {
        headers: retryAfterHeader(waitMs, headerOptions(), clock.now()),
      });
    }
    bucket.debit(1);
    exchange.sendJson(200, { input_tokens: estimateCount(inputTokens) });
  }
}

function isOfBatches({ pathname }: URL): boolean {
  return pathname === batchesPath || pathname.startsWith(`${batchesPath}/`);
}

function mostCharactersOf({ url }: ApiRequest): number {
  return isOfBatches(url) ? mostBatchCharacters : maxBodyCharacters;
}

function readKey(headers: Headers): {
  readonly auth: 'bearer' | 'x-api-key' | 'none';
  readonly key: string | undefined;
} {
  const apiKey = headers.get('x-api-key');
  if (apiKey !== null) return { auth: 'x-api-key', key: apiKey };
  const bearer = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer === undefined ? { auth: 'none', key: undefined } : { auth: 'bearer', key: bearer };
}

function withoutKey(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name !== 'authorization' && name !== 'x-api-key'));
}

function identityOf(account: Account, { hasIdentity }: HeaderOptions): Record<string, string> {
  if (!hasIdentity) return {};
  return {
    'anthropic-organization-id': account.organization,
    ...(account.workspace === undefined ? {} : { 'anthropic-workspace-id': account.workspace }),
  };
}

function readBody(request: ApiRequest): JsonObject | ApiError {
  if (request.method !== 'POST' || request.body.length > mostCharactersOf(request))
    return new ApiError(400, 'A JSON body is required.');
  try {
    return parseJsonObject(request.body);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
