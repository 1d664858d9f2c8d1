export interface RevisionRange {
  readonly from: string;
  readonly to: string;
}

const longestCharacters = 250;

/**
 * A name that Git resolves to a commit: a branch, a tag, a hash, with `~2`, `^` or `@{upstream}` behind it. Not an option
 * (`-…`), not a negation (`^…`), not a file of a commit (`…:path`), no search (`:/…`, `^{/…}`).
 */
const revision =
  /^(?:(?=@\{)|(?:[\p{L}\p{N}_]|@(?!\{))(?:[\p{L}\p{N}_.+/#=-]|@(?!\{))*)(?:[~^]\d*|@\{[\p{L}\p{N} .:-]+\})*$/u;

/**
 * What a person types: `main..HEAD`, `v1.2...topic`, or one that stands for all since then. An end that is left open is
 * `HEAD`, as in Git. `undefined` for what is no range; nothing of it can be taken for an option then.
 */
export function readRange(typed: string): RevisionRange | undefined {
  const text = typed.trim();
  if (text === '' || text.length > longestCharacters) return undefined;
  const dots = /\.{2,}/.exec(text);
  if (!dots) return toRange(text, 'HEAD');
  if (dots[0].length > 3) return undefined;
  const [from, to] = [text.slice(0, dots.index), text.slice(dots.index + dots[0].length)];
  if (from === '' && to === '') return undefined;
  return toRange(from === '' ? 'HEAD' : from, to === '' ? 'HEAD' : to);
}

function toRange(from: string, to: string): RevisionRange | undefined {
  return [from, to].every((each) => revision.test(each) && !each.includes('..')) ? { from, to } : undefined;
}
