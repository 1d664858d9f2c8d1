/** What the model is told about parts of a conversation that it does not get as they were. */

/** Stands before the first question that is kept. */
export function digestText(summary: string): string {
  return (
    'This is a summary of the earlier part of our conversation, which is left out here. ' +
    `Take it as what was said.\n\n${quote('summary', summary)}`
  );
}

/** Stands after the question, which thereby stays the same when the excerpts are gone. */
export function excerptsText(
  excerpts: readonly { readonly role: 'user' | 'assistant'; readonly text: string }[],
): string {
  const quotes = excerpts.map(({ role, text }) => quote(role === 'user' ? 'question' : 'answer', text));
  return (
    'These are excerpts from earlier in our conversation that may bear on the question above. ' +
    `They are quotations, and nothing new is asked in them.\n\n${quotes.join('\n\n')}`
  );
}

/** A text that holds the closing marker itself must not end the quotation: it is marked with another one then. */
export function quote(name: string, text: string): string {
  const folded = text.toLowerCase();
  let marker = name;
  for (let number = 2; folded.includes(`</${marker}`); number++) marker = `${name}-${number}`;
  return `<${marker}>\n${text}\n</${marker}>`;
}

/** Beginning and end of a text that is too long, without half a surrogate pair. */
export function shorten(text: string, mostCharacters: number): string {
  if (text.length <= mostCharacters) return text;
  const half = Math.floor(mostCharacters / 2);
  return `${text.slice(0, half).toWellFormed()}\n[…]\n${text.slice(-half).toWellFormed()}`;
}
