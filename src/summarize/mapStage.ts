import { ClientError } from '../client/errors';
import type { Answer, Bundle } from '../jobs/question';
import { mapInTurns } from './breathe';
import { createBundle, isAnswered } from './bundles';
import { combineMembers } from './combine';
import { divide, toPieces, type Piece } from './cuts';
import type { Sizes } from './sizes';
import { firstWording } from './spec';
import { isAnswer, type Work } from './work';

/** What there is of one piece. */
export interface PieceOutcome {
  readonly text: string | undefined;
  readonly isCut: boolean;
  /** Of the parts of it that have no summary. */
  readonly errors: readonly Error[];
  /** More than one where it had to be divided. */
  readonly parts: number;
  readonly uncombined: Error | undefined;
}

/** Asks about all of them in the same moment, some of them in bundles (of indexes). Their questions are expected already. */
export async function askPieces(
  work: Work,
  pieces: readonly Piece[],
  bundles: readonly (readonly number[])[],
  sizes: Sizes,
): Promise<readonly Promise<PieceOutcome>[]> {
  const shared = new Map<number, Promise<ReadonlyMap<string, Answer>>>();
  const membersOf = (indexes: readonly number[]) => indexes.flatMap((index) => pieces[index] ?? []);
  const made = await mapInTurns(
    bundles,
    (indexes) => membersOf(indexes).reduce((sum, { text }) => sum + text.length, 0),
    (indexes) => ({ indexes, bundle: createBundle(work.spec, membersOf(indexes)) }),
  );
  for (const { indexes, bundle } of made) {
    const answers = askBundle(work, bundle);
    for (const index of indexes) shared.set(index, answers);
  }
  return pieces.map(async (piece, index) => {
    const answer = (await shared.get(index))?.get(piece.question.key);
    return answer ? outcomeOf(answer) : askPiece(work, piece, sizes);
  });
}

/** The answers that are in it. Where some are there already, the others are asked for alone rather than all of them again. */
export async function askBundle(work: Work, bundle: Bundle): Promise<ReadonlyMap<string, Answer>> {
  const keys = bundle.questions.map(({ key }) => key);
  return work.known(keys).size > 0 && !isAnswered(bundle, work.known) ? new Map() : work.askTogether(bundle);
}

/** In parts, and parts of these, where it proves too large. Its question is expected already. */
export async function askPiece(work: Work, piece: Piece, sizes: Sizes): Promise<PieceOutcome> {
  const finding = await work.ask(piece.question);
  if (isAnswer(finding)) return outcomeOf(finding);
  const { error } = finding;
  const parts = ClientError.is(error, 'tooLarge') ? divide(piece, firstWording(work.spec).mapModel) : undefined;
  if (!parts) return { text: undefined, isCut: false, errors: [error], parts: 1, uncombined: undefined };
  return askDivided(work, await toPieces(work.spec, parts, work.known), piece, sizes);
}

async function askDivided(work: Work, parts: readonly Piece[], whole: Piece, sizes: Sizes): Promise<PieceOutcome> {
  const { outcomes, members } = await askParts(work, parts, sizes);
  const { name, label } = whole;
  work.expectMore(1);
  const combined = await combineMembers(work, { kind: 'part', name, label, characters: 0 }, members, sizes.whole);
  return {
    text: combined.text,
    isCut: combined.isCut || outcomes.some(({ isCut }) => isCut),
    errors: outcomes.flatMap(({ errors }) => errors),
    parts: outcomes.reduce((sum, each) => sum + each.parts, 0),
    uncombined: combined.error ?? outcomes.find(({ uncombined }) => uncombined)?.uncombined,
  };
}

/** Of a text that was to be one, and proved too large. The question for it as a whole is not counted any more. */
export async function askParts(
  work: Work,
  parts: readonly Piece[],
  sizes: Sizes,
): Promise<{
  readonly outcomes: readonly PieceOutcome[];
  readonly members: readonly { name: string; text: string }[];
}> {
  work.expectMore(-1);
  work.expect(parts.map(({ question }) => question));
  const outcomes = await Promise.all(parts.map((part) => askPiece(work, part, sizes)));
  const members = outcomes.flatMap(({ text }) => (text === undefined ? [] : [{ name: '', text }]));
  return { outcomes, members };
}

function outcomeOf({ text, isCut }: Answer): PieceOutcome {
  return { text, isCut, errors: [], parts: 1, uncombined: undefined };
}
