import assert from 'node:assert/strict';
import { ClientError, type ClientErrorReason, type PartialAnswer } from '../../../src/client/errors';
import type { Message } from '../../../src/client/types';
import { Conversation, type ConversationChange, type SavedConversation } from '../../../src/conversation/conversation';
import type { AnswerTurn, UserTurn } from '../../../src/conversation/turn';
import { ScriptedClient, settled, someCostUsd, someUsage } from '../scriptedClient';

export const options = { model: 'claude-sonnet-5-5', maxTokens: 1_000, thinking: 'auto' } as const;

/** What one finished run of the scripted client comes to. */
export const someAccount = {
  usage: someUsage,
  costUsd: someCostUsd,
  waitedMs: 0,
  firstTextMs: 1,
  totalMs: 2,
  attempts: 1,
  last: { usage: someUsage, at: 5_000 },
} as const;

const nothing: SavedConversation = { turns: [], headId: undefined };

export function userTurn(id: string, parentId: string | undefined, text = id): UserTurn {
  return { role: 'user', id, parentId, at: 1, text, attachments: [] };
}

export function answerTurn(id: string, parentId: string, more: Partial<AnswerTurn> = {}): AnswerTurn {
  return {
    role: 'assistant',
    id,
    parentId,
    at: 2,
    model: 'claude-sonnet-5-5',
    text: id,
    thinking: '',
    state: { kind: 'done', stopReason: 'end_turn' },
    account: undefined,
    ...more,
  };
}

export function textOf(message: Message | undefined): string {
  assert.ok(typeof message?.content === 'string');
  return message.content;
}

/** A conversation with a scripted client, a clock that is set by hand, and all that it told. */
export function setup(saved: SavedConversation = nothing) {
  let ids = saved.turns.length;
  const clock = { now: 5_000 };
  const client = new ScriptedClient();
  const conversation = new Conversation({ now: () => clock.now, newId: () => `turn-${(ids += 1)}` }, saved);
  const changes: ConversationChange[] = [];
  conversation.onDidChange((change) => changes.push(change));
  const ask = (text: string) => conversation.ask(client, text, [], options);
  const answer = (): AnswerTurn => {
    const last = conversation.turns.at(-1);
    assert.ok(last?.role === 'assistant');
    return last;
  };
  const retry = () => conversation.retry(client, answer().id, options);
  const goOn = () => conversation.continueAnswer(client, answer().id, options);
  const texts = () => conversation.turns.map(({ text }) => text);

  /** The run sent last brings this text. */
  const stream = async (text: string) => {
    client.latest.emit({ type: 'started', attempt: 1 }, { type: 'text', text });
    await settled();
  };
  const finish = async (stopReason?: string) => {
    client.latest.finish('', stopReason);
    await settled();
  };
  const fail = async (reason: ClientErrorReason, partial?: PartialAnswer) => {
    client.latest.fail(new ClientError(reason, 'it failed', { partial }));
    await settled();
  };
  /** Asked, and answered in whole. */
  const discuss = async (question: string, reply: string) => {
    assert.equal(ask(question), true);
    await stream(reply);
    await finish();
  };
  const drive = { stream, finish, fail, discuss };
  return { client, clock, conversation, changes, ask, answer, retry, goOn, texts, ...drive };
}

/** Asked and answered in part. */
export async function setupStreaming() {
  const all = setup();
  all.ask('Why?');
  await all.stream('Because');
  return all;
}
