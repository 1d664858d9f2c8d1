import type { Answer, Asker } from './asker';
import { estimateTokens } from './pieceSize';
import { combinePrompt } from './prompts';

/** One summary out of several, in rounds where they do not fit into one request; out of none, an empty one. */
export async function combine(asker: Asker, name: string, summaries: readonly string[]): Promise<Answer> {
  const [only = ''] = summaries;
  if (summaries.length < 2) return { text: only, isCut: false };
  const bundles = bundle(summaries, asker.pieceTokens, (text) => estimateTokens(text, asker.model));
  const answers = await Promise.all(bundles.map((each) => combineBundle(asker, name, each)));
  if (answers.length === 1) return answers[0] ?? { text: '', isCut: false };
  const all = await combine(
    asker,
    name,
    answers.map(({ text }) => text),
  );
  return { text: all.text, isCut: all.isCut || answers.some(({ isCut }) => isCut) };
}

async function combineBundle(asker: Asker, name: string, summaries: readonly string[]): Promise<Answer> {
  const [first = ''] = summaries;
  // The last of a round may be left alone: it waits for the next one as it is.
  return summaries.length === 1 ? { text: first, isCut: false } : asker.ask(combinePrompt(name, summaries));
}

/** Neighbours together while they fit; all but the last hold at least two, or combining would never come to an end. */
function bundle(summaries: readonly string[], mostTokens: number, weigh: (text: string) => number): string[][] {
  const bundles: string[][] = [];
  let size = 0;
  for (const summary of summaries) {
    const weight = weigh(summary);
    const last = bundles.at(-1);
    if (last && (last.length < 2 || size + weight <= mostTokens)) {
      last.push(summary);
      size += weight;
    } else {
      bundles.push([summary]);
      size = weight;
    }
  }
  return bundles;
}
