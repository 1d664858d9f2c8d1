import type { Client, LaneSnapshot, Priority, Run, RunEvent } from '../client/types';
import { limitGroupOf } from '../client/limitGroups';
import { combinePrompt, piecePrompt, systemPrompt, wholePrompt } from './prompts';
import { takePiece } from './split';

export interface SummarySource {
  /** As a person knows it: `src/retry.ts`, `selection of retry.ts`. */
  readonly name: string;
  readonly text: string;
}

export interface SummaryOptions {
  readonly model: string;
  readonly priority: Priority;
  /** Who shares fairly with others; one per job. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/** What a job is doing: pieces done and the last wait or start of one of its runs. */
export interface SummaryProgress {
  readonly done: number;
  /** `undefined` until the text has been cut. */
  readonly total: number | undefined;
  readonly last: Extract<RunEvent, { type: 'queued' | 'waiting' | 'retrying' | 'started' }> | undefined;
}

/** A summary rarely needs more; the bound only guards against a model that does not stop. */
const longestSummaryTokens = 2_048;

/** Below what the leanest tokenizer makes of English or code, so that a piece does not exceed its share of the bucket. */
const charactersPerToken = 3;

/** A piece is at most this part of the input limit: several fit a minute, and a chat finds room between them. */
const pieceShareOfLimit = 0.4;

/** Before any answer has told the limit, a piece small enough for the smallest limit known (10k input tokens a minute). */
const cautiousPieceTokens = 3_000;

/** More makes summaries vague, whatever the limit allows. */
const largestPieceTokens = 60_000;

/**
 * Summarizes texts of any size: one request where it fits, otherwise piece by piece and then the summaries together,
 * as often as it takes. Rejects with the `ClientError` of the first run that fails; the other runs are cancelled then.
 */
export class Summarizer {
  readonly #client: Client;
  readonly #options: SummaryOptions;
  readonly #onProgress: (progress: SummaryProgress) => void;
  #progress: SummaryProgress = { done: 0, total: undefined, last: undefined };

  constructor(client: Client, options: SummaryOptions, onProgress: (progress: SummaryProgress) => void) {
    this.#client = client;
    this.#options = options;
    this.#onProgress = onProgress;
  }

  async summarize({ name, text }: SummarySource): Promise<string> {
    const first = takePiece(text, 0, this.#longestPiece());
    if (first.length === text.length) return this.#ask(wholePrompt(name, text));
    // The first answer brings the true limit; the rest is cut by it.
    const summaries = [await this.#ask(piecePrompt(name, 1, first))];
    const rest = cut(text, first.length, this.#longestPiece());
    this.#report({ total: 1 + rest.length });
    summaries.push(...(await this.#askAll(rest.map((piece, index) => piecePrompt(name, index + 2, piece)))));
    return this.combine(name, summaries);
  }

  /** One summary out of several, in rounds where they do not fit into one request; out of none, an empty one. */
  async combine(name: string, summaries: readonly string[]): Promise<string> {
    const [only = ''] = summaries;
    if (summaries.length < 2) return only;
    const bundles = bundle(summaries, this.#longestPiece());
    if (bundles.length === 1) return this.#ask(combinePrompt(name, summaries));
    return this.combine(name, await this.#askAll(bundles.map((each) => combinePrompt(name, each))));
  }

  async #askAll(prompts: readonly string[]): Promise<string[]> {
    const runs = prompts.map((prompt) => this.#send(prompt));
    try {
      return await Promise.all(runs.map((run) => this.#finish(run)));
    } catch (error) {
      for (const run of runs) run.cancel();
      throw error;
    }
  }

  #ask(prompt: string): Promise<string> {
    return this.#finish(this.#send(prompt));
  }

  #send(prompt: string): Run {
    const { model, priority, source, signal } = this.#options;
    const messages = [{ role: 'user', content: prompt }] as const;
    return this.#client.send({
      model,
      maxTokens: longestSummaryTokens,
      system: systemPrompt,
      messages,
      priority,
      source,
      signal,
    });
  }

  async #finish(run: Run): Promise<string> {
    for await (const event of run) {
      if (event.type !== 'text' && event.type !== 'done') this.#report({ last: event });
    }
    const { text } = await run.result;
    this.#report({ done: this.#progress.done + 1 });
    return text.trim();
  }

  #report(change: Partial<SummaryProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#onProgress(this.#progress);
  }

  #longestPiece(): number {
    const group = limitGroupOf(this.#options.model);
    const limit = inputLimit(this.#client.quota().find((lane) => lane.group === group));
    const tokens = limit === undefined ? cautiousPieceTokens : limit * pieceShareOfLimit;
    return Math.max(2, Math.floor(Math.min(tokens, largestPieceTokens) * charactersPerToken));
  }
}

function inputLimit(lane: LaneSnapshot | undefined): number | undefined {
  return lane?.inputTokens?.limit;
}

function cut(text: string, from: number, longest: number): string[] {
  const pieces: string[] = [];
  for (let at = from; at < text.length;) {
    const piece = takePiece(text, at, longest);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

/** Neighbours together while they fit; a bundle holds at least two, or combining would never come to an end. */
function bundle(summaries: readonly string[], longest: number): string[][] {
  const bundles: string[][] = [];
  let size = 0;
  for (const summary of summaries) {
    const last = bundles.at(-1);
    if (last && (last.length < 2 || size + summary.length <= longest)) {
      last.push(summary);
      size += summary.length;
    } else {
      bundles.push([summary]);
      size = summary.length;
    }
  }
  return bundles;
}
