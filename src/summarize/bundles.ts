import type { KnownLimits } from '../jobs/program';
import type { Bundle } from '../jobs/question';
import { keyOf } from '../jobs/question';
import { Breath } from './breathe';
import type { Known, Piece } from './cuts';
import { readElements, wordsOfAnElement } from './elements';
import { expectAnswerTokens } from './lengths';
import { expectTokens } from './pieceSize';
import { freeTag, paragraphs, plainName, quote, sentences } from './prompts';
import { focusOn, pieceManner, pieceShape, requestOf } from './questions';
import { mostInOneAnswer, type Sizes } from './sizes';
import type { SummarySpec } from './spec';

/** What a request may take on average so that tokens are used up with the requests, and a little more: none is left over. */
const fullShare = 1.25;

/**
 * Which pieces share a request (indexes into the pieces), where requests are what is short: neighbours that are not
 * answered and so small that their tokens would be left over when the requests of a minute are used up.
 */
export async function decideBundles(
  { mapModel }: SummarySpec,
  pieces: readonly Piece[],
  { piece: mostTokens }: Sizes,
  limits: KnownLimits,
  known: Known,
): Promise<readonly (readonly number[])[]> {
  const share = shareOfRequest(limits);
  if (!share) return [];
  const answered = known(pieces.map(({ question }) => question.key));
  const breath = new Breath();
  const bundles: number[][] = [];
  let input = 0;
  let output = 0;
  let isFull = true;
  for (const [index, { isPart, question, text }] of pieces.entries()) {
    if (isPart || answered.has(question.key)) continue;
    await breath.after(text.length);
    const tokens = expectTokens(question.request.system + question.request.prompt, mapModel);
    const answer = expectAnswerTokens(question.words, mapModel);
    if (tokens >= share.input || answer >= share.output) continue;
    const last = bundles.at(-1);
    if (!last || isFull || last.length === mostInOneAnswer || input + expectTokens(text, mapModel) > mostTokens) {
      bundles.push([index]);
      input = tokens;
      output = answer;
    } else {
      last.push(index);
      input += expectTokens(text, mapModel);
      output += answer;
    }
    isFull = input >= share.input * fullShare || output >= share.output * fullShare;
  }
  return bundles.filter(({ length }) => length > 1);
}

/** What each request may take when requests and tokens of a minute are used up together. */
function shareOfRequest(limits: KnownLimits): { readonly input: number; readonly output: number } | undefined {
  const { requestsPerMinute: requests, inputTokensPerMinute: input, outputTokensPerMinute: output } = limits;
  if (requests === undefined || requests <= 0 || input === undefined) return undefined;
  return { input: input / requests, output: output === undefined ? Infinity : output / requests };
}

/** Each is asked for as it would be alone. */
export function createBundle(spec: SummarySpec, pieces: readonly Piece[]): Bundle {
  const tag = freeTag(
    'summary',
    pieces.map(({ text }) => text),
  );
  const task = sentences(
    `Summarize each of these ${pieces.length} files on its own.`,
    pieceManner(spec),
    `Answer with one element for each of them, in their order, and with nothing else:`,
  );
  const prompt = paragraphs(
    task,
    `<${tag} id="1">the summary of file 1</${tag}>`,
    focusOn(spec),
    ...filesOf(spec, pieces),
  );
  const words = pieces.reduce((sum, { question }) => sum + question.words + wordsOfAnElement, 0);
  return {
    questions: pieces.map(({ question }) => question),
    request: requestOf(spec.mapModel, words, prompt),
    read: (text) => {
      const found = readElements(tag, text);
      return new Map(
        pieces.flatMap(({ question }, at) => {
          const summary = found.get(String(at + 1));
          return summary === undefined ? [] : [[question.key, summary] as const];
        }),
      );
    },
  };
}

export function filesOf(spec: SummarySpec, pieces: readonly Piece[]): readonly string[] {
  return pieces.map((piece, at) => {
    const { task } = pieceShape(spec, spec.length, piece);
    return `File ${at + 1} is ${plainName(piece.name)}. ${task}\n${quote(piece.text)}`;
  });
}

/** Whether its answer is there, of which some questions may have to be asked alone. */
export function isAnswered({ request }: Bundle, known: Known): boolean {
  return known([keyOf(request)]).size > 0;
}
