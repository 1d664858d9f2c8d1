import type Anthropic from '@anthropic-ai/sdk';
import { question, words } from './client';

/** The same request as Sluice is given, in the SDK's words. */
export const sdkBody = {
  model: question.model,
  max_tokens: question.maxTokens,
  messages: [{ role: 'user', content: words }],
  stream: true,
} satisfies Anthropic.MessageCreateParamsStreaming;

/** The text of one answer, read the cheapest way the SDK offers. */
export async function askForText(sdk: Anthropic): Promise<string> {
  let text = '';
  for await (const event of await sdk.messages.create(sdkBody)) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
  }
  return text;
}
