/**
 * Where an `@` was just typed at the start of a word, which asks for something to send along; `undefined` where it is
 * part of a word, as in an address.
 */
export function mentionAt(before: string, after: string, caret: number): number | undefined {
  const at = caret - 1;
  if (after.length !== before.length + 1 || after[at] !== '@') return undefined;
  if (after.slice(0, at) + after.slice(caret) !== before) return undefined;
  const previous = after[at - 1];
  return previous === undefined || /\s/.test(previous) ? at : undefined;
}

/** The text without the `@` at this place, and the blank that would be left double; unchanged when it has moved. */
export function withoutMention(text: string, at: number): string {
  if (text[at] !== '@') return text;
  const rest = text.slice(at + 1);
  const isBlankLeft = at === 0 || /\s/.test(text[at - 1] ?? '');
  return text.slice(0, at) + (isBlankLeft && rest.startsWith(' ') ? rest.slice(1) : rest);
}
