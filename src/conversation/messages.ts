import type { Message } from '../client/types';
import { isUnsendable, type Attachment, type AttachmentKind, type Turn, type UserTurn } from './turn';

/** How much of a broken answer's end is quoted: enough to find the place, in a text that repeats itself too. */
const quotedEndCharacters = 80;

/**
 * The turns as the API takes them. Left out are turns without text, since the API refuses empty content, and questions
 * it refused as such: one that is too large would have every later request refused. Questions that follow each other
 * stay apart: the API reads them as one, and what was sent before stays as it was for the prompt cache.
 */
export function toMessages(turns: readonly Turn[]): readonly Message[] {
  return turns
    .filter((turn, index) => turn.role === 'assistant' || !isRefused(turns[index + 1]))
    .map((turn) => ({ role: turn.role, content: turn.role === 'user' ? textOf(turn) : turn.text.trimEnd() }))
    .filter(({ content }) => content.trim() !== '');
}

/**
 * Asks to go on with an answer that broke off; sent after that answer, which the API may not take as the last message.
 * The end is quoted because white space at the end of an answer is not sent, and a word may have been cut.
 */
export function goOnMessage(brokenText: string): Message {
  // A character of two halves may have been cut in the middle.
  const end = JSON.stringify(brokenText.slice(-quotedEndCharacters).replace(/^[\uDC00-\uDFFF]/, ''));
  return {
    role: 'user',
    content: [
      `Your answer broke off. As a JSON string, it ends with ${end}.`,
      'Go on exactly there: the first character you write is joined to its last one, so begin with a space or a line',
      'break if one belongs there, and in the middle of a word if it was cut. Repeat nothing, and write no introduction.',
    ].join(' '),
  };
}

function isRefused(next: Turn | undefined): boolean {
  return next?.role === 'assistant' && isUnsendable(next);
}

function textOf({ text, attachments }: UserTurn): string {
  return [...attachments.map(quote), text].join('\n\n');
}

const introductions: Readonly<Record<AttachmentKind, string>> = {
  selection: 'From',
  file: 'From',
  folder: 'From',
  problems: 'Problems found in',
  diff: 'Changes in',
};

function quote({ kind, name, languageId, text }: Attachment): string {
  const fence = fenceFor(text);
  return `${introductions[kind]} ${name}:\n${fence}${languageId}\n${text}\n${fence}`;
}

/** A fence longer than any run of backticks inside, so that quoted markdown cannot end it. */
export function fenceFor(text: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  return '`'.repeat(longest + 1);
}
