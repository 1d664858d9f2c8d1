import type { BatchAdapter, BatchPage, Call, ReadOutcome } from './adapter';
import { noUsage, toBody, toUsage } from './anthropicBody';
import type { WireUsage } from './anthropicBody';
import { createLineReader } from './jsonLines';
import type { BatchEntry, BatchInfo } from './types';

/** How requests are made: by the SDK, watched by their call. */
export interface ApiRequests {
  readonly post: (path: string, body: object | undefined, call: Call) => Promise<unknown>;
  readonly get: (path: string, query: Readonly<Record<string, string | number>>, call: Call) => Promise<unknown>;
  /** Ends early, without an error, when the call is aborted. */
  readonly read: (path: string, call: Call, onBytes: (bytes: Uint8Array) => void) => Promise<void>;
  readonly cleanFor: (call: Call) => (text: string) => string;
}

/** A batch as it is sent, as far as we look at it. */
interface WireBatch {
  readonly id: string;
  readonly processing_status: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly ended_at: string | null;
  readonly request_counts: object;
  readonly results_url: string | null;
}

type WireCounts = BatchInfo['counts'];

interface WirePage {
  readonly data: readonly unknown[];
  readonly has_more: boolean;
  readonly last_id: string | null;
}

/** A line of the results. */
interface WireLine {
  readonly custom_id: string;
  readonly result: WireResult;
}

type WireResult =
  | { readonly type: 'succeeded'; readonly message: WireMessage }
  | { readonly type: 'errored'; readonly error?: { readonly error?: object } }
  | { readonly type: 'canceled' | 'expired' };

interface WireMessage {
  readonly model: string;
  readonly content: readonly WireBlock[];
  readonly stop_reason: string | null;
  readonly usage?: WireUsage;
}

interface WireBlock {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
}

const batchesPath = '/v1/messages/batches';
const batchesPerPage = 100;
/** What the API gives a batch when it does not say so. https://platform.claude.com/docs/en/build-with-claude/batch-processing */
const lifetimeMs = 24 * 60 * 60 * 1_000;
/** Several times the longest answer there is, with its thinking. */
const mostLineCharacters = 16 * 1024 * 1024;

/** Errors that the same request would meet again. https://platform.claude.com/docs/en/api/errors */
const finalErrorTypes: ReadonlySet<string> = new Set([
  'invalid_request_error',
  'authentication_error',
  'billing_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
]);

/** Message Batches of the Anthropic API. Where it says the results are (`results_url`) is not followed: the key would go along. */
export function createBatchAdapter({ post, get, read, cleanFor }: ApiRequests): BatchAdapter {
  return {
    create: async (entries, call) => toInfo(await post(batchesPath, { requests: entries.map(toRequest) }, call)),
    get: async (batchId, call) => toInfo(await get(pathOf(batchId), {}, call)),
    list: async (cursor, call) => {
      const query = { limit: batchesPerPage, ...(cursor === undefined ? undefined : { after_id: cursor }) };
      return toPage(await get(batchesPath, query, call));
    },
    cancel: async (batchId, call) => toInfo(await post(`${pathOf(batchId)}/cancel`, undefined, call)),

    async results(batchId, call, onResult) {
      const clean = cleanFor(call);
      let unreadable = 0;
      const lines = createLineReader(
        mostLineCharacters,
        (line) => {
          const result = readResult(line, clean);
          if (result) onResult(result.customId, result.outcome);
          else unreadable++;
        },
        () => unreadable++,
      );
      await read(`${pathOf(batchId)}/results`, call, (bytes) => lines.push(bytes));
      if (!call.signal.aborted) lines.end();
      return unreadable;
    },
  };
}

function pathOf(batchId: string): string {
  return `${batchesPath}/${encodeURIComponent(batchId)}`;
}

function toRequest({ customId, request: { maxTokens, ...body } }: BatchEntry): object {
  return { custom_id: customId, params: { ...toBody(body), max_tokens: maxTokens } };
}

/** A gateway may answer with anything. @throws {TypeError} */
function toInfo(answer: unknown): BatchInfo {
  const { id, processing_status, created_at, expires_at, ended_at, request_counts, results_url } =
    fieldsOf<WireBatch>(answer);
  const createdAt = timeOf(created_at);
  if (typeof id !== 'string' || createdAt === undefined) throw new TypeError('The answer is no batch');
  const counts = fieldsOf<WireCounts>(request_counts);
  return {
    id,
    state: processing_status === 'ended' || processing_status === 'canceling' ? processing_status : 'inProgress',
    createdAt,
    expiresAt: timeOf(expires_at) ?? createdAt + lifetimeMs,
    endedAt: timeOf(ended_at),
    counts: {
      processing: countOf(counts.processing),
      succeeded: countOf(counts.succeeded),
      errored: countOf(counts.errored),
      canceled: countOf(counts.canceled),
      expired: countOf(counts.expired),
    },
    hasResults: typeof results_url === 'string',
  };
}

/** @throws {TypeError} */
function toPage(answer: unknown): BatchPage {
  const { data, has_more, last_id } = fieldsOf<WirePage>(answer);
  if (!Array.isArray(data)) throw new TypeError('The answer is no list of batches');
  return { batches: data.map(toInfo), next: has_more === true ? (last_id ?? undefined) : undefined };
}

/** `undefined` for a line that is none, such as the last one of a stream that broke off. */
function readResult(
  line: string,
  clean: (text: string) => string,
): { readonly customId: string; readonly outcome: ReadOutcome } | undefined {
  try {
    const { custom_id, result } = fieldsOf<WireLine>(JSON.parse(line));
    return typeof custom_id === 'string' ? { customId: custom_id, outcome: toOutcome(result, clean) } : undefined;
  } catch {
    return undefined;
  }
}

function toOutcome(result: WireResult | undefined, clean: (text: string) => string): ReadOutcome {
  switch (result?.type) {
    case 'succeeded':
      return { kind: 'succeeded', answer: toAnswer(result.message) };
    case 'canceled':
    case 'expired':
      return { kind: result.type };
    default: {
      const { type, message } = fieldsOf<{ type: unknown; message: unknown }>(result?.error?.error);
      return {
        kind: 'errored',
        type: clean(wordOf(type, 'unknown')),
        message: clean(wordOf(message, 'the API does not say why')),
        isFinal: finalErrorTypes.has(wordOf(type, '')),
      };
    }
  }
}

function toAnswer({ model, content, stop_reason, usage }: WireMessage) {
  const texts = content.map((block) => (block.type === 'text' ? block.text : undefined));
  const thoughts = content.map((block) => (block.type === 'thinking' ? block.thinking : undefined));
  return {
    model,
    text: texts.join(''),
    thinking: thoughts.join(''),
    stopReason: stop_reason ?? 'end_turn',
    usage: { ...noUsage, ...toUsage(usage ?? {}) },
  };
}

/** What is there of the fields that an answer should have. */
function fieldsOf<T extends object>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function wordOf(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

function countOf(count: number | undefined): number {
  return typeof count === 'number' ? count : 0;
}
