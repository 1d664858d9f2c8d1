import type { Simulator } from '../simulator/simulator';

/** The messages of a request as the API got them: the texts of each, joined. */
export function textsOf(body: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return listOf(body?.['messages']).map((message) => textOf(fieldOf(message, 'content')));
}

/** The last message of each request for an answer, first to last. */
export function lastTexts(simulator: Simulator): readonly string[] {
  return simulator.log.messages.map(({ body }) => textsOf(body).at(-1) ?? '');
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => String(fieldOf(block, 'text')))
    .join('\n\n');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
