import Anthropic from '@anthropic-ai/sdk';
import type { Stream } from '@anthropic-ai/sdk/core/streaming';
import type { Usage } from '../../../src/client/types';
import type { Target } from '../../workloads/contender';
import type { Submission } from '../../workloads/workload';

/** Peers that leave failures to the SDK let it try as often as Sluice does by default. */
export const patientRetries = 10;

/** The real SDK, kept from what the environment might say, with as many retries of its own as told. */
export function createSdk(
  { baseUrl, apiKey, fetch }: Pick<Target, 'baseUrl' | 'apiKey' | 'fetch'>,
  maxRetries: number,
): Anthropic {
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: baseUrl,
    maxRetries,
    logLevel: 'off',
    openTelemetry: false,
    ...(fetch === undefined ? {} : { fetch }),
  });
}

/**
 * One streamed request, read the cheapest way the SDK offers: its events, without the helper that builds up a message.
 * A stream that ends before its last event is a failure, which the SDK leaves to its caller to notice. The untyped
 * `post` takes the blocks of a submission as they are and is what the typed method calls.
 */
export async function streamAnswer(sdk: Anthropic, { body }: Submission, onFirstText: () => void): Promise<Usage> {
  const { maxTokens, ...others } = body;
  const stream = await sdk.post<Stream<Anthropic.MessageStreamEvent>>('/v1/messages', {
    body: { ...others, max_tokens: maxTokens, stream: true },
    stream: true,
  });
  let usage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  let text = '';
  let isComplete = false;
  for await (const event of stream) {
    if (event.type === 'message_start') {
      usage = toUsage(event.message.usage);
    } else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      if (text === '') onFirstText();
      text += event.delta.text;
    } else if (event.type === 'message_delta') {
      usage = { ...usage, outputTokens: event.usage.output_tokens };
    } else if (event.type === 'message_stop') {
      isComplete = true;
    }
  }
  if (!isComplete) throw new Error('The stream ended before its last event.');
  return usage;
}

function toUsage(usage: Anthropic.Usage): Usage {
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  };
}
