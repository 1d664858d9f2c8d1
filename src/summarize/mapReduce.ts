import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { mapInTurns } from './breathe';
import { decideBundles } from './bundles';
import { combineTree, countCombining, planCombining, type Combined, type CombinePlan } from './combine';
import { toPieces, type Piece } from './cuts';
import type { Drafts } from './drafts';
import { flawsOf } from './flaws';
import { askPiece, askPieces, type PieceOutcome } from './mapStage';
import { focusFactor } from './questions';
import { hasSections, type Flaw, type SummarySpec } from './spec';
import type { Sizes } from './sizes';
import { cutAll } from './way';
import { wholeCut } from './wholeText';
import type { Work } from './work';

/** Each part by itself, then their summaries, in rounds where they are many. @returns what is missing */
export async function mapAndReduce(
  work: Work,
  drafts: Drafts,
  sizes: Sizes,
  sizesOfRest: () => Promise<Sizes>,
): Promise<readonly Flaw[]> {
  const { pieces, sizes: sizesNow } = sizes.isKnown
    ? { pieces: await toPieces(work.spec, await cutAll(work.spec, work.sources, sizes), work.known), sizes }
    : await probe(work, sizes, sizesOfRest);
  const bundles = await work.decide('bundles', v.array(v.array(v.number())), async () => {
    const limits = work.limitsOf(work.spec.mapModel);
    const decided = hasSections(work.spec) ? await decideBundles(work.spec, pieces, sizesNow, limits, work.known) : [];
    return decided.map((indexes) => [...indexes]);
  });
  const plans = await planTrees(work.spec, work, pieces, sizesNow);
  work.expect(pieces.map(({ question }) => question));
  work.expectMore([...plans.sections.values(), plans.all].reduce((sum, plan) => sum + countCombining(plan), 0));
  const outcomes = await askPieces(work, pieces, bundles, sizesNow);
  return new Reducer(work, drafts, pieces, outcomes).reduce(plans);
}

/** The first one alone, while the limits are not known: its answer brings them, and the rest is cut by them. */
async function probe(
  work: Work,
  sizes: Sizes,
  sizesOfRest: () => Promise<Sizes>,
): Promise<{ readonly pieces: readonly Piece[]; readonly sizes: Sizes }> {
  const pieces = await toPieces(work.spec, await cutAll(work.spec, work.sources, sizes), work.known);
  const at = await work.decide('probe', v.number(), () => {
    const answered = work.known(pieces.map(({ question }) => question.key));
    // A whole one is of use whatever the limits are.
    return Math.max(
      0,
      pieces.findIndex(({ isPart, question }) => !isPart && !answered.has(question.key)),
    );
  });
  const first = pieces[at];
  if (!first) return { pieces, sizes };
  work.expect([first.question]);
  await askPiece(work, first, sizes);
  const now = await sizesOfRest();
  const cuts = await cutAll(work.spec, work.sources, now, first);
  return { pieces: await toPieces(work.spec, cuts, work.known), sizes: now };
}

export interface Trees {
  /** By source, of those in several pieces. */
  readonly sections: ReadonlyMap<number, CombinePlan>;
  readonly all: CombinePlan;
}

/** What is put together with what. */
export async function planTrees(
  spec: SummarySpec,
  { sources }: Pick<Work, 'sources'>,
  pieces: readonly Piece[],
  sizes: Sizes,
): Promise<Trees> {
  const factor = focusFactor(spec);
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  if (!hasSections(spec) || sources.length < 2) {
    const { name } = wholeCut({ spec, sources });
    const isOfOne = sources.length < 2;
    const marks = await marksOf(pieces);
    const leaves = pieces.map(({ name }, at) => ({ name: isOfOne ? '' : name, mark: marks[at] ?? '' }));
    const root = { kind: 'final', name, label: name, characters } as const;
    return { sections: new Map(), all: planCombining(root, 'part', leaves, sizes, factor) };
  }
  const sections = new Map<number, CombinePlan>();
  const found = bySource(pieces);
  const marks = await marksOf(pieces, ({ source }) => (found.get(source)?.length ?? 0) > 1);
  for (const [source, ofIt] of found) {
    if (ofIt.length < 2) continue;
    const name = sources[source]?.name ?? '';
    const leaves = ofIt.map((at) => ({ name: '', mark: marks[at] ?? '' }));
    sections.set(
      source,
      planCombining({ kind: 'section', name, label: name, characters: 0 }, 'part', leaves, sizes, factor),
    );
  }
  const leaves = sources.map(({ name }) => ({ name, mark: name }));
  const root = { kind: 'final', name: spec.name, label: spec.name, characters } as const;
  return { sections, all: planCombining(root, 'group', leaves, sizes, factor) };
}

/** Parts of a text have no names: what they say tells them apart. */
function marksOf(pieces: readonly Piece[], isNeeded: (piece: Piece) => boolean = () => true) {
  return mapInTurns(
    pieces,
    (piece) => (isNeeded(piece) ? piece.text.length : 0),
    (piece) => (isNeeded(piece) ? createHash('sha256').update(piece.text).digest('hex') : ''),
  );
}

/** Indexes of the pieces of each source. */
export function bySource(pieces: readonly Piece[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [at, { source }] of pieces.entries()) {
    const known = found.get(source);
    if (known) known.push(at);
    else found.set(source, [at]);
  }
  return found;
}

interface Section {
  readonly text: string | undefined;
  readonly flaws: readonly Flaw[];
}

class Reducer {
  readonly #work: Work;
  readonly #drafts: Drafts;
  readonly #pieces: readonly Piece[];
  readonly #outcomes: readonly Promise<PieceOutcome>[];

  constructor(work: Work, drafts: Drafts, pieces: readonly Piece[], outcomes: readonly Promise<PieceOutcome>[]) {
    this.#work = work;
    this.#drafts = drafts;
    this.#pieces = pieces;
    this.#outcomes = outcomes;
  }

  async reduce({ sections: plans, all }: Trees): Promise<readonly Flaw[]> {
    const { spec, sources } = this.#work;
    const found = bySource(this.#pieces);
    for (const ofIt of found.values()) this.#showParts(ofIt);
    if (!hasSections(spec) || sources.length < 2) return this.#reduceText(all);
    const sections = sources.map((_, source) => this.#section(source, found.get(source) ?? [], plans.get(source)));
    const combined = await this.#overview(all, sections);
    const flaws = (await Promise.all(sections)).flatMap((section) => section.flaws);
    return [...flawsOf(spec.name, [], combined), ...flaws];
  }

  async #reduceText(all: CombinePlan): Promise<readonly Flaw[]> {
    const combined = await combineTree(this.#work, all, async (index) => (await this.#outcomes[index])?.text);
    this.#drafts.clearSections();
    this.#drafts.setOverview(combined.text);
    return flawsOf(all.root.name, await Promise.all(this.#outcomes), combined);
  }

  async #overview(all: CombinePlan, sections: readonly Promise<Section>[]): Promise<Combined> {
    const combined = await combineTree(this.#work, all, async (index) => (await sections[index])?.text);
    // Of a single section there is nothing more to say.
    if (this.#drafts.sectionCount < 2) return { text: undefined, isCut: combined.isCut, error: undefined };
    if (!combined.error) this.#drafts.setOverview(combined.text);
    return combined;
  }

  async #section(source: number, ofIt: readonly number[], plan: CombinePlan | undefined): Promise<Section> {
    const outcomes = ofIt.flatMap((at) => this.#outcomes[at] ?? []);
    const combined = plan && (await combineTree(this.#work, plan, async (index) => (await outcomes[index])?.text));
    const settled = await Promise.all(outcomes);
    const text = plan ? combined?.text : settled[0]?.text;
    if (text !== undefined) this.#drafts.setSection(source, text);
    return { text, flaws: flawsOf(this.#work.sources[source]?.name ?? '', settled, combined) };
  }

  /** The parts of a text one after another, as they come, until they are put together. */
  #showParts(ofIt: readonly number[]): void {
    const { length } = ofIt;
    if (length < 2) return;
    const texts: (string | undefined)[] = Array.from({ length });
    let done = 0;
    for (const [at, index] of ofIt.entries()) {
      void this.#outcomes[index]?.then(({ text }) => {
        texts[at] = text;
        done += 1;
        const source = this.#pieces[index]?.source;
        // The last one is followed at once by what they are put together to.
        if (source === undefined || text === undefined || done === length) return;
        this.#drafts.setSection(source, texts.filter((each) => each !== undefined).join('\n\n'));
      });
    }
  }
}
