import { ClientError } from '../client/errors';
import { combineMembers, type Combined } from './combine';
import { divide, toPieces, type Piece } from './cuts';
import type { Drafts } from './drafts';
import { flawsOf } from './flaws';
import { askBundle, askParts, askPiece } from './mapStage';
import { wholeQuestion, type Combining, type Cut } from './questions';
import type { Sizes } from './sizes';
import { firstWording, hasSections, type Flaw } from './spec';
import { createTogether } from './together';
import { cutAll } from './way';
import { isAnswer, type Work } from './work';

/** All that is asked about in one request. @returns what is missing */
export function summarizeInOne(work: Work, drafts: Drafts, sizes: Sizes): Promise<readonly Flaw[]> {
  const isOfFiles = hasSections(work.spec) && work.sources.length > 1;
  return isOfFiles ? summarizeFilesInOne(work, drafts, sizes) : summarizeText(work, drafts, sizes);
}

/** One text, or several that belong together, as the one that they are. */
export function wholeCut(work: Pick<Work, 'spec' | 'sources'>): Cut {
  const [first, ...others] = work.sources;
  const { name } = others.length === 0 && first ? first : work.spec;
  const text =
    others.length === 0
      ? (first?.text ?? '')
      : work.sources.map((each) => `${each.name}:\n\n${each.text}`).join('\n\n');
  return { source: 0, name, label: name, text, isPart: false, to: text.length };
}

async function summarizeText(work: Work, drafts: Drafts, sizes: Sizes): Promise<readonly Flaw[]> {
  const cut = wholeCut(work);
  const question = wholeQuestion(work.spec, cut);
  work.expect([question]);
  const finding = await work.ask(question);
  if (isAnswer(finding)) {
    drafts.setOverview(finding.text);
    return flawsOf(cut.name, [{ isCut: finding.isCut, errors: [], parts: 1, uncombined: undefined }]);
  }
  const { error } = finding;
  const parts = ClientError.is(error, 'tooLarge') ? divide(cut, firstWording(work.spec).model) : undefined;
  if (!parts) return flawsOf(cut.name, [{ isCut: false, errors: [error], parts: 1, uncombined: undefined }]);
  const { outcomes, members } = await askParts(work, await toPieces(work.spec, parts, work.known), sizes);
  work.expectMore(1);
  const { name, label, text } = cut;
  const how: Combining = { kind: 'final', name, label, characters: text.length };
  const combined = await combineMembers(work, how, members, sizes.whole);
  drafts.setOverview(combined.text);
  return flawsOf(name, outcomes, combined);
}

/** What does not come out of the one answer is asked for on its own. */
async function summarizeFilesInOne(work: Work, drafts: Drafts, sizes: Sizes): Promise<readonly Flaw[]> {
  const pieces = await toPieces(
    work.spec,
    await cutAll(work.spec, work.sources, { ...sizes, piece: Infinity }),
    work.known,
  );
  const { bundle, whole } = createTogether(work.spec, pieces);
  work.expect(pieces.map(({ question }) => question));
  work.expectMore(1);
  const answers = await askBundle(work, bundle);
  const outcomes = await Promise.all(
    pieces.map(async (piece) => {
      const answer = answers.get(piece.question.key);
      const outcome = answer
        ? { text: answer.text, isCut: answer.isCut, errors: [], parts: 1, uncombined: undefined }
        : await askPiece(work, piece, sizes);
      if (outcome.text !== undefined) drafts.setSection(piece.source, outcome.text);
      return outcome;
    }),
  );
  const texts = outcomes.map(({ text }) => text);
  const overview = await overviewOf(work, pieces, texts, answers.get(whole.key)?.text, sizes);
  if (!overview.error) drafts.setOverview(overview.text);
  return [
    ...flawsOf(work.spec.name, [], overview),
    ...pieces.flatMap(({ name }, at) => flawsOf(name, outcomes.slice(at, at + 1))),
  ];
}

async function overviewOf(
  work: Work,
  pieces: readonly Piece[],
  texts: readonly (string | undefined)[],
  answer: string | undefined,
  sizes: Sizes,
): Promise<Combined> {
  if (answer !== undefined) return { text: answer, isCut: false, error: undefined };
  const { name } = work.spec;
  const members = pieces.flatMap((piece, at) => {
    const text = texts[at];
    return text === undefined ? [] : [{ name: piece.name, text }];
  });
  // Of a single section there is nothing more to say.
  if (members.length < 2) {
    work.expectMore(-1);
    return { text: undefined, isCut: false, error: undefined };
  }
  return combineMembers(work, { kind: 'final', name, label: name, characters: work.characters }, members, sizes.whole);
}
