import assert from 'node:assert/strict';
import type { Turn } from '../../../src/conversation/turn';
import { settled } from '../scriptedClient';
import { answerTurn, setup, userTurn } from './setup';

const pieces = 200;

/** Streams pieces into a conversation of so many turns, and counts how often one of those turns is looked at. */
async function countLooks(turnCount: number, isRead: boolean): Promise<number> {
  let looks = 0;
  const turns = Array.from({ length: turnCount }, (_, index): Turn => {
    const parentId = index === 0 ? undefined : `saved-${index - 1}`;
    const id = `saved-${index}`;
    const turn = index % 2 === 0 ? userTurn(id, parentId) : answerTurn(id, parentId ?? '');
    return new Proxy(turn, {
      get(target, field, receiver) {
        looks += 1;
        return Reflect.get(target, field, receiver);
      },
    });
  });
  const { client, conversation, ask, answer } = setup({ turns, headId: `saved-${turnCount - 1}` });
  ask('Why?');
  await settled();
  let seen = 0;
  if (isRead) conversation.onDidChange(() => (seen += conversation.turns.length));
  looks = 0;
  for (let index = 0; index < pieces; index += 1) client.latest.emit({ type: 'text', text: 'word ' });
  await settled();
  const counted = looks;
  assert.equal(answer().text.length, pieces * 'word '.length);
  assert.equal(seen, isRead ? pieces * (turnCount + 2) : 0);
  return counted;
}

describe('A piece of a streamed answer', () => {
  for (const isRead of [false, true]) {
    const listeners = isRead ? 'somebody reads the whole path each time' : 'nobody reads the path';
    it(`looks at no other turn, whether there are ten or a thousand, when ${listeners}`, async () => {
      assert.equal(await countLooks(10, isRead), 0);
      assert.equal(await countLooks(1_000, isRead), 0);
    });
  }

  it('makes a new list only for whoever has read the old one', async () => {
    const { client, conversation, ask } = setup();
    ask('Why?');
    client.latest.emit({ type: 'text', text: 'Be' });
    await settled();
    const held = conversation.turns;
    assert.equal(conversation.turns, held);
    client.latest.emit({ type: 'text', text: 'cause' });
    await settled();
    assert.equal(held[1]?.text, 'Be');
    assert.equal(conversation.turns[1]?.text, 'Because');
  });
});
