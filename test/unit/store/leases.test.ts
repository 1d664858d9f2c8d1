import assert from 'node:assert/strict';
import { answer, create, load, minuteMs, question, setUpDesk, type Desk } from './setup';

describe('Two windows on one conversation', () => {
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  function setup() {
    const mine = desk.openStore('mine');
    const theirs = desk.openStore('theirs');
    create(mine, 'a', [question('q1')]);
    return { mine, theirs, until: desk.now + minuteMs };
  }

  it('answer one at a time', () => {
    const { mine, theirs, until } = setup();
    assert.ok(mine.conversations.claim('a', until));
    assert.ok(!theirs.conversations.claim('a', until));
    assert.equal(load(theirs, 'a').busyBy, 'mine');
    theirs.conversations.release('a');
    assert.ok(!theirs.conversations.claim('a', until));
    mine.conversations.release('a');
    assert.equal(load(theirs, 'a').busyBy, undefined);
    assert.ok(theirs.conversations.claim('a', until));
    assert.ok(!mine.conversations.claim('a', until));
  });

  it('hear that one began and ended, not that it goes on', () => {
    const { mine, theirs, until } = setup();
    mine.conversations.claim('a', until);
    const revision = theirs.conversations.revisionOf('a');
    assert.ok(mine.conversations.claim('a', until + minuteMs));
    assert.deepEqual(theirs.conversations.revisionOf('a'), revision);
    desk.now = until + 1;
    assert.ok(!theirs.conversations.claim('a', until + minuteMs), 'it was prolonged');
  });

  it('do not wait for one that has not been heard of for too long', () => {
    const { mine, theirs, until } = setup();
    mine.conversations.claim('a', until);
    desk.now = until;
    assert.equal(load(theirs, 'a').busyBy, undefined);
    assert.ok(theirs.conversations.claim('a', until + minuteMs));
    assert.ok(!mine.conversations.claim('a', until + minuteMs));
  });

  it('do not wait for one that was closed', () => {
    const { mine, theirs, until } = setup();
    mine.conversations.claim('a', until);
    mine.close();
    assert.ok(theirs.conversations.claim('a', until));
  });

  it('see a turn under way as such while its window is there, and as closed with its text afterwards', () => {
    const { mine, theirs, until } = setup();
    mine.conversations.claim('a', until);
    for (const state of [
      { kind: 'streaming' },
      { kind: 'waiting', reason: 'requests', until: undefined, position: 2, attempt: 1 },
    ] as const) {
      const turn = answer(state.kind, 'So far', 'q1', state);
      mine.conversations.putTurn('a', turn);
      assert.deepEqual(load(theirs, 'a').turns.at(-1), turn);
    }
    desk.now = until;
    const closed = { kind: 'failed', reason: 'closed', until: undefined };
    const states = () => load(theirs, 'a').turns.flatMap((turn) => (turn.role === 'user' ? [] : [turn.state]));
    assert.deepEqual(states(), [closed, closed]);
    assert.equal(load(theirs, 'a').turns.at(-1)?.text, 'So far');
    theirs.conversations.claim('a', until + minuteMs);
    assert.deepEqual(states(), [closed, closed], 'the lease of another does not bring it back');
  });

  it('learn that the other one has written, once', () => {
    const { mine, theirs } = setup();
    assert.ok(!mine.hasChanged());
    theirs.hasChanged();
    mine.conversations.setTitle('a', 'Title', true);
    assert.ok(!mine.hasChanged());
    assert.ok(theirs.hasChanged());
    assert.ok(!theirs.hasChanged());
    theirs.conversations.setTitle('a', 'Other title', true);
    assert.ok(mine.hasChanged());
    mine.close();
    assert.ok(!mine.hasChanged());
  });
});
