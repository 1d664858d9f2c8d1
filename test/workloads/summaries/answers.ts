import type { AnswerScript } from '../../simulator/answers';
import type { JsonObject } from '../../simulator/messagesRequest';
import { countTokens, hashText } from '../../simulator/tokens';
import { createRandom } from '../../support/random';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** To the first byte, and how fast an answer is written: within the range of what people see. */
const firstByteMs: Range = { from: 500, to: 900 };
const tokensPerSecond: Range = { from: 60, to: 90 };

/** Of the words that are allowed, models use about so many. */
const usedShare: Range = { from: 0.6, to: 1 };
const usualWords = 120;

const words =
  'it reads a list and gives back another one which holds what passes the test in the order of the first and never changes what it was given so that callers may rely on it'.split(
    ' ',
  );

/** The text of the last message. */
export function promptOf(body: JsonObject | undefined): string {
  const messages: unknown = body?.['messages'];
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  const content: unknown = typeof last === 'object' && last !== null && 'content' in last ? last.content : '';
  return typeof content === 'string' ? content : '';
}

/** The first word of each answer to this prompt: what was made of it can be found by that. */
export function marksOf(prompt: string): readonly string[] {
  return questionsOf(prompt).map((question, index) => `mark${hashText(`${index} ${question} ${prompt}`).toString(36)}`);
}

/**
 * Answers as long as they are asked to be, drawn from the request alone, so that their order changes nothing. Several
 * questions in one request get one answer each, in the elements that they ask for.
 */
export function answerSummary(body: JsonObject, seed: number): AnswerScript {
  const prompt = promptOf(body);
  const random = createRandom(hashText(prompt, seed));
  const marks = marksOf(prompt);
  const answers = questionsOf(prompt).map((question, index) => write(marks[index] ?? '', question, random));
  const tag = /^<(summary[\w-]*) id="1">/m.exec(prompt)?.[1];
  const text =
    tag === undefined
      ? answers.join('')
      : answers.map((answer, index) => `<${tag} id="${index + 1}">${answer}</${tag}>`).join('\n');
  return {
    text,
    outputTokens: countTokens(text),
    firstByteMs: Math.round(between(firstByteMs, random)),
    tokensPerSecond: Math.round(between(tokensPerSecond, random)),
  };
}

/** How each is asked for: one for each file where several share a request. */
function questionsOf(prompt: string): readonly string[] {
  const files = prompt.match(/^File \d+ is .*$/gm);
  return files ?? [prompt.slice(0, prompt.indexOf('\n'))];
}

function write(mark: string, question: string, random: () => number): string {
  const allowed = Number(/at most (\d+) words/.exec(question)?.[1] ?? usualWords);
  const count = Math.max(2, Math.round(allowed * between(usedShare, random)));
  const start = Math.floor(random() * words.length);
  return [mark, ...Array.from({ length: count - 1 }, (_, index) => words[(start + index) % words.length])].join(' ');
}

function between({ from, to }: Range, random: () => number): number {
  return from + (to - from) * random();
}
