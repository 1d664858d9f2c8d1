import type { RequestBody, RunResult } from '../client/types';
import { NoAnswerError } from './noAnswerError';
import type { Answer, QuestionRequest } from './question';

/** @throws {NoAnswerError} */
export function answerOf({ text, stopReason }: Pick<RunResult, 'text' | 'stopReason'>): Answer {
  if (stopReason === 'refusal') throw new NoAnswerError('refused');
  if (text.trim() === '') throw new NoAnswerError('empty');
  const isCut = stopReason === 'max_tokens' || stopReason === 'model_context_window_exceeded';
  return { text: text.trim(), isCut };
}

/** As the API takes it. */
export function bodyOf({ model, maxTokens, system, prompt }: QuestionRequest): RequestBody {
  return { model, maxTokens, system, messages: [{ role: 'user', content: prompt }] };
}
