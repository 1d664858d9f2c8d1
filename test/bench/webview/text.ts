import type { ChatSnapshot, TurnView } from '../../../src/protocol/chat';
import { createRandom } from '../../support/random';
import { answer, budgets, question, snapshot } from '../../webview/support/fixtures';

/** About what a token is in English and in code. */
export const charactersPerToken = 4;

const words =
  'a the bucket refills limit request token wait budget lane source server answer holds takes is of and until while'.split(
    ' ',
  );

/** Markdown as answers are made of it, at least this long. */
export function writeAnswer(characters: number, seed: number): string {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const phrase = (count: number) => Array.from({ length: count }, () => pick(words)).join(' ');
  const kinds: readonly (() => string)[] = [
    () => `${phrase(40)} **${phrase(2)}**, see \`${phrase(1)}.ts\` and *${phrase(3)}*. ${phrase(30)}.`,
    () => `${phrase(60)}.`,
    () => `## ${phrase(4)}`,
    () => Array.from({ length: 5 }, () => `- ${phrase(9)} with \`${phrase(1)}\``).join('\n'),
    () =>
      `\`\`\`ts\n${Array.from({ length: 12 }, (_, line) => `const ${phrase(1)}${line} = wait("${phrase(3)}", ${line});`).join('\n')}\n\`\`\``,
    () =>
      `| limit | left |\n| --- | ---: |\n${Array.from({ length: 4 }, (_, row) => `| ${phrase(2)} | ${row} |`).join('\n')}`,
  ];
  const blocks: string[] = [];
  for (let length = 0; length < characters;) {
    const block = pick(kinds)?.() ?? '';
    blocks.push(block);
    length += block.length + 2;
  }
  return blocks.join('\n\n');
}

/** A conversation of so many turns, with answers of very different lengths. */
export function writeConversation(turnCount: number, seed: number): ChatSnapshot {
  const random = createRandom(seed);
  const turns = Array.from({ length: turnCount }, (_, index): TurnView => {
    if (index % 2 === 0) return question(`t${index}`, `Question ${index}: how does the bucket refill?`);
    return answer(
      `t${index}`,
      writeAnswer(200 + random() ** 3 * 6_000, index),
      { kind: 'done' },
      { note: '1.2k in · 300 out' },
    );
  });
  return snapshot({ turns, buckets: budgets, title: 'A long conversation' });
}
