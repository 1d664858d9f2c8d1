import type { UserTurn } from '../../conversation/turn';

const longestTitleCharacters = 60;

/** What a conversation is called after its first question: its first line, cut at a word. */
export function titleOf({ text, attachments }: Pick<UserTurn, 'text' | 'attachments'>): string {
  const [line = ''] = text.trim().split('\n', 1);
  const plain = line.replaceAll(/\s+/g, ' ').trim() || (attachments[0]?.name ?? '');
  if (plain.length <= longestTitleCharacters) return plain;
  // A character of two halves may stand at the cut.
  const cut = plain.slice(0, longestTitleCharacters).replace(/[\uD800-\uDBFF]$/, '');
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > longestTitleCharacters / 2 ? cut.slice(0, lastSpace) : cut).trimEnd()}…`;
}
