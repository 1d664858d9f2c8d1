import type { JobSource } from '../jobs/job';
import type { KnownLimits } from '../jobs/program';
import { Breath, mapInTurns } from './breathe';
import { createBundle, decideBundles } from './bundles';
import { toPieces, type Known, type Piece } from './cuts';
import { bySource, planTrees } from './mapReduce';
import { expectTokens } from './pieceSize';
import { planCombined } from './planCombined';
import { refineQuestion, wholeQuestion, wordingsOf } from './questions';
import { decideSizes, fitOf, type Sizes } from './sizes';
import { hasSections, type SummarySpec } from './spec';
import { Tally, type Amounts, type Expected } from './tally';
import { createTogether } from './together';
import { cutAll, cutToRefine, decideWay, type Way } from './way';
import { wholeCut } from './wholeText';

/** What a summary takes before it is begun. Known answers cost nothing and are not in the amounts. */
export interface SummaryPlan extends Amounts {
  readonly way: Way;
  readonly pieces: number;
  /** Of the pieces, those that share a request with others. */
  readonly bundled: number;
  /** Of the pieces, those that are answered already. */
  readonly known: number;
}

const minuteMs = 60_000;
/** Until the first token. */
const firstTokenMs = 2_000;
/** Roughly what models write. */
const outputTokensPerSecond = 60;
/** A part, what it is put together to, and the whole: those wait for one another. */
const rounds = 3;

/** Decides what the program decides, and asks nobody. */
export async function planSummary(
  spec: SummarySpec,
  sources: readonly JobSource[],
  limitsOf: (model: string) => KnownLimits,
  known: Known,
): Promise<SummaryPlan> {
  const sizes = decideSizes(spec, limitsOf);
  // Where the program would ask the API, the expected size is the best guess.
  const fits = fitOf(spec, sources, sizes) !== 'no';
  const way = await decideWay(spec, sources, sizes, fits, known);
  const tally = new Tally(spec, known);
  const parts = await countParts(way, tally, sources, sizes, limitsOf);
  return { way, ...parts, ...tally.amounts };
}

type Parts = Pick<SummaryPlan, 'pieces' | 'bundled' | 'known'>;

async function countParts(
  way: Way,
  tally: Tally,
  sources: readonly JobSource[],
  sizes: Sizes,
  limitsOf: (model: string) => KnownLimits,
): Promise<Parts> {
  switch (way) {
    case 'one':
      return hasSections(tally.spec) && sources.length > 1
        ? countTogether(tally, sources, sizes)
        : countWhole(tally, sources);
    case 'refine':
      return countRefined(tally, sources, sizes);
    case 'mapReduce':
      return countMapped(tally, sources, sizes, limitsOf);
  }
}

function countWhole(tally: Tally, sources: readonly JobSource[]): Parts {
  const { isKnown } = tally.ask([wholeQuestion(tally.spec, wholeCut({ spec: tally.spec, sources }))]);
  return { pieces: 1, bundled: 0, known: isKnown ? 1 : 0 };
}

async function countTogether(tally: Tally, sources: readonly JobSource[], sizes: Sizes): Promise<Parts> {
  const { spec } = tally;
  const pieces = await toPieces(spec, await cutAll(spec, sources, { ...sizes, piece: Infinity }), tally.known);
  const { bundle, whole } = createTogether(spec, pieces);
  const questions = [...pieces.map(({ question }) => question), whole];
  const answered = tally.known(questions.map(({ key }) => key));
  if (answered.size === 0) {
    tally.add(bundle.request, 'whole', expectTokens(bundle.request.prompt, spec.model), tally.wordsOf(questions));
    return { pieces: pieces.length, bundled: pieces.length, known: 0 };
  }
  // Some of it is known: the rest is asked for alone.
  const found = pieces.map(({ name, question }) => ({ name, ...tally.ask([question]) }));
  const text = answered.get(whole.key)?.text;
  if (text === undefined) {
    const { all } = await planTrees(spec, { sources }, pieces, sizes);
    await planCombined(tally, all, found);
  }
  return { pieces: pieces.length, bundled: 0, known: found.filter(({ isKnown }) => isKnown).length };
}

function countRefined(tally: Tally, sources: readonly JobSource[], sizes: Sizes): Parts {
  const { spec } = tally;
  const [source] = sources;
  const cuts = source ? cutToRefine(spec, source, sizes) : [];
  let before: Expected | undefined;
  let known = 0;
  for (const [at, cut] of cuts.entries()) {
    const soFar = before && (before.text ?? '');
    const step = { cut, soFar, isLast: at === cuts.length - 1, characters: source?.text.length ?? 0 };
    const variants = wordingsOf(spec).map((wording) => refineQuestion(spec, wording, step));
    before = tally.ask(variants, before && before.text === undefined ? before.tokens : undefined);
    if (before.isKnown) known += 1;
  }
  return { pieces: cuts.length, bundled: 0, known };
}

async function countMapped(
  tally: Tally,
  sources: readonly JobSource[],
  sizes: Sizes,
  limitsOf: (model: string) => KnownLimits,
): Promise<Parts> {
  const { spec } = tally;
  const pieces = await toPieces(spec, await cutAll(spec, sources, sizes), tally.known);
  const limits = limitsOf(spec.mapModel);
  const bundles = hasSections(spec) ? await decideBundles(spec, pieces, sizes, limits, tally.known) : [];
  const bundled = new Set(bundles.flat());
  const breath = new Breath();
  for (const indexes of bundles) {
    const members = indexes.flatMap((at) => pieces[at] ?? []);
    countBundle(tally, members);
    await breath.after(members.reduce((sum, { text }) => sum + text.length, 0));
  }
  const answers = await mapInTurns(
    pieces,
    ({ text }) => text.length,
    ({ question }, at) => (bundled.has(at) ? tally.expectAnswer(question) : tally.ask([question])),
  );
  const { sections, all } = await planTrees(spec, { sources }, pieces, sizes);
  if (hasSections(spec) && sources.length > 1) {
    const found = bySource(pieces);
    const ofSources: Expected[] = [];
    for (const source of sources.keys()) {
      const leaves = (found.get(source) ?? []).flatMap((at) => answers[at] ?? []);
      const plan = sections.get(source);
      const ofIt = plan ? await planCombined(tally, plan, leaves, breath) : leaves[0];
      if (ofIt) ofSources.push(ofIt);
    }
    await planCombined(tally, all, ofSources, breath);
  } else await planCombined(tally, all, answers);
  return { pieces: pieces.length, bundled: bundled.size, known: answers.filter(({ isKnown }) => isKnown).length };
}

function countBundle(tally: Tally, pieces: readonly Piece[]): void {
  const { request } = createBundle(tally.spec, pieces);
  tally.add(
    request,
    'map',
    expectTokens(request.prompt, request.model),
    tally.wordsOf(pieces.map(({ question }) => question)),
  );
}

/** How long it takes at the pace of the limits, from a full start; `undefined` where no limit is known. */
export function planMs(plan: SummaryPlan, limits: KnownLimits): number | undefined {
  const { requests, inputTokens, outputTokens } = plan;
  const paces = [
    paceOf(requests, limits.requestsPerMinute),
    paceOf(inputTokens, limits.inputTokensPerMinute),
    paceOf(outputTokens, limits.outputTokensPerMinute),
  ].filter((pace) => pace !== undefined);
  if (paces.length === 0) return undefined;
  return Math.round(Math.max(...paces) + latencyOf(plan));
}

/** What a bucket holds goes at once, the rest as it refills. */
function paceOf(amount: number, perMinute: number | undefined): number | undefined {
  if (perMinute === undefined || perMinute <= 0) return undefined;
  return (Math.max(0, amount - perMinute) / perMinute) * minuteMs;
}

function latencyOf({ way, requests, outputTokens }: SummaryPlan): number {
  if (requests === 0) return 0;
  const inLine = way === 'refine' ? requests : Math.min(requests, way === 'one' ? 1 : rounds);
  return inLine * (firstTokenMs + (outputTokens / requests / outputTokensPerSecond) * 1_000);
}
