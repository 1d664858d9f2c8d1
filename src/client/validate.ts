import { ClientError } from './errors';
import type {
  BatchEntry,
  ClientOptions,
  ClientSettings,
  Priority,
  RequestBody,
  SendRequest,
  ThinkingChoice,
} from './types';

/** https://platform.claude.com/docs/en/api/errors#request-size-limits */
const mostMessages = 100_000;
/** https://platform.claude.com/docs/en/build-with-claude/batch-processing#batch-limitations */
const mostBatchEntries = 100_000;
const customIdPattern = /^[a-zA-Z0-9_-]{1,64}$/;
/** It becomes a part of an address, and must not lead out of its place there. */
const batchIdPattern = /^[a-zA-Z0-9_-]{1,256}$/;
const thinkingChoices: readonly ThinkingChoice[] = ['auto', 'adaptive', 'off'];
const priorities: readonly Priority[] = ['interactive', 'normal', 'background'];

/** What is wrong with a request, in words for a log; `undefined` when it may be sent. Callers may be plain JavaScript. */
export function findFault({
  model,
  maxTokens,
  messages,
  priority = 'normal',
  thinking = 'auto',
}: Partial<SendRequest>): string | undefined {
  if (typeof model !== 'string' || model.trim() === '') return 'the model is missing';
  if (!priorities.includes(priority)) return 'the priority is unknown';
  if (!thinkingChoices.includes(thinking)) return 'the choice of thinking is unknown';
  if (!isCount(maxTokens)) return 'maxTokens must be a whole number of at least 1';
  return findInputFault(messages);
}

/** The same for what counting takes. */
export function findCountFault({ model, messages }: Partial<RequestBody>): string | undefined {
  if (typeof model !== 'string' || model.trim() === '') return 'the model is missing';
  return findInputFault(messages);
}

/** The same for what a batch is made of. */
export function findBatchFault(entries: readonly BatchEntry[] | undefined): string | undefined {
  if (!Array.isArray(entries) || entries.length === 0) return 'the batch is empty';
  if (entries.length > mostBatchEntries) return `the batch has more than ${mostBatchEntries} entries`;
  const customIds = new Set<string>();
  for (const entry of entries) {
    const { customId, request } = entry ?? {};
    if (typeof customId !== 'string' || !customIdPattern.test(customId)) return 'the id of an entry is not valid';
    if (customIds.has(customId)) return `two entries have the id ${customId}`;
    customIds.add(customId);
    const fault = findFault(request ?? {});
    if (fault) return `in entry ${customId} ${fault}`;
  }
  return undefined;
}

export function findBatchIdFault(batchId: unknown): string | undefined {
  return typeof batchId === 'string' && batchIdPattern.test(batchId) ? undefined : 'the id of the batch is not valid';
}

function findInputFault(messages: RequestBody['messages'] | undefined): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return 'there are no messages';
  if (messages.length > mostMessages) return `there are more than ${mostMessages} messages`;
  for (const message of messages) {
    if (message?.role !== 'user' && message?.role !== 'assistant')
      return 'a message is from neither user nor assistant';
    const { content } = message;
    const isEmpty =
      typeof content === 'string' ? content.trim() === '' : !Array.isArray(content) || content.length === 0;
    if (isEmpty) return 'a message is empty';
  }
  return undefined;
}

/** @throws {ClientError} `invalid` */
export function checkOptions(options: ClientOptions): void {
  const fault = findOptionFault(options);
  if (fault) throw new ClientError('invalid', `Failed to create the client: ${fault}`);
}

/** @throws {ClientError} `invalid` */
export function checkSettings(settings: ClientSettings): void {
  const fault = findSettingsFault(settings);
  if (fault) throw new ClientError('invalid', `Failed to configure the client: ${fault}`);
}

function findOptionFault({
  apiKey,
  limits,
  retry,
  prices = {},
  rememberedLimits = [],
}: ClientOptions): string | undefined {
  if (typeof apiKey !== 'function' && (typeof apiKey !== 'string' || apiKey === '')) return 'the key is missing';
  for (const [model, { longPrompt, ...price }] of Object.entries(prices)) {
    const amounts = [price.input, price.output, price.cacheWrite5m, price.cacheWrite1h, price.cacheRead];
    const isKnown = [...amounts, ...(longPrompt ? [longPrompt.aboveTokens, longPrompt.factor] : [])].every(isAmount);
    if (!isKnown) return `the price of ${model} must be of numbers that are not negative`;
  }
  for (const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute } of rememberedLimits) {
    const limits = [requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute];
    if (!limits.every((limit) => limit === undefined || isAmount(limit))) return 'a remembered limit is no number';
  }
  return findSettingsFault({ limits, retry });
}

function findSettingsFault({ limits = {}, retry = {} }: ClientSettings): string | undefined {
  for (const [name, value] of Object.entries({ ...limits, maxAttempts: retry.maxAttempts })) {
    if (value !== undefined && !isCount(value)) return `${name} must be a whole number of at least 1`;
  }
  const { maxWaitMs } = retry;
  const isWaitValid = maxWaitMs === undefined || isAmount(maxWaitMs) || maxWaitMs === Infinity;
  return isWaitValid ? undefined : 'maxWaitMs must not be negative';
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
