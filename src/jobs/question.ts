import { createHash } from 'node:crypto';

/** What is sent for an answer: everything that the answer depends on, and nothing else. */
export interface QuestionRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly system: string;
  readonly prompt: string;
}

/** `whole`: the one request that a small job is. */
export type Stage = 'whole' | 'map' | 'reduce' | 'refine';

/** One thing to be answered, known by what is asked: the same question has the same answer, whoever asks it when. */
export interface Question {
  /** `keyOf(request)`. */
  readonly key: string;
  /** For people: `src/retry.ts`, `src/retry.ts, part 2`. */
  readonly label: string;
  readonly stage: Stage;
  readonly request: QuestionRequest;
}

export interface Answer {
  readonly text: string;
  /** It ended at its length limit. */
  readonly isCut: boolean;
}

/** Several questions that share one request, whose answer is taken apart again. */
export interface Bundle {
  readonly questions: readonly Question[];
  readonly request: QuestionRequest;
  /** The answers that a text holds, by the key of their question. Those that cannot be made out are missing. */
  readonly read: (text: string) => ReadonlyMap<string, string>;
}

/**
 * Whoever is asked. Answers that are known already come at once and cost nothing; how many requests are under way at a
 * time is the asker's business, so all that can be asked may be asked at once.
 */
export interface Asker {
  /** Rejects with `ClientError` or `NoAnswerError`. */
  ask(question: Question): Promise<Answer>;
  /** What is missing in the result has to be asked alone. Rejects like `ask`, when the request as a whole failed. */
  askTogether(bundle: Bundle): Promise<ReadonlyMap<string, Answer>>;
  /** Which of these are answered already, by key. */
  known(keys: readonly string[]): ReadonlyMap<string, Answer>;
  /** So many more questions are to be answered than was known; may be negative. At first none is. */
  expectMore(count: number): void;
}

/** SHA-256 in hexadecimal, 64 characters: by content, model and wording. */
export function keyOf({ model, maxTokens, system, prompt }: QuestionRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([model, maxTokens, system, prompt]))
    .digest('hex');
}

export function createQuestion(label: string, stage: Stage, request: QuestionRequest): Question {
  return { key: keyOf(request), label, stage, request };
}
