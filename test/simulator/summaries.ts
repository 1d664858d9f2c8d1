const wordsOfASentence = 6;
const longestSentence = 220;
const mostPoints = 4;

/** Long texts are summarized from their beginning: enough for a demo, and cheap at any size. */
const searchedCharacters = 40_000;

/** A short summary that quotes: the first sentences of the text, evenly chosen, or its size where it has none. */
export function summarize(prompt: string): string {
  const sentences = findSentences(withoutInstruction(prompt.slice(0, searchedCharacters)));
  const lines = prompt.split('\n').length;
  const intro = `**Summary.** The text has ${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'} and ${prompt.length.toLocaleString('en')} characters.`;
  if (sentences.length === 0) {
    return `${intro} It holds hardly any prose: names, numbers and structure carry it, and its order is its main point.`;
  }
  const step = Math.max(sentences.length / mostPoints, 1);
  const points = Array.from(
    { length: Math.min(sentences.length, mostPoints) },
    (_, index) => sentences[Math.floor(index * step)],
  );
  return `${intro} Its main points:\n\n${points.map((point) => `- ${point}`).join('\n')}\n\n**In short:** the first point sets the theme, and this summary keeps the order of the text.`;
}

/** The line that asks for the summary is not part of what it is about. */
function withoutInstruction(prompt: string): string {
  return prompt.replace(/^[^\n]*(summar|combine)[^\n]*\n/i, '');
}

function findSentences(text: string): readonly string[] {
  return text
    .split(/\n{2,}|\n(?=[-*] )|(?<=[.!?])\s+/)
    .map((part) =>
      part
        .replaceAll(/[\s#>*`|/]+/g, ' ')
        .trim()
        .replace(/^- /, ''),
    )
    .filter(
      (part) =>
        /^[\p{Lu}\d].*[.!?]$/u.test(part) &&
        part.length <= longestSentence &&
        part.split(' ').length >= wordsOfASentence &&
        !/summar/i.test(part),
    );
}
