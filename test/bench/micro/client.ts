import { createRequire } from 'node:module';
import type { createClient } from '../../../src/client/client';
import type { SendRequest } from '../../../src/client/types';

export interface BuiltClient {
  readonly createClient: typeof createClient;
}

/** The client as it is shipped, the way a CommonJS program gets it. */
export function loadClient(file: string): BuiltClient {
  const built: BuiltClient = createRequire(import.meta.url)(file);
  return built;
}

/** Some 320 tokens. */
export const words = 'Tell what the harbour master wrote about the night the ferry came in late. '.repeat(12);

/** One object for all, so that nobody's memory is counted but the client's. */
export const question: SendRequest = {
  model: 'claude-sonnet-5-5',
  maxTokens: 200,
  messages: [{ role: 'user', content: words }],
};
