import * as l10n from '@vscode/l10n';
import type { Attachment } from '../../conversation/turn';
import type { ChatSession, Obstacle } from './chatSession';

export interface QuestionDialogs {
  /** Asks for the question, with `typed` filled in and, above all else, why it was not taken; `undefined` gives it up. */
  readonly ask: (typed: string, problem: string | undefined) => PromiseLike<string | undefined>;
  readonly showObstacle: (obstacle: Obstacle) => PromiseLike<unknown>;
  /** Shows where the answer will come. */
  readonly showChat: () => PromiseLike<unknown>;
}

/**
 * Asks for a question and sends it. Nobody is asked who could not be answered, and what was typed is asked for again,
 * with the reason, until it is sent or given up.
 */
export async function askQuestion(
  session: Pick<ChatSession, 'findObstacle' | 'ask' | 'notice'>,
  attachment: Attachment,
  dialogs: QuestionDialogs,
): Promise<void> {
  const obstacle = await session.findObstacle();
  if (obstacle) {
    await dialogs.showObstacle(obstacle);
    return;
  }
  let question = await dialogs.ask('', undefined);
  while (question !== undefined && question.trim() !== '') {
    if (await session.ask(question, [attachment])) {
      await dialogs.showChat();
      return;
    }
    question = await dialogs.ask(question, session.notice ?? l10n.t('The question could not be sent.'));
  }
}
