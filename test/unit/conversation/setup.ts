import assert from 'node:assert/strict';
import { Conversation } from '../../../src/conversation/conversation';
import type { ConversationChange } from '../../../src/conversation/conversation';
import type { AnswerTurn, Turn } from '../../../src/conversation/turn';
import { ScriptedClient } from '../scriptedClient';

export const options = { model: 'claude-sonnet-5-5', maxTokens: 1_000 };

/** A conversation with a scripted client, and all that it told. */
export function setup(turns: readonly Turn[] = []) {
  let ids = turns.length;
  const client = new ScriptedClient();
  const conversation = new Conversation({ now: () => 5_000, newId: () => `turn-${(ids += 1)}` }, turns);
  const changes: ConversationChange[] = [];
  conversation.onDidChange((change) => changes.push(change));
  const ask = (text: string) => conversation.ask(client, text, undefined, options);
  const answer = (): AnswerTurn => {
    const last = conversation.turns.at(-1);
    assert.ok(last?.role === 'assistant');
    return last;
  };
  const retry = () => conversation.retry(client, answer().id, options);
  return { client, conversation, changes, ask, answer, retry };
}
