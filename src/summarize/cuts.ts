import type { JobSource } from '../jobs/job';
import type { Answer } from '../jobs/question';
import { mapInTurns } from './breathe';
import { estimateTokens, smallestPieceCharacters } from './pieceSize';
import { pieceQuestion, wordingsOf, type Cut, type SizedQuestion } from './questions';
import type { SummarySpec } from './spec';
import { splitText } from './split';

/** A part that begins in the middle of something repeats a little of what was before it. */
const overlapTokens = 150;
const overlapShare = 0.05;

/** Divided, a text must not come out as large as before for what each part of it takes besides. */
const dividedShare = 0.6;

export type Known = (keys: readonly string[]) => ReadonlyMap<string, Answer>;

/** A cut, and what is asked about it. */
export interface Piece extends Cut {
  readonly question: SizedQuestion;
}

export interface CutOptions {
  readonly mostTokens: number;
  readonly model: string;
  readonly hasOverlap: boolean;
  /** Where it goes on, in a text of which the beginning is cut already, and how many parts that was. */
  readonly after?: Pick<Cut, 'to'> | undefined;
}

export function cutSource(index: number, { name, text, seams }: JobSource, options: CutOptions): readonly Cut[] {
  const { mostTokens, model, hasOverlap, after } = options;
  const from = after?.to ?? 0;
  const rest = text.slice(from);
  if (estimateTokens(rest, model) <= mostTokens) {
    const isPart = from > 0;
    return [{ source: index, name, label: isPart ? `${name}, part 2` : name, text: rest, isPart, to: text.length }];
  }
  const pieces = splitText(name, rest, {
    mostTokens,
    model,
    overlapTokens: hasOverlap ? Math.min(overlapTokens, mostTokens * overlapShare) : 0,
    ...(seams ? { seams: seams.filter((seam) => seam > from).map((seam) => seam - from) } : {}),
  });
  const before = from > 0 ? 1 : 0;
  return pieces.map((piece, at) => ({
    source: index,
    name,
    label: `${name}, part ${at + 1 + before}`,
    text: piece.text,
    isPart: true,
    to: from + piece.to,
  }));
}

/** Of one that proved too large; `undefined` where its parts would be small. */
export function divide(cut: Cut, model: string): readonly Cut[] | undefined {
  if (cut.text.length < 2 * smallestPieceCharacters) return undefined;
  const mostTokens = Math.ceil(estimateTokens(cut.text, model) * dividedShare);
  const parts = splitText(cut.name, cut.text, { mostTokens, model });
  if (parts.length < 2) return undefined;
  return parts.map(({ text }, at) => ({ ...cut, label: `${cut.label}, part ${at + 1}`, text, isPart: true }));
}

/** What is asked about each: what is answered already, as it was asked before the job was eased, too. */
export async function toPieces(spec: SummarySpec, cuts: readonly Cut[], known: Known): Promise<readonly Piece[]> {
  const variants = await mapInTurns(
    cuts,
    ({ text }) => text.length,
    (cut) => wordingsOf(spec).map((wording) => pieceQuestion(spec, wording, cut)),
  );
  const isEased = wordingsOf(spec).length > 1;
  const answered = isEased ? known(variants.flat().map(({ key }) => key)) : new Map<string, Answer>();
  return cuts.flatMap((cut, at) => {
    const question = pickFrom(variants[at] ?? [], answered);
    return question ? [{ ...cut, question }] : [];
  });
}

/** The first that is answered, otherwise the first of all. */
export function pick(variants: readonly SizedQuestion[], known: Known): SizedQuestion | undefined {
  return variants.length < 2 ? variants[0] : pickFrom(variants, known(variants.map(({ key }) => key)));
}

function pickFrom(
  variants: readonly SizedQuestion[],
  answered: ReadonlyMap<string, Answer>,
): SizedQuestion | undefined {
  return variants.find(({ key }) => answered.has(key)) ?? variants[0];
}
