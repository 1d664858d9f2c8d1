import { createRandom } from '../../support/random';

const nouns = ['queue', 'lane', 'bucket', 'reader', 'window', 'header', 'answer', 'budget', 'retry', 'stream', 'row'];
const verbs = ['read', 'write', 'settle', 'cut', 'join', 'refuse', 'observe', 'wait', 'announce', 'find'];

/** TypeScript as people write it: imports, functions with comments, classes with methods. */
export function sampleCode(seed: number, units: number): string {
  const pick = picker(seed);
  const name = (): string => `${pick.of(verbs)}${capital(pick.of(nouns))}${pick.below(90)}`;
  const statement = (indent: string): string =>
    `${indent}const ${pick.of(nouns)} = ${name()}(${pick.of(nouns)}, ${pick.below(1_000)});\n`;
  const body = (indent: string): string => {
    const lines = Array.from({ length: 2 + pick.below(7) }, () => statement(indent));
    if (pick.below(3) === 0) lines.push(`${indent}if (${pick.of(nouns)}) {\n${statement(`${indent}  `)}${indent}}\n`);
    return lines.join('');
  };
  const method = (): string => `  ${name()}(): void {\n${body('    ')}  }\n`;
  const unit = (): string => {
    const comment = `/** Will ${pick.of(verbs)} the ${pick.of(nouns)} before the ${pick.of(nouns)}. */\n`;
    if (pick.below(4) > 0) return `${comment}export function ${name()}(): void {\n${body('  ')}}\n`;
    return `${comment}class ${capital(name())} {\n${Array.from({ length: 1 + pick.below(4) }, method).join('\n')}}\n`;
  };
  const imports = Array.from({ length: 8 }, () => `import { ${name()} } from './${pick.of(nouns)}';\n`).join('');
  return `${imports}\n${Array.from({ length: units }, unit).join('\n')}`;
}

/** A document with headings of three levels, paragraphs, lists, and fences in which lines look like headings. */
export function sampleDocument(seed: number, sections: number): string {
  const pick = picker(seed);
  const sentence = (): string =>
    `The ${pick.of(nouns)} must ${pick.of(verbs)} the ${pick.of(nouns)} ${pick.below(500)}. `;
  const paragraph = (): string =>
    `${Array.from({ length: 2 + pick.below(6) }, sentence)
      .join('')
      .trim()}\n`;
  const fence = (): string =>
    `\`\`\`sh\n# not a heading ${pick.below(99)}\n\n${pick.of(verbs)} --${pick.of(nouns)}\n\`\`\`\n`;
  const list = (): string => `- ${sentence()}\n- ${sentence()}\n`;
  const part = (): string => [paragraph, paragraph, fence, list][pick.below(4)]?.() ?? paragraph();
  const section = (_: unknown, index: number): string => {
    const level = index === 0 ? 1 : 2 + pick.below(2);
    return `${'#'.repeat(level)} The ${pick.of(nouns)} ${index}\n\n${Array.from({ length: 1 + pick.below(4) }, part).join('\n')}`;
  };
  return Array.from({ length: sections }, section).join('\n');
}

function picker(seed: number): { below: (bound: number) => number; of: (words: readonly string[]) => string } {
  const random = createRandom(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  return { below, of: (words) => words[below(words.length)] ?? '' };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Inserts or deletes a few lines somewhere. */
export function editLines(text: string, seed: number): string {
  const { below } = picker(seed);
  const lines = text.split('\n');
  const at = below(lines.length);
  const count = 1 + below(5);
  if (below(2) === 0) lines.splice(at, count);
  else lines.splice(at, 0, ...Array.from({ length: count }, (_, index) => `  inserted(${seed}, ${index});`));
  return lines.join('\n');
}
