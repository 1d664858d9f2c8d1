import type { RequestBody, ThinkingChoice, Usage } from './types';

/** Usage as it is sent: any of it may be missing, or null. */
export interface WireUsage {
  readonly input_tokens?: number | null;
  readonly output_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_creation?: { readonly ephemeral_1h_input_tokens?: number } | null;
}

/**
 * Field by field, so that nothing of the scheduling leaves; the content as it is, because what the API takes is for the
 * API to say. For that the SDK's untyped `post` is used, whose requests are those of its typed methods.
 */
export function toBody({ model, system, messages, thinking, metadata }: Omit<RequestBody, 'maxTokens'>): object {
  return {
    model,
    system,
    messages: messages.map(({ role, content }) => ({ role, content })),
    thinking: thinkingParameters[thinking ?? 'auto'],
    metadata,
  };
}

/** What is `undefined` is not sent. Without `display` newer models show nothing of their thinking. */
const thinkingParameters: Readonly<Record<ThinkingChoice, object | undefined>> = {
  auto: undefined,
  adaptive: { type: 'adaptive', display: 'summarized' },
  off: { type: 'disabled' },
};

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** Only the fields that are there: in `message_delta` those of the input may be null, and gateways leave out any. */
export function toUsage(usage: WireUsage): Partial<Usage> {
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = usage;
  const hourWrites = usage.cache_creation?.ephemeral_1h_input_tokens;
  return {
    ...(typeof input_tokens === 'number' ? { inputTokens: input_tokens } : undefined),
    ...(typeof output_tokens === 'number' ? { outputTokens: output_tokens } : undefined),
    ...(typeof cache_read_input_tokens === 'number' ? { cacheReadTokens: cache_read_input_tokens } : undefined),
    ...(typeof cache_creation_input_tokens === 'number'
      ? { cacheWriteTokens: cache_creation_input_tokens }
      : undefined),
    ...(typeof hourWrites === 'number' && hourWrites > 0 ? { cacheWrite1hTokens: hourWrites } : undefined),
  };
}
