import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { untilAborted } from './abort';
import type { Adapter, AdapterOptions, AnswerEvent, ApiFailure, Call } from './adapter';
import { createBatchAdapter } from './anthropicBatches';
import { noUsage, toBody, toUsage } from './anthropicBody';
import { createEventStream } from './sse';
import { readBody, watchedFetch } from './transport';
import type { CallCarrier } from './transport';

/** The version the pinned SDK speaks; sent by us, because the environment could override the SDK's. */
const apiVersion = '2026-10-21';
/** The SDK's own time-out is out of the way: the watchdog knows the difference between slow and dead. */
const noTimeoutMs = 2 ** 31 - 1;
const modelsPerPage = 1_000;
const longestMessage = 500;

const silentLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The Anthropic API through its SDK: the one file that imports it, loaded at the first request. */
export function createAnthropicAdapter({ baseUrl, fetch: transport }: AdapterOptions): Adapter {
  const sdk = new Anthropic({
    // Never sent: each call brings its own, which the transport pins.
    apiKey: 'none',
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: noTimeoutMs,
    logLevel: 'off',
    logger: silentLogger,
    openTelemetry: false,
    fetch: watchedFetch(transport ?? ((...request) => globalThis.fetch(...request)), apiVersion),
  });

  return {
    async stream({ maxTokens, ...body }, call, onEvent) {
      const request = { ...toBody(body), max_tokens: maxTokens, stream: true };
      const asked = sdk.post('/v1/messages', { body: request, stream: true, ...watchedBy(call) }).asResponse();
      const { body: stream, headers } = await untilAborted(asked, call.signal);
      if (!stream) return;
      const events = createEventStream((name, data) => {
        const event = readEvent(name, data, headers);
        if (event) onEvent(event);
      });
      await readBody(stream, call, (bytes) => events.push(bytes));
      if (!call.signal.aborted) events.end();
    },

    async countTokens(body, call) {
      const options = { body: toBody(body), ...watchedBy(call) };
      const counting = sdk.post<Anthropic.MessageTokensCount>('/v1/messages/count_tokens', options);
      return (await untilAborted(counting, call.signal)).input_tokens;
    },

    async models(cursor, call) {
      const query = { limit: modelsPerPage, ...(cursor === undefined ? undefined : { after_id: cursor }) };
      const page = await untilAborted(sdk.models.list(query, watchedBy(call)), call.signal);
      return {
        // A gateway's list may be of another shape.
        models: (Array.isArray(page.data) ? page.data : []).map(
          ({ id, display_name, max_input_tokens, max_tokens }) => ({
            id,
            displayName: display_name ?? id,
            maxInputTokens: max_input_tokens ?? undefined,
            maxOutputTokens: max_tokens ?? undefined,
          }),
        ),
        next: page.has_more ? (page.last_id ?? undefined) : undefined,
      };
    },

    batches: createBatchAdapter({
      post: (path, body, call) => untilAborted(sdk.post(path, { body, ...watchedBy(call) }), call.signal),
      get: (path, query, call) => untilAborted(sdk.get(path, { query, ...watchedBy(call) }), call.signal),
      async read(path, call, onBytes) {
        const { body } = await untilAborted(sdk.get(path, watchedBy(call)).asResponse(), call.signal);
        if (body) await readBody(body, call, onBytes);
      },
      cleanFor: ({ apiKey }) => cleanerFor(apiKey),
    }),

    explain: (error, { apiKey }) => explain(error, cleanerFor(apiKey)),
  };
}

/** The options that make a request one of this call. Its signal is the transport's to heed, not once more the SDK's. */
function watchedBy(call: Call): { readonly fetchOptions: CallCarrier } {
  return { fetchOptions: { redirect: 'manual', call } };
}

/** What the SDK's `Stream` does with an event, without its three iterators. @throws {APIError} for an error in the stream */
function readEvent(name: string, data: string, headers: Headers): AnswerEvent | undefined {
  if (name === '' || name === 'ping') return undefined;
  if (name !== 'error') return translate(JSON.parse(data));
  const body = readError(data);
  throw new APIError(undefined, body, undefined, headers, body.error?.type);
}

function readError(data: string): {
  readonly error?: { readonly type?: Anthropic.ErrorType; readonly message?: string };
} {
  try {
    return JSON.parse(data);
  } catch {
    return { error: { message: data } };
  }
}

function translate(event: Anthropic.MessageStreamEvent): AnswerEvent | undefined {
  switch (event.type) {
    case 'message_start':
      return { type: 'start', usage: { ...noUsage, ...toUsage(event.message?.usage ?? {}) } };
    case 'content_block_delta':
      return translateDelta(event.delta);
    case 'message_delta':
      return { type: 'usage', stopReason: event.delta?.stop_reason ?? undefined, usage: toUsage(event.usage ?? {}) };
    case 'message_stop':
      return { type: 'stop' };
    default:
      // Block boundaries, and event types yet to come.
      return undefined;
  }
}

function translateDelta(delta: Anthropic.RawContentBlockDelta): AnswerEvent | undefined {
  switch (delta.type) {
    case 'text_delta':
      return { type: 'text', text: delta.text };
    case 'thinking_delta':
      return { type: 'thinking', text: delta.thinking };
    case 'input_json_delta':
      return { type: 'otherOutput', characters: delta.partial_json.length };
    default:
      // Signatures and citations are not output tokens.
      return undefined;
  }
}

/** A server may say the key back, in any of its words and as it stands in JSON or in an address. */
function cleanerFor(apiKey: string): (text: string) => string {
  const forms = [apiKey, JSON.stringify(apiKey).slice(1, -1), encodeURIComponent(apiKey)];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '[key]'), text).slice(0, longestMessage);
}

function explain(error: unknown, clean: (text: string) => string): ApiFailure {
  const cleanWord = (word: string | null | undefined) =>
    word === undefined || word === null ? undefined : clean(word);
  if (error instanceof APIError && (error.status !== undefined || error.type !== null)) {
    return {
      status: error.status,
      type: cleanWord(error.type),
      errorCode: cleanWord(error.errorCode),
      message: clean(error.apiMessage ?? `HTTP status ${error.status ?? 200}`),
      requestId: cleanWord(error.requestID),
    };
  }
  return {
    status: undefined,
    type: undefined,
    errorCode: undefined,
    message: clean(describeChain(error)),
    requestId: undefined,
  };
}

/** The SDK says "Connection error."; what happened is in its causes. */
function describeChain(error: unknown): string {
  const parts: string[] = [];
  for (let each: unknown = error; each instanceof Error && parts.length < 5; each = each.cause) {
    const code = 'code' in each && typeof each.code === 'string' ? ` (${each.code})` : '';
    parts.push(each.message.replace(/\.$/, '') + code);
  }
  return parts.length > 0 ? parts.join(': ') : 'unknown fault of the connection';
}
