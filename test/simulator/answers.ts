import type { AnswerPlan, Pace } from './answerStream';
import { closing, codeSections, fillers, listSections, openings, otherSections } from './answerTexts';
import type { MessagesRequest } from './messagesRequest';
import { summarize } from './summaries';
import { hashText, splitTokens } from './tokens';

/** What a test or benchmark wants a request to get; whatever is left out is made up from the request. */
export interface AnswerScript extends Partial<Pace> {
  readonly text?: string | undefined;
  /** Comes before the text, unless the request forbids thinking; its tokens are output on top of `outputTokens`. */
  readonly thinking?: string | undefined;
  readonly outputTokens?: number | undefined;
  /** Of the uncached prompt, instead of what its text would count; also taken as the estimate at admission. */
  readonly inputTokens?: number | undefined;
  readonly stopReason?: string | undefined;
}

/** The same request and seed get the same answer, on any machine and in any order. */
export function planAnswer(request: MessagesRequest, script: AnswerScript, pace: Pace, seed: number): AnswerPlan {
  const pieces =
    script.text === undefined ? composePieces(request, script.outputTokens, seed) : splitTokens(script.text);
  const thinking = planThinking(request, script.thinking ?? '');
  const wanted = script.outputTokens ?? pieces.length;
  const textTokens = Math.min(wanted, request.maxTokens - thinking.length);
  const isCut = textTokens < wanted;
  return {
    thinking,
    pieces: isCut ? pieces.slice(0, Math.round((textTokens / wanted) * pieces.length)) : pieces,
    outputTokens: thinking.length + textTokens,
    stopReason: isCut ? 'max_tokens' : (script.stopReason ?? 'end_turn'),
    pace: { ...pace, ...definedFields(script, pace) },
  };
}

/** A token each; what is not shown is thought and paid for all the same. */
function planThinking({ thinking, maxTokens }: MessagesRequest, text: string): readonly string[] {
  if (thinking === 'disabled') return [];
  const pieces = splitTokens(text).slice(0, maxTokens);
  return thinking === 'omitted' ? pieces.map(() => '') : pieces;
}

function definedFields(script: AnswerScript, pace: Pace): Pace {
  return {
    firstByteMs: script.firstByteMs ?? pace.firstByteMs,
    thinkingMs: script.thinkingMs ?? pace.thinkingMs,
    tokensPerSecond: script.tokensPerSecond ?? pace.tokensPerSecond,
    deltaIntervalMs: script.deltaIntervalMs ?? pace.deltaIntervalMs,
    pingIntervalMs: script.pingIntervalMs ?? pace.pingIntervalMs,
  };
}

/** With an exact length, as many tokens; without one, whole sections. */
function composePieces(request: MessagesRequest, exactTokens: number | undefined, seed: number): readonly string[] {
  const question = request.blocks.findLast(({ role }) => role === 'user')?.content ?? '';
  const instructions = request.blocks.find(({ role }) => role === 'system')?.content ?? '';
  const pick = hashText(question, seed);
  const text = asksForSummary(question, instructions) ? summarize(question) : composeChat(pick);
  const pieces = splitTokens(text);
  if (exactTokens === undefined) return pieces;
  return fillUp(pieces, exactTokens, pick);
}

/** The instruction stands before or after a text that can be long. */
const instructionCharacters = 400;

function asksForSummary(question: string, instructions: string): boolean {
  const where = [instructions, question.slice(0, instructionCharacters), question.slice(-instructionCharacters)];
  return where.some((text) => /\bsummar(y|ies|i[sz]e)/i.test(text));
}

/** One of each kind, so that every answer shows all that markdown has to offer here. */
function composeChat(pick: number): string {
  let left = pick;
  const parts = [openings, listSections, codeSections, otherSections].map((texts) => {
    const text = texts[left % texts.length];
    left = Math.floor(left / texts.length);
    return text;
  });
  return [...parts, closing].join('\n\n');
}

const fillerPieces = fillers.map((filler) => splitTokens(` ${filler}`));

function fillUp(pieces: readonly string[], exactTokens: number, pick: number): readonly string[] {
  const filled = pieces.slice(0, exactTokens);
  for (let index = pick; filled.length < exactTokens; index++) {
    const filler = fillerPieces[index % fillerPieces.length] ?? [];
    filled.push(...filler.slice(0, exactTokens - filled.length));
  }
  return filled;
}
