import * as v from 'valibot';
import { NoAnswerError } from '../jobs/noAnswerError';
import type { Program } from '../jobs/program';
import { Drafts } from './drafts';
import { mapAndReduce } from './mapReduce';
import { refine } from './refine';
import { decideSizes, fitOf, type Sizes } from './sizes';
import type { Flaw } from './spec';
import { decideWay } from './way';
import { summarizeInOne, wholeCut } from './wholeText';
import { Work } from './work';

const sizesSchema = v.object({ whole: v.number(), piece: v.number(), isKnown: v.boolean() });
const waySchema = v.picklist(['one', 'mapReduce', 'refine']);

/**
 * Summarizes texts of any size. Its spec is a `SummarySpec`, its result a `SummaryDraft`. What fails for its text alone
 * is left out, and the draft says so; any other failure ends it with what there is. Rejects only where there is nothing.
 */
export const summarizeProgram: Program = async (context) => {
  const work = new Work(context);
  const drafts = new Drafts(work.spec, work.sources, (result) => work.publish(result));
  try {
    const flaws = await summarize(work, drafts).catch((error: unknown): readonly Flaw[] => {
      if (work.failure !== error) throw error;
      return [];
    });
    const draft = drafts.draft(flaws);
    const { failure } = work;
    if (draft.overview === undefined && draft.sections.length === 0) {
      throw failure ?? work.firstError ?? new NoAnswerError('empty');
    }
    return { result: JSON.stringify(draft), isComplete: flaws.length === 0 && !failure, failure };
  } finally {
    drafts.end();
  }
};

async function summarize(work: Work, drafts: Drafts): Promise<readonly Flaw[]> {
  const { spec, sources } = work;
  const sizesNow = () => decideSizes(spec, (model) => work.limitsOf(model));
  const sizesOfRest = () => work.decide('sizesOfRest', sizesSchema, sizesNow);
  const sizes = await work.decide('sizes', sizesSchema, sizesNow);
  const fits = await work.decide('fits', v.boolean(), () => doesFit(work, sizes));
  const way = await work.decide('way', waySchema, () => decideWay(spec, sources, sizes, fits, work.known));
  switch (way) {
    case 'one':
      return summarizeInOne(work, drafts, sizes);
    case 'refine':
      return refine(work, drafts, sizes, sizesOfRest);
    case 'mapReduce':
      return mapAndReduce(work, drafts, sizes, sizesOfRest);
  }
}

/** The API is asked for the tokens only where the estimate leaves it open whether one request is enough. */
async function doesFit(work: Work, sizes: Sizes): Promise<boolean> {
  const fit = fitOf(work.spec, work.sources, sizes);
  if (fit !== 'unsure') return fit === 'yes';
  try {
    return (await work.countTokens(wholeCut(work).text)) <= sizes.whole;
  } catch {
    return false;
  }
}
