import type { Message } from '../client/types';
import { isUnsendable, type Attachment, type Turn, type UserTurn } from './turn';

/**
 * The turns as the API takes them. Left out are answers without text, since the API refuses empty content, and questions
 * it refused as such: one that is too large would have every later request refused.
 */
export function toMessages(turns: readonly Turn[]): readonly Message[] {
  return turns
    .filter((turn, index) => (turn.role === 'user' ? !isRefused(turns[index + 1]) : turn.text.trim() !== ''))
    .map((turn) => ({ role: turn.role, content: turn.role === 'user' ? textOf(turn) : turn.text.trimEnd() }));
}

function isRefused(next: Turn | undefined): boolean {
  return next?.role === 'assistant' && isUnsendable(next);
}

function textOf({ text, attachment }: UserTurn): string {
  return attachment ? `${quote(attachment)}\n\n${text}` : text;
}

function quote({ name, languageId, text }: Attachment): string {
  const fence = fenceFor(text);
  return `From ${name}:\n${fence}${languageId}\n${text}\n${fence}`;
}

/** A fence longer than any run of backticks inside, so that quoted markdown cannot end it. */
export function fenceFor(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}
