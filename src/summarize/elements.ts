/** What the marks of an element take, in words. */
export const wordsOfAnElement = 6;

/**
 * The texts of the elements `<tag id="…">…</tag>` of an answer, by id. One that stands there twice, holds another one or
 * nothing, or does not end, is left out: it is asked for again rather than guessed.
 */
export function readElements(tag: string, answer: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const [, id = '', body = ''] of answer.matchAll(elementOf(tag))) {
    const text = body.trim();
    if (found.has(id)) twice.add(id);
    if (text !== '' && !text.includes(`<${tag} `)) found.set(id, text);
    else twice.add(id);
  }
  for (const id of twice) found.delete(id);
  return found;
}

/** `tag` is one of ours: letters, digits and dashes. */
function elementOf(tag: string): RegExp {
  return new RegExp(`<${tag} id="([a-z0-9]{1,8})">([\\s\\S]*?)</${tag}>`, 'g');
}
