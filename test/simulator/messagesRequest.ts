import { ApiError } from './apiError';
import type { CatalogueModel } from './catalogue';
import { countTokens } from './tokens';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface CacheMark {
  readonly ttl: '5m' | '1h';
}

/** One piece of the prompt in the order the cache sees it: tools, system, messages. */
interface PromptBlock {
  readonly role: 'tools' | 'system' | 'user' | 'assistant';
  /** The text, or the JSON of a block without text. */
  readonly content: string;
  readonly tokens: number;
  readonly cacheMark: CacheMark | undefined;
}

/** A request to /v1/messages or /v1/messages/count_tokens that passed validation. */
export interface MessagesRequest {
  readonly model: CatalogueModel;
  /** 0 for count_tokens, which has none. */
  readonly maxTokens: number;
  readonly isStream: boolean;
  readonly blocks: readonly PromptBlock[];
  readonly characters: number;
  /** Of the whole prompt, cached or not. */
  readonly inputTokens: number;
  /** What an answer may show of its thinking: all of it, that there was some, or none is done at all. */
  readonly thinking: 'shown' | 'omitted' | 'disabled';
  /** As it was sent. */
  readonly body: JsonObject;
}

const maxMessages = 100_000;
const maxCacheMarks = 4;
/** Refused since `anthropic-version: 2026-10-21`. */
const refusedParameters = ['temperature', 'top_p', 'top_k'];
const leastThinkingBudget = 1_024;
/** What the API adds to a message beyond its text. */
const tokensPerMessage = 3;

export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
  if (!isObject(value)) throw invalid('The request body must be a JSON object.');
  return value;
}

/** Throws `ApiError` as the API would refuse. */
export function parseMessagesRequest(
  body: JsonObject,
  findModel: (id: string) => CatalogueModel | undefined,
  isCount: boolean,
): MessagesRequest {
  const { model: modelId, max_tokens: maxTokens, messages, system, tools, stream } = body;
  if (typeof modelId !== 'string' || modelId === '') throw invalid('model: Field required');
  if (!isCount && !isPositiveInteger(maxTokens)) throw invalid('max_tokens: Input should be an integer of at least 1');
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages: at least one message is required');
  if (messages.length > maxMessages) throw invalid(`messages: at most ${maxMessages} messages are allowed`);
  for (const parameter of refusedParameters) {
    if (body[parameter] !== undefined) throw invalid(`${parameter}: this parameter is no longer accepted`);
  }
  const model = findModel(modelId);
  if (model === undefined) throw new ApiError(404, `model: ${modelId}`);
  if (isPositiveInteger(maxTokens) && maxTokens > model.maxOutputTokens) {
    throw invalid(`max_tokens: ${maxTokens} > ${model.maxOutputTokens}, the most that ${model.id} can produce`);
  }
  const blocks = [
    ...parseTools(tools, model),
    ...(system === undefined ? [] : parseContent('system', system, 'system', model)),
    ...messages.flatMap((message, index) => parseMessage(message, index, model)),
  ];
  const marked = withAutomaticMark(blocks, body['cache_control']);
  if (marked.filter((block) => block.cacheMark !== undefined).length > maxCacheMarks) {
    throw invalid(`A maximum of ${maxCacheMarks} blocks with cache_control may be provided.`);
  }
  const inputTokens = marked.reduce((sum, block) => sum + block.tokens, 0);
  if (inputTokens > model.maxInputTokens) {
    throw invalid(`prompt is too long: ${inputTokens} tokens > ${model.maxInputTokens} maximum`);
  }
  return {
    model,
    maxTokens: isPositiveInteger(maxTokens) ? maxTokens : 0,
    isStream: stream === true,
    blocks: marked,
    characters: marked.reduce((sum, block) => sum + block.content.length, 0),
    inputTokens,
    thinking: parseThinking(body['thinking'], isPositiveInteger(maxTokens) ? maxTokens : Infinity),
    body,
  };
}

function parseThinking(thinking: unknown, maxTokens: number): MessagesRequest['thinking'] {
  if (thinking === undefined) return 'shown';
  if (!isObject(thinking)) throw invalid('thinking: Input should be an object');
  const { type, display, budget_tokens: budget, ...rest } = thinking;
  if (type !== 'adaptive' && type !== 'disabled' && type !== 'enabled') {
    throw invalid("thinking.type: Input should be 'adaptive', 'disabled' or 'enabled'");
  }
  if (type === 'enabled' && (!isPositiveInteger(budget) || budget < leastThinkingBudget || budget >= maxTokens)) {
    throw invalid(`thinking.budget_tokens: must be at least ${leastThinkingBudget} and less than max_tokens`);
  }
  const extra = [
    ...Object.keys(rest),
    ...(type !== 'enabled' && budget !== undefined ? ['budget_tokens'] : []),
    ...(type === 'disabled' && display !== undefined ? ['display'] : []),
  ];
  if (extra.length > 0) throw invalid(`thinking.${extra[0]}: Extra inputs are not permitted`);
  if (type === 'disabled') return 'disabled';
  if (display !== undefined && display !== null && display !== 'summarized' && display !== 'omitted') {
    throw invalid("thinking.display: Input should be 'summarized' or 'omitted'");
  }
  return display === 'omitted' ? 'omitted' : 'shown';
}

function parseMessage(message: unknown, index: number, model: CatalogueModel): PromptBlock[] {
  const where = `messages.${index}`;
  if (!isObject(message)) throw invalid(`${where}: Input should be an object`);
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant') throw invalid(`${where}.role: Input should be 'user' or 'assistant'`);
  const blocks = parseContent(role, content, `${where}.content`, model);
  if (blocks.length === 0) throw invalid(`${where}: content must not be empty`);
  return blocks;
}

function parseContent(
  role: PromptBlock['role'],
  content: unknown,
  where: string,
  model: CatalogueModel,
): PromptBlock[] {
  if (typeof content === 'string') {
    if (content === '' && role === 'user') throw invalid(`${where}: text content must not be empty`);
    return [toBlock(role, content, undefined, model)];
  }
  if (!Array.isArray(content)) throw invalid(`${where}: Input should be a string or an array of blocks`);
  return content.map((block: unknown, index) => {
    if (!isObject(block) || typeof block['type'] !== 'string') throw invalid(`${where}.${index}.type: Field required`);
    const { type, text, cache_control: cacheControl, ...rest } = block;
    if (type !== 'text') return toBlock(role, JSON.stringify({ type, text, ...rest }), cacheControl, model);
    if (typeof text !== 'string' || text === '') throw invalid(`${where}.${index}.text: text must not be empty`);
    return toBlock(role, text, cacheControl, model);
  });
}

function parseTools(tools: unknown, model: CatalogueModel): PromptBlock[] {
  if (tools === undefined) return [];
  if (!Array.isArray(tools)) throw invalid('tools: Input should be an array');
  return tools.map((tool: unknown, index) => {
    if (!isObject(tool)) throw invalid(`tools.${index}: Input should be an object`);
    const { cache_control: cacheControl, ...rest } = tool;
    return toBlock('tools', JSON.stringify(rest), cacheControl, model);
  });
}

function toBlock(
  role: PromptBlock['role'],
  content: string,
  cacheControl: unknown,
  model: CatalogueModel,
): PromptBlock {
  const tokens = Math.ceil(countTokens(content) * model.tokenFactor) + tokensPerMessage;
  return { role, content, tokens, cacheMark: parseCacheMark(cacheControl) };
}

/** `cache_control` on the request itself marks the last block. */
function withAutomaticMark(blocks: readonly PromptBlock[], cacheControl: unknown): readonly PromptBlock[] {
  const mark = parseCacheMark(cacheControl);
  const last = blocks.at(-1);
  if (mark === undefined || last === undefined || last.cacheMark !== undefined) return blocks;
  return [...blocks.slice(0, -1), { ...last, cacheMark: mark }];
}

function parseCacheMark(cacheControl: unknown): CacheMark | undefined {
  if (cacheControl === undefined || cacheControl === null) return undefined;
  if (!isObject(cacheControl) || cacheControl['type'] !== 'ephemeral') {
    throw invalid("cache_control.type: Input should be 'ephemeral'");
  }
  const ttl = cacheControl['ttl'] ?? '5m';
  if (ttl !== '5m' && ttl !== '1h') throw invalid("cache_control.ttl: Input should be '5m' or '1h'");
  return { ttl };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}

function invalid(message: string): ApiError {
  return new ApiError(400, message);
}
