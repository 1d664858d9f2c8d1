import MiniSearch from 'minisearch';
import { isRunning, isUnsendable, type Turn } from '../turn';
import { messageOf, textOf, toBlocks } from './exchanges';

/** A passage is about a paragraph or a function. Whole turns would be too much to send for the few lines that matter. */
const passageCharacters = 1_200;
/** Of a long question its beginning says what it is about; every word is looked up. */
const mostCharactersOfQuery = 1_000;
/** Less than this share of the best passage's score has little to do with the question. */
const leastScoreShare = 0.3;
/** A word in more of the passages than this says nothing about any of them, in whatever language it is… */
const commonShare = 1 / 3;
/** …once there are so many that it means anything. */
const fewPassages = 20;

/** White space and punctuation of all scripts. `_` and `$` stay within names, as they are written in code. */
const betweenWords = /[^\p{L}\p{N}\p{M}_$]+/u;

/** An answer that is continued grows; another answer to a question that was refused shows that it can be sent. */
interface ReadAs {
  readonly length: number;
  readonly isRefused: boolean;
}

export interface Passage {
  readonly id: string;
  readonly turnId: string;
  readonly role: Turn['role'];
  /** Within its turn. */
  readonly number: number;
  readonly text: string;
}

/**
 * Finds passages of earlier turns by their words. One conversation has one index over all its branches; it is asked with
 * a path and adds the turns of it that are new. Never throws.
 */
export class TurnIndex {
  readonly #search = new MiniSearch<Passage>({
    fields: ['text'],
    tokenize: (text) => text.split(betweenWords),
    searchOptions: { prefix: (term) => term.length > 3 },
  });
  readonly #passages = new Map<string, Passage>();
  /** How many passages each turn has, and as what it was read. */
  readonly #turns = new Map<string, ReadAs & { readonly passages: number }>();
  /** In how many passages each word is. */
  readonly #spread = new Map<string, number>();

  #reads = 0;

  /** How many turns were read so far: each once, and again when it grew or when a refused question was taken after all. */
  get reads(): number {
    return this.#reads;
  }

  /** Whatever stands before a turn that is known was read along with it, so that only the end of the path is looked at. */
  update(path: readonly Turn[]): void {
    for (let index = path.length - 1; index >= 0; index--) {
      const turn = path[index];
      const next = path[index + 1];
      if (!turn || this.#isKnown(turn, next)) return;
      if (!isRunning(turn)) this.#read(turn, next);
    }
  }

  /** The best passages about a question first, from these turns only. */
  find(question: string, turnIds: ReadonlySet<string>): readonly Passage[] {
    const results = this.#search.search(question.slice(0, mostCharactersOfQuery), {
      processTerm: (term) => (this.#isCommon(term) ? null : term.toLowerCase()),
      filter: ({ id }) => turnIds.has(this.#passages.get(String(id))?.turnId ?? ''),
    });
    const least = (results[0]?.score ?? 0) * leastScoreShare;
    return results.filter(({ score }) => score >= least).flatMap(({ id }) => this.#passages.get(String(id)) ?? []);
  }

  #isKnown(turn: Turn, next: Turn | undefined): boolean {
    const known = this.#turns.get(turn.id);
    const { length, isRefused } = readingOf(turn, next);
    return known?.length === length && known.isRefused === isRefused;
  }

  #read(turn: Turn, next: Turn | undefined): void {
    this.#reads++;
    this.#forget(turn.id);
    const message = messageOf(turn, next);
    const text = message ? toBlocks(message).map(textOf).join('\n\n') : '';
    const passages = splitPassages(text).map((passage, number): Passage => {
      return { id: `${turn.id}#${number}`, turnId: turn.id, role: turn.role, number, text: passage };
    });
    this.#turns.set(turn.id, { passages: passages.length, ...readingOf(turn, next) });
    for (const passage of passages) {
      this.#passages.set(passage.id, passage);
      this.#count(passage, 1);
    }
    this.#search.addAll(passages);
  }

  #forget(turnId: string): void {
    const { passages = 0 } = this.#turns.get(turnId) ?? {};
    for (let number = 0; number < passages; number++) {
      const passage = this.#passages.get(`${turnId}#${number}`);
      if (!passage) continue;
      this.#search.remove(passage);
      this.#passages.delete(passage.id);
      this.#count(passage, -1);
    }
  }

  #count({ text }: Passage, change: 1 | -1): void {
    for (const word of wordsOf(text)) {
      this.#spread.set(word, (this.#spread.get(word) ?? 0) + change);
    }
  }

  #isCommon(term: string): boolean {
    const all = this.#passages.size;
    return all >= fewPassages && (this.#spread.get(term.toLowerCase()) ?? 0) > all * commonShare;
  }
}

function readingOf(turn: Turn, next: Turn | undefined): ReadAs {
  const isRefused = turn.role === 'user' && next?.role === 'assistant' && isUnsendable(next);
  return { length: turn.text.length, isRefused };
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().split(betweenWords));
}

/** At line ends where there are any, else anywhere but within a surrogate pair. Blank passages are dropped. */
export function splitPassages(text: string): readonly string[] {
  const passages: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfPassage(text, start);
    const passage = text.slice(start, end).trim();
    if (passage !== '') passages.push(passage);
    start = end;
  }
  return passages;
}

function endOfPassage(text: string, start: number): number {
  const most = start + passageCharacters;
  if (most >= text.length) return text.length;
  // The earliest kind of break wins that leaves no tiny passage.
  const least = start + passageCharacters / 3;
  for (const mark of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(mark, most - mark.length);
    if (at >= least) return at + mark.length;
  }
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most + 1 : most;
}
