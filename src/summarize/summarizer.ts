import { ClientError } from '../client/errors';
import type { Client } from '../client/types';
import { Asker, isOfItsTextOnly, mostSubmitted, type Answer, type SummaryOptions, type SummaryProgress } from './asker';
import { combine } from './combine';
import { cutPieces, halve, takePieceOf } from './pieceSize';
import { piecePrompt, wholePrompt } from './prompts';

export interface SummarySource {
  /** As a person knows it: `src/retry.ts`, `selection of retry.ts`. */
  readonly name: string;
  readonly text: string;
}

/** What keeps a summary from being whole. */
export type Flaw =
  /** An answer about it ended at its length limit. */
  | { readonly kind: 'cut'; readonly name: string }
  /** So many of its parts have no summary; all of them when the two numbers are equal. */
  | {
      readonly kind: 'missing';
      readonly name: string;
      readonly parts: number;
      readonly of: number;
      readonly error: Error;
    }
  /** Its parts are summarized, and stand one after another. */
  | { readonly kind: 'uncombined'; readonly name: string; readonly error: Error };

export interface Summary {
  readonly text: string;
  /** Empty for a whole one. */
  readonly flaws: readonly Flaw[];
  /** What ended the job before its time; the flaws say what is missing for it. */
  readonly failure: Error | undefined;
}

type Draft = Pick<Summary, 'text' | 'flaws'>;
type Piece = Answer | { readonly error: Error };

/**
 * One job: summarizes texts of any size, in one request where it fits, otherwise piece by piece and then the summaries
 * together. What fails for its text alone is left out; any other failure, and a cancellation, ends the job with what
 * there is. Rejects only where there is nothing at all, with the first `ClientError` or `NoSummaryError`.
 */
export class Summarizer {
  readonly #asker: Asker;

  constructor(client: Client, options: SummaryOptions, onProgress: (progress: SummaryProgress) => void) {
    this.#asker = new Asker(client, options, onProgress);
  }

  /** Sends what waits before its time. */
  sendNow(): void {
    this.#asker.sendNow();
  }

  async summarize(source: SummarySource): Promise<Summary> {
    return this.#close(await this.#summarizeOne(source));
  }

  /** A section for each source, after a summary of all. */
  async summarizeAll(name: string, sources: readonly SummarySource[]): Promise<Summary> {
    this.#asker.expectMore(sources.length - 1);
    const outcomes: (Draft | { readonly error: Error })[] = [];
    const queue = sources.entries();
    const work = async () => {
      for (const [index, source] of queue) {
        outcomes[index] = await this.#summarizeOne(source).catch((error: unknown) => ({ error: toError(error) }));
      }
    };
    await Promise.all(Array.from({ length: mostSubmitted }, work));

    const sections: string[] = [];
    const flaws: Flaw[] = [];
    let firstError: Error | undefined;
    for (const [index, outcome] of outcomes.entries()) {
      const source = sources[index]?.name ?? '';
      if ('error' in outcome) {
        firstError ??= outcome.error;
        flaws.push({ kind: 'missing', name: source, parts: 1, of: 1, error: outcome.error });
      } else {
        sections.push(`## ${source}\n\n${outcome.text}`);
        flaws.push(...outcome.flaws);
      }
    }
    if (sections.length === 0 && firstError) throw this.#asker.failure ?? firstError;
    if (sections.length < 2) return this.#close({ text: sections.join(''), flaws });
    const overview = await this.#combine(name, sections);
    const text = [...(overview.answer ? [overview.answer.text] : []), ...sections].join('\n\n');
    return this.#close({ text, flaws: [...overview.flaws, ...flaws] });
  }

  async #summarizeOne({ name, text }: SummarySource): Promise<Draft> {
    const asker = this.#asker;
    const first = takePieceOf(text, 0, asker.pieceTokens, asker.model);
    const isWhole = first.length === text.length;
    const pieces = [...(await this.#summarizePiece(name, isWhole ? undefined : '1', first))];
    if (!isWhole && pieces.some(isAnswer)) {
      // The first answer brings the true limit; the rest is cut by it.
      const rest = cutPieces(text, first.length, asker.pieceTokens, asker.model);
      asker.expectMore(rest.length);
      const others = rest.map((piece, index) => this.#summarizePiece(name, String(index + 2), piece));
      pieces.push(...(await Promise.all(others)).flat());
    }

    const answers = pieces.filter(isAnswer);
    const errors = pieces.flatMap((piece) => (isAnswer(piece) ? [] : [piece.error]));
    const [error] = errors;
    if (answers.length === 0 && error) throw error;
    const flaws: Flaw[] = [];
    if (answers.some(({ isCut }) => isCut)) flaws.push({ kind: 'cut', name });
    if (error) flaws.push({ kind: 'missing', name, parts: errors.length, of: pieces.length, error });
    const texts = answers.map((answer) => answer.text);
    const combined = await this.#combine(name, texts);
    flaws.push(...combined.flaws.filter(({ kind }) => !flaws.some((flaw) => flaw.kind === kind)));
    return { text: combined.answer?.text ?? texts.join('\n\n'), flaws };
  }

  /** Never rejects. In halves, and halves of these, where it proves too large; `part` is missing for a whole text. */
  async #summarizePiece(name: string, part: string | undefined, text: string): Promise<readonly Piece[]> {
    try {
      const { focus } = this.#asker;
      const prompt = part === undefined ? wholePrompt(name, text, focus) : piecePrompt(name, part, text, focus);
      const answer = await this.#asker.ask(prompt);
      this.#asker.countDone();
      return [answer];
    } catch (error) {
      const halves = ClientError.is(error, 'tooLarge') ? halve(text) : undefined;
      if (!halves) return [{ error: this.#judge(error) }];
      this.#asker.expectMore(1);
      const [first, second] = halves;
      const prefix = part === undefined ? '' : `${part}.`;
      return [
        ...(await this.#summarizePiece(name, `${prefix}1`, first)),
        ...(await this.#summarizePiece(name, `${prefix}2`, second)),
      ];
    }
  }

  async #combine(name: string, texts: readonly string[]): Promise<{ answer?: Answer; flaws: readonly Flaw[] }> {
    try {
      const answer = await combine(this.#asker, name, texts);
      return { answer, flaws: answer.isCut ? [{ kind: 'cut', name }] : [] };
    } catch (error) {
      return { flaws: [{ kind: 'uncombined', name, error: this.#judge(error) }] };
    }
  }

  /** Ends the job unless the error is of its text only; the reason it is, which a run cancelled for it does not know. */
  #judge(error: unknown): Error {
    const reason = toError(error);
    if (isOfItsTextOnly(reason)) return reason;
    this.#asker.end(reason);
    return this.#asker.failure ?? reason;
  }

  #close(draft: Draft): Summary {
    return { ...draft, failure: this.#asker.failure };
  }
}

function isAnswer(piece: Piece): piece is Answer {
  return !('error' in piece);
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
