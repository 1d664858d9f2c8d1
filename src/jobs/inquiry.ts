import { keyOf, type Answer, type Bundle, type Question, type QuestionRequest, type Stage } from './question';
import type { KeptAnswer } from './records';

/** What is sent as one request: a question, or a bundle of several. */
export interface Inquiry {
  /** Of its request. */
  readonly key: string;
  readonly label: string;
  readonly stage: Stage;
  readonly request: QuestionRequest;
  /** Their keys. */
  readonly questions: readonly string[];
  /** What of an answer is to be kept. */
  readonly read: (answer: Answer) => readonly KeptAnswer[];
}

export function inquiryOf({ key, label, stage, request }: Question): Inquiry {
  return { key, label, stage, request, questions: [key], read: (answer) => [{ key, ...answer }] };
}

/**
 * An answer in which something is missing is kept as a whole, too, under the key of the request: what of it could be made
 * out is all that will ever be, and asking again would pay for it again.
 */
export function inquiryOfBundle({ questions, request, read }: Bundle): Inquiry {
  const key = keyOf(request);
  const [first] = questions;
  const more = questions.length > 1 ? ` +${questions.length - 1}` : '';
  return {
    key,
    label: `${first?.label ?? ''}${more}`,
    stage: first?.stage ?? 'map',
    request,
    questions: questions.map((question) => question.key),
    read: (answer) => {
      const texts = read(answer.text);
      const kept = questions.flatMap((question) => {
        const text = texts.get(question.key);
        return text === undefined ? [] : [{ key: question.key, text, isCut: false }];
      });
      return kept.length === questions.length ? kept : [...kept, { key, ...answer }];
    },
  };
}
