/** What a document of summaries is put together from, so that nothing of it takes the rest of it along. Pure. */

/** A name as markdown, as one line: every mark of it is shown as it is. Underscores within a word need no help. */
export function spellName(name: string): string {
  return name
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/[\\`*[\]<>&~#$|!]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** `target` is a relative address, encoded. */
export function linkTo(name: string, target: string): string {
  return `[${spellName(name)}](${target})`;
}

/** A text that broke off within a code block would take everything after it into that block. */
export function closeFences(text: string): string {
  const whole = text.trim();
  const open = whole.split('\n').reduce(followFence, undefined);
  return open === undefined ? whole : `${whole}\n${open}`;
}

/** The fence that is open after a line, when this one was open before it. */
export function followFence(open: string | undefined, line: string): string | undefined {
  const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  if (!fence) return open;
  const [, marks = '', rest = ''] = fence;
  // A line of backticks with another backtick after them is inline code.
  if (open === undefined) return marks.startsWith('`') && rest.includes('`') ? undefined : marks;
  return marks.startsWith(open) && rest.trim() === '' ? undefined : open;
}
