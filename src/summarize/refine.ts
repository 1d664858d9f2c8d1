import { ClientError } from '../client/errors';
import { divide } from './cuts';
import type { Drafts } from './drafts';
import { flawsOf } from './flaws';
import { refineQuestion, wordingsOf, type Cut } from './questions';
import type { Sizes } from './sizes';
import { firstWording, type Flaw } from './spec';
import { cutToRefine } from './way';
import { isAnswer, type Work } from './work';

/**
 * One text from its beginning to its end, each part with the summary of all before it. A part that fails for itself is
 * passed over. @returns what is missing
 */
export async function refine(
  work: Work,
  drafts: Drafts,
  sizes: Sizes,
  sizesOfRest: () => Promise<Sizes>,
): Promise<readonly Flaw[]> {
  const [source] = work.sources;
  if (!source) return [];
  const line = [...cutToRefine(work.spec, source, sizes)];
  const run = new RefineRun(work, drafts, source.text.length);
  work.expectMore(line.length);
  for (let at = 0; at < line.length; at++) {
    const cut = line[at];
    if (!cut || work.failure) break;
    const parts = await run.step(cut, at === line.length - 1);
    if (parts) {
      work.expectMore(parts.length - 1);
      line.splice(at + 1, 0, ...parts);
    } else if (at === 0 && !sizes.isKnown && line.length > 1) {
      // The first answer brings the true limit; the rest is cut by it.
      const rest = cutToRefine(work.spec, source, await sizesOfRest(), cut);
      work.expectMore(rest.length - (line.length - 1));
      line.splice(1, line.length, ...rest);
    }
  }
  const missing = line.length - run.steps;
  const errors = [...run.errors, ...(work.failure ? Array.from({ length: missing }, () => work.failure) : [])];
  const outcome = {
    isCut: run.isCut,
    errors: errors.filter((error) => error !== undefined),
    parts: run.parts + missing,
  };
  return flawsOf(source.name, [{ ...outcome, uncombined: undefined }]);
}

class RefineRun {
  readonly errors: Error[] = [];
  isCut = false;
  /** Taken from the line, whatever came of them. */
  steps = 0;
  parts = 0;
  readonly #work: Work;
  readonly #drafts: Drafts;
  readonly #characters: number;
  #soFar: string | undefined;

  constructor(work: Work, drafts: Drafts, characters: number) {
    this.#work = work;
    this.#drafts = drafts;
    this.#characters = characters;
  }

  /** @returns what to go on with in its place, where it proved too large */
  async step(cut: Cut, isLast: boolean): Promise<readonly Cut[] | undefined> {
    this.steps += 1;
    const { spec } = this.#work;
    const step = { cut, soFar: this.#soFar, isLast, characters: this.#characters };
    const finding = await this.#work.ask(...wordingsOf(spec).map((wording) => refineQuestion(spec, wording, step)));
    if (isAnswer(finding)) {
      this.parts += 1;
      this.#soFar = finding.text;
      this.isCut ||= finding.isCut;
      this.#drafts.setOverview(finding.text);
      return undefined;
    }
    const parts = ClientError.is(finding.error, 'tooLarge') ? divide(cut, firstWording(spec).mapModel) : undefined;
    if (parts) return parts;
    this.parts += 1;
    this.errors.push(finding.error);
    return undefined;
  }
}
