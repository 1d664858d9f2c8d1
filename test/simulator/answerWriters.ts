import { errorBody } from './apiError';
import type { Exchange } from './exchange';
import type { HeaderRecord } from './headers';
import type { JsonObject } from './messagesRequest';
import type { InputUsage } from './promptCache';

/** Puts one answer on the wire. */
export interface AnswerWriter {
  begin(): void;
  think(text: string): void;
  delta(text: string): void;
  ping(): void;
  finish(stopReason: string, outputTokens: number): void;
  fail(errorType: string, message: string): void;
  close(): void;
}

export interface AnswerMeta {
  readonly messageId: string;
  readonly model: string;
  readonly input: InputUsage;
  readonly headers: HeaderRecord;
  /** Its first block is thinking. */
  readonly hasThinking: boolean;
}

/** Proves to the API that the thinking is its own; clients only hand it back. */
export const signature = 'c2ltdWxhdGVk';

const noText = { type: 'text', text: '' } as const;

/** Server-sent events, in the order of the API. */
export class EventStreamWriter implements AnswerWriter {
  readonly #exchange: Exchange;
  readonly #meta: AnswerMeta;
  /** Index of the block that is open. */
  #block = -1;
  #isThinking = false;

  constructor(exchange: Exchange, meta: AnswerMeta) {
    this.#exchange = exchange;
    this.#meta = meta;
  }

  begin(): void {
    const { headers } = this.#meta;
    this.#exchange.begin(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      ...headers,
    });
    const message = toMessage(this.#meta, [], null, 1);
    this.#send({ type: 'message_start', message });
    this.#open(this.#meta.hasThinking ? { type: 'thinking', thinking: '', signature: '' } : noText);
    this.ping();
  }

  think(text: string): void {
    if (text !== '') this.#delta({ type: 'thinking_delta', thinking: text });
  }

  delta(text: string): void {
    if (this.#isThinking) {
      this.#close();
      this.#open(noText);
    }
    this.#delta({ type: 'text_delta', text });
  }

  ping(): void {
    this.#send({ type: 'ping' });
  }

  finish(stopReason: string, outputTokens: number): void {
    // The input fields of the last usage can be null; every second answer shows a client that.
    const isRepeated = this.#exchange.attempt.number % 2 === 0;
    const usage = isRepeated ? toUsage(this.#meta.input, outputTokens) : { ...nullInput, output_tokens: outputTokens };
    this.#close();
    this.#send({ type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage });
    this.#send({ type: 'message_stop' });
    this.#exchange.end('completed');
  }

  fail(errorType: string, message: string): void {
    if (this.#exchange.attempt.status === undefined) {
      failWithStatus(this.#exchange, this.#meta.headers, errorType, message);
      return;
    }
    const body = errorBody(errorType, message, undefined, this.#exchange.attempt.requestId);
    this.#exchange.noteError(errorType);
    this.#exchange.write(toEvent('error', body));
    this.#exchange.end('broken');
  }

  close(): void {
    this.#exchange.end('broken');
  }

  #open(block: JsonObject & { readonly type: string }): void {
    this.#block++;
    this.#isThinking = block.type === 'thinking';
    this.#send({ type: 'content_block_start', index: this.#block, content_block: block });
  }

  #delta(delta: JsonObject): void {
    this.#send({ type: 'content_block_delta', index: this.#block, delta });
  }

  #close(): void {
    if (this.#isThinking) this.#delta({ type: 'signature_delta', signature });
    this.#send({ type: 'content_block_stop', index: this.#block });
  }

  #send(event: JsonObject & { readonly type: string }): void {
    this.#exchange.write(toEvent(event.type, event));
  }
}

/** One JSON body when all is done; until then the client sees nothing at all. */
export class JsonWriter implements AnswerWriter {
  readonly #exchange: Exchange;
  readonly #meta: AnswerMeta;
  #thinking = '';
  #text = '';

  constructor(exchange: Exchange, meta: AnswerMeta) {
    this.#exchange = exchange;
    this.#meta = meta;
  }

  begin(): void {}

  think(text: string): void {
    this.#thinking += text;
  }

  delta(text: string): void {
    this.#text += text;
  }

  ping(): void {}

  finish(stopReason: string, outputTokens: number): void {
    const thought = { type: 'thinking', thinking: this.#thinking, signature };
    const content = [...(this.#meta.hasThinking ? [thought] : []), { type: 'text', text: this.#text }];
    this.#exchange.sendJson(200, toMessage(this.#meta, content, stopReason, outputTokens), this.#meta.headers);
  }

  fail(errorType: string, message: string): void {
    failWithStatus(this.#exchange, this.#meta.headers, errorType, message);
  }

  close(): void {
    this.#exchange.lose();
  }
}

/** Of the errors that can come after admission. */
const statusOf: Readonly<Record<string, number>> = {
  authentication_error: 401,
  rate_limit_error: 429,
  overloaded_error: 529,
};

/** Nothing has been sent yet, so the error is an answer of its own. */
function failWithStatus(exchange: Exchange, headers: HeaderRecord, errorType: string, message: string): void {
  exchange.noteError(errorType);
  const body = errorBody(errorType, message, undefined, exchange.attempt.requestId);
  exchange.sendJson(statusOf[errorType] ?? 500, body, headers);
}

const nullInput = { input_tokens: null, cache_creation_input_tokens: null, cache_read_input_tokens: null };

function toUsage(input: InputUsage, outputTokens: number, tier = 'standard'): Record<string, unknown> {
  const { '5m': short, '1h': long } = input.cacheWriteTokens;
  return {
    input_tokens: input.inputTokens,
    cache_creation_input_tokens: short + long,
    cache_read_input_tokens: input.cacheReadTokens,
    cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long },
    output_tokens: outputTokens,
    service_tier: tier,
  };
}

export function toMessage(
  meta: Pick<AnswerMeta, 'messageId' | 'model' | 'input'>,
  content: readonly JsonObject[],
  stopReason: string | null,
  outputTokens: number,
  tier?: string,
): Record<string, unknown> {
  return {
    id: meta.messageId,
    type: 'message',
    role: 'assistant',
    model: meta.model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: toUsage(meta.input, outputTokens, tier),
  };
}

function toEvent(name: string, data: JsonObject): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
