const wordsOfASentence = 6;
const longestSentence = 220;
const mostPoints = 4;

/** Long texts are summarized from their beginning: enough for a demo, and cheap at any size. */
const searchedCharacters = 40_000;

/** As they are asked for: one element for each file, and one for all where that is wanted too. */
const askedElement = /^<([a-z0-9-]+) id="(1|all)">[^\n]*<\/\1>$/gm;
const fileHeading = /^File \d+ is /m;

/** Short summaries that quote: in one element for each file where that is asked for. */
export function summarize(prompt: string): string {
  const [head = '', ...files] = prompt.split(fileHeading);
  const forms = [...head.matchAll(askedElement)];
  const tag = forms[0]?.[1];
  if (tag === undefined || files.length === 0) return summarizeText(prompt);
  const summaries = files.map((file, index) => [String(index + 1), summarizeFile(file)] as const);
  const ofAll = forms.some(([, , id]) => id === 'all')
    ? [['all', summarizeText(files.map(contentOf).join('\n\n'))] as const]
    : [];
  return [...summaries, ...ofAll].map(([id, text]) => `<${tag} id="${id}">${text}</${tag}>`).join('\n');
}

function contentOf(file: string): string {
  return file.replace(/^[^\n]*\n(<[a-z0-9-]+>\n)?/, '').replace(/\n<\/[a-z0-9-]+>\s*$/, '');
}

/** What it says first, or its size. */
function summarizeFile(file: string): string {
  const content = contentOf(file).slice(0, searchedCharacters);
  const lines = content.split('\n').length;
  return (
    findSentences(content)[0] ??
    `${lines} ${lines === 1 ? 'line' : 'lines'} of names, numbers and structure, hardly any prose.`
  );
}

/** The first sentences of the text, evenly chosen, or its size where it has none. */
function summarizeText(prompt: string): string {
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
