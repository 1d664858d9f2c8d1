import type { Bundle } from '../jobs/question';
import { filesOf } from './bundles';
import type { Piece } from './cuts';
import { readElements, wordsOfAnElement } from './elements';
import { freeTag, paragraphs, plainName, sentences } from './prompts';
import { focusOn, pieceManner, requestOf, wholeQuestion, type SizedQuestion } from './questions';
import type { SummarySpec } from './spec';
import { finalShape } from './wording';

/** A few small files in one request: a summary of each, and one of all. */
export interface Together {
  readonly bundle: Bundle;
  /** The question for all of them; its answer is one of the bundle's. */
  readonly whole: SizedQuestion;
  /** That all answers may have. */
  readonly words: number;
}

const allId = 'all';

export function createTogether(spec: SummarySpec, pieces: readonly Piece[]): Together {
  const texts = pieces.map(({ text }) => text);
  const tag = freeTag('summary', texts);
  const { name } = spec;
  const whole = wholeQuestion(spec, { name, label: name, text: texts.join('\n\n'), isPart: false, to: 0 });
  const { task: shape, words: wholeWords } = finalShape(spec, texts.join('').length);
  const task = sentences(
    `Summarize each of these ${pieces.length} files of ${plainName(name)} on its own, then all of them together.`,
    pieceManner(spec),
    `Of all of them together: ${shape}`,
    'Answer with one element for each file, in their order, then with one for all of them, and with nothing else:',
  );
  const form = [
    `<${tag} id="1">the summary of file 1</${tag}>`,
    `<${tag} id="${allId}">the summary of all</${tag}>`,
  ].join('\n');
  const prompt = paragraphs(task, form, focusOn(spec), ...filesOf(spec, pieces));
  const words = pieces.reduce((sum, { question }) => sum + question.words + wordsOfAnElement, wholeWords);
  const questions = [...pieces.map(({ question }) => question), whole];
  const ids = [...pieces.map((_, at) => String(at + 1)), allId];
  return {
    whole,
    words,
    bundle: {
      questions,
      request: requestOf(spec.model, words, prompt),
      read: (text) => {
        const found = readElements(tag, text);
        return new Map(
          questions.flatMap(({ key }, at) => {
            const summary = found.get(ids[at] ?? '');
            return summary === undefined ? [] : [[key, summary] as const];
          }),
        );
      },
    },
  };
}
