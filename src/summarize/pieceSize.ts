import { countRawTokens, TokenEstimator } from '../client/tokens';
import { takePiece } from './split';

/** Never calibrated: a piece is cut before its model has told anything about it. */
const estimator = new TokenEstimator();

/** A piece is at most this part of the input limit: several fit a minute, and a chat finds room between them. */
const shareOfLimit = 0.4;

/** Before any answer has told the limit, a piece small enough for the smallest limit known (10k input tokens a minute). */
const cautiousTokens = 3_000;

/** More makes summaries vague, whatever the limit allows. */
const largestTokens = 60_000;

/** No piece is made smaller, and none that was too large is halved below this: its summary would be as long as itself. */
export const smallestPieceCharacters = 400;

/** More characters than this are no single token on average, in any script and with any tokenizer. */
const mostCharactersPerToken = 4;

/** What a text takes of the input limit, with the margin that the client reserves; letters beyond ASCII weigh more. */
export function estimateTokens(text: string, model: string): number {
  return estimator.estimate(countRawTokens({ messages: [{ role: 'user', content: text }] }), model, '');
}

/** How many tokens a piece may have under the server's limit and the user's own cap, each per minute where known. */
export function pieceTokens(serverLimit: number | undefined, userCap: number | undefined): number {
  const byServer = serverLimit === undefined ? cautiousTokens : serverLimit * shareOfLimit;
  const byUser = userCap === undefined ? Infinity : userCap * shareOfLimit;
  return Math.min(byServer, byUser, largestTokens);
}

/** Takes the next piece of at most so many tokens off a text; not smaller than `smallestPieceCharacters` for that. */
export function takePieceOf(text: string, from: number, tokens: number, model: string): string {
  let longest = Math.max(smallestPieceCharacters, Math.ceil(tokens * mostCharactersPerToken));
  for (;;) {
    const estimated = estimateTokens(text.slice(from, from + longest), model);
    if (estimated <= tokens || longest === smallestPieceCharacters) return takePiece(text, from, longest);
    const present = Math.min(longest, text.length - from);
    longest = Math.max(smallestPieceCharacters, Math.floor(present * Math.min(tokens / estimated, largestStep)));
  }
}

/** Each step shrinks a little at least, so that a text of mixed scripts comes to its size in a few of them. */
const largestStep = 0.98;

export function cutPieces(text: string, from: number, tokens: number, model: string): string[] {
  const pieces: string[] = [];
  for (let at = from; at < text.length;) {
    const piece = takePieceOf(text, at, tokens, model);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

/** For a piece that proved too large; `undefined` where halves would be below `smallestPieceCharacters`. */
export function halve(text: string): readonly [string, string] | undefined {
  if (text.length < 2 * smallestPieceCharacters) return undefined;
  const first = takePiece(text, 0, Math.ceil(text.length / 2));
  return [first, text.slice(first.length)];
}
