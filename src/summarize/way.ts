import type { JobSource } from '../jobs/job';
import { mapInTurns } from './breathe';
import { cutSource, toPieces, type Known } from './cuts';
import { estimateTokens } from './pieceSize';
import type { Cut } from './questions';
import type { Sizes } from './sizes';
import { firstWording, hasSections, type SummarySpec } from './spec';
import { createTogether } from './together';

export type Way = 'one' | 'mapReduce' | 'refine';

/** A running summary forgets, and each part waits for the one before it: not for more than these. */
const mostRefined = 5;

/** Texts that are read from their beginning to their end. A name without an extension is no file: a selection, a chat. */
const prose = /(?:^|\/)[^./]*$|\.(?:md|mdx|markdown|txt|text|rst|adoc|asciidoc|org|tex|log)$/i;

/** Where at least so much of it is answered already, asking for all of it in one request would pay for it again. */
const answeredShare = 0.5;

export async function decideWay(
  spec: SummarySpec,
  sources: readonly JobSource[],
  sizes: Sizes,
  fits: boolean,
  known: Known,
): Promise<Way> {
  if (fits) return (await isMostlyAnswered(spec, sources, sizes, known)) ? 'mapReduce' : 'one';
  return canRefine(spec, sources, sizes) ? 'refine' : 'mapReduce';
}

async function isMostlyAnswered(
  spec: SummarySpec,
  sources: readonly JobSource[],
  sizes: Sizes,
  known: Known,
): Promise<boolean> {
  if (!hasSections(spec) || sources.length < 2) return false;
  const pieces = await toPieces(spec, await cutAll(spec, sources, { ...sizes, piece: Infinity }), known);
  const { whole } = createTogether(spec, pieces);
  const answered = known([whole.key, ...pieces.map(({ question }) => question.key)]);
  return !answered.has(whole.key) && answered.size >= pieces.length * answeredShare;
}

function canRefine(spec: SummarySpec, sources: readonly JobSource[], sizes: Sizes): boolean {
  const [source] = sources;
  if (!source || sources.length > 1) return false;
  if (!(spec.subject === 'conversation' || spec.subject === 'diff' || prose.test(source.name))) return false;
  const { mostTokens, model } = refineSize(spec, sizes);
  if (estimateTokens(source.text, model) > mostRefined * mostTokens) return false;
  return cutToRefine(spec, source, sizes).length <= mostRefined;
}

/** Each part goes to the one model or to the other, with the summary so far beside it. */
export function cutToRefine(
  spec: SummarySpec,
  source: JobSource,
  sizes: Sizes,
  after?: Pick<Cut, 'to'>,
): readonly Cut[] {
  return cutSource(0, source, { ...refineSize(spec, sizes), hasOverlap: false, after });
}

/** @param begun the part of one of them that is cut already; missing where none is */
export async function cutAll(
  spec: SummarySpec,
  sources: readonly JobSource[],
  sizes: Sizes,
  begun?: Cut,
): Promise<readonly Cut[]> {
  const cuts = await mapInTurns(
    sources,
    ({ text }) => text.length,
    (source, index) =>
      begun?.isPart && index === begun.source
        ? [begun, ...cutToMap(spec, index, source, sizes, begun)]
        : cutToMap(spec, index, source, sizes),
  );
  return cuts.flat();
}

function cutToMap(
  spec: SummarySpec,
  index: number,
  source: JobSource,
  { piece }: Sizes,
  after?: Pick<Cut, 'to'>,
): readonly Cut[] {
  const { mapModel: model } = firstWording(spec);
  return cutSource(index, source, { mostTokens: piece, model, hasOverlap: true, after });
}

function refineSize(spec: SummarySpec, { whole, piece }: Sizes): { mostTokens: number; model: string } {
  const { model, mapModel } = firstWording(spec);
  return whole < piece ? { mostTokens: whole, model } : { mostTokens: piece, model: mapModel };
}
