import type { Turn } from '../turn';
import type { Exchange } from './exchanges';
import { TurnIndex, type Passage } from './turnIndex';
import { excerptsText } from './wording';

/** A handful of passages: what is found below them rarely has to do with the question. */
const mostExcerptTokens = 2_000;
/** Of what fits, so that a small limit is left to the turns themselves. */
const excerptShare = 0.1;

export interface Excerpts {
  readonly text: string;
  /** In the order of the path. */
  readonly turnIds: readonly string[];
}

export function excerptBudget(limit: number): number {
  return Math.min(mostExcerptTokens, Math.floor(limit * excerptShare));
}

/** The most relevant passages of older exchanges that the budget holds, in the order in which they were said. */
export function findExcerpts(
  { path, older, question }: { path: readonly Turn[]; older: readonly Exchange[]; question: Turn },
  index: TurnIndex | undefined,
  estimate: (text: string) => number,
  budget: number,
): Excerpts | undefined {
  const searched = index ?? new TurnIndex();
  // Not the question itself: it is not among what it asks for, and while it is typed it changes.
  searched.update(path.slice(0, path.lastIndexOf(question)));
  const turns = older.flatMap(({ question, answers }) => [question, ...answers]).map(({ turn }) => turn.id);
  const places = new Map(turns.map((id, place) => [id, place]));
  const inOrder = (one: Passage, other: Passage) =>
    (places.get(one.turnId) ?? 0) - (places.get(other.turnId) ?? 0) || one.number - other.number;
  let chosen: readonly Passage[] = [];
  for (const passage of searched.find(question.text, new Set(turns))) {
    const more = [...chosen, passage].sort(inOrder);
    if (estimate(excerptsText(more)) > budget) break;
    chosen = more;
  }
  if (chosen.length === 0) return undefined;
  return { text: excerptsText(chosen), turnIds: [...new Set(chosen.map(({ turnId }) => turnId))] };
}
