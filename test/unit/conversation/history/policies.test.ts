import assert from 'node:assert/strict';
import { play, makeConversation, meanOf, questions, room, type Played } from './longConversation';
import { answer, question } from './turns';

const limit = room.perMinute ?? 0;
const atShare = 0.7;
const turns = 20;
/** A window moves on by half of its size at once. */
const step = turns / 2;
/** Until these many questions a policy behaves like `all`. */
const settledAt = 2 * turns;

const seed = 7;
const all = play({ kind: 'all' }, seed);
const window = play({ kind: 'window', turns }, seed);
const summary = play({ kind: 'summary', atShare }, seed);
const retrieval = play({ kind: 'retrieval', turns }, seed);

function tokensOf({ sent }: Played): readonly number[] {
  return sent.map(({ tokens }) => tokens);
}

function costOf({ sent }: Played, kind: 'costUsd' | 'uncachedUsd'): number {
  return meanOf(sent.map((one) => one[kind]));
}

/** The questions whose request does not begin with what the request before had cached. */
function breaks({ sent }: Played): readonly number[] {
  return sent.flatMap(({ text }, index) => (text.startsWith(sent[index - 1]?.cachedText ?? '') ? [] : [index]));
}

/** The questions whose request begins elsewhere than the request before. */
function moves({ sent }: Played): readonly number[] {
  return sent.flatMap(({ composed }, index) => {
    const before = sent[index - 1]?.composed;
    return before && before.sentTurnIds[0] !== composed.sentTurnIds[0] ? [index] : [];
  });
}

describe('Two hundred questions', () => {
  it('cost what is estimated of them, under every policy', () => {
    for (const { sent } of [all, window, summary, retrieval]) {
      for (const { composed, tokens } of sent) {
        assert.ok(composed.estimatedTokens >= tokens, `${composed.estimatedTokens} for ${tokens}`);
        assert.ok(composed.estimatedTokens <= tokens * 1.1 + 10, `${composed.estimatedTokens} for ${tokens}`);
      }
    }
  });

  it('never pass the limit, and have at most four breakpoints each', () => {
    for (const { sent } of [all, window, summary, retrieval]) {
      assert.ok(sent.every(({ composed }) => composed.estimatedTokens <= limit && composed.breakpoints <= 4));
    }
  });

  it('grow by what was said until they fill the room when all is kept, and then stay near it', () => {
    const tokens = tokensOf(all);
    const fullAt = all.sent.findIndex(({ composed }) => composed.leftOut > 0);
    assert.ok(fullAt > 20 && fullAt < questions / 2, `full at ${fullAt}`);
    // Twice the questions are twice the tokens, give or take what their lengths differ.
    const [half = 0, whole = 0] = [tokens[Math.floor(fullAt / 2)], tokens[fullAt - 1]];
    assert.ok(whole / half > 1.6 && whole / half < 2.4, `${half}, then ${whole}`);
    assert.ok(tokens.slice(1, fullAt).every((now, index) => now > (tokens[index] ?? 0)));
    const later = tokens.slice(fullAt);
    assert.ok(Math.min(...later) > limit * 0.6 && meanOf(later) > limit * 0.75);
  });

  it('are flat after the first window, which has between its size and half as much again', () => {
    const asked = window.sent.map(({ composed }) => Math.ceil(composed.sentTurnIds.length / 2));
    assert.deepEqual(
      asked.slice(0, turns),
      Array.from({ length: turns }, (_, index) => index + 1),
    );
    assert.ok(asked.slice(turns).every((count) => count >= turns && count < turns + step));
    const tokens = tokensOf(window);
    const [early, late] = [meanOf(tokens.slice(settledAt, settledAt + 60)), meanOf(tokens.slice(-60))];
    assert.ok(Math.abs(late / early - 1) < 0.25, `${early}, then ${late}`);
    assert.ok(Math.max(...tokens) < meanOf(tokens.slice(settledAt)) * 1.8);
  });

  it('stay below the share at which a summary is made and one exchange more', () => {
    const most = limit * atShare + summary.largestExchange;
    assert.ok(Math.max(...tokensOf(summary)) < most);
    assert.ok(summary.sent.every(({ composed }) => composed.leftOut === 0));
    assert.ok(meanOf(tokensOf(summary)) < meanOf(tokensOf(all)) * 0.7);
  });

  it('are each summarized once, in their order', () => {
    const digested = summary.sent.flatMap((one) => one.digested.map(({ id }) => id));
    const expected = summary.turns.slice(0, digested.length).map(({ id }) => id);
    assert.deepEqual(digested, expected);
    assert.ok(digested.length > questions);
    const made = summary.sent.filter((one) => one.digested.length > 0).length;
    assert.ok(made < questions / 15, `${made} summaries`);
  });

  it('take a window and a small budget of excerpts when old turns are looked up', () => {
    for (const [index, { tokens }] of retrieval.sent.entries()) {
      const ofWindow = window.sent[index]?.tokens ?? 0;
      assert.ok(tokens <= ofWindow + 2_100, `${tokens} beside ${ofWindow}`);
    }
    const found = retrieval.sent.filter(({ composed }) => composed.excerptedTurnIds.length > 0).length;
    assert.ok(found > questions * 0.6, `${found} found something`);
  });

  it('are read into the index once each', () => {
    // The last question has no older turns it could be answered from but those read before.
    assert.ok(retrieval.reads <= retrieval.turns.length);
  });

  it('begin with what the question before had cached, but for where the beginning moves', () => {
    for (const played of [all, window, summary, retrieval]) {
      assert.deepEqual(breaks(played), moves(played));
      assert.ok(breaks(played).length <= questions / step, `${breaks(played).length} breaks`);
    }
    const firstMove = all.sent.findIndex(({ composed }) => composed.leftOut > 0);
    assert.equal(breaks(all)[0], firstMove);
    assert.ok(breaks(summary).length < breaks(window).length);
  });

  it('cost a fraction of what they would without a cache', () => {
    const shares = [all, window, summary].map((played) => costOf(played, 'costUsd') / costOf(played, 'uncachedUsd'));
    assert.ok(
      shares.every((share) => share < 0.3),
      shares.join(', '),
    );
    assert.ok(costOf(retrieval, 'costUsd') < costOf(retrieval, 'uncachedUsd') * 0.4);
    assert.ok(costOf(summary, 'costUsd') < costOf(all, 'costUsd'));
  });

  it('find what was said a hundred and fifty questions ago, where a window has forgotten it', () => {
    const plain = makeConversation(seed);
    const told = plain.map((turn) =>
      turn.id === 'a31' ? answer('a31', 'The flux capacitor runs at 1.21 gigawatts.') : turn,
    );
    const asking = told.map((turn) =>
      turn.id === 'q180' ? question('q180', 'What does the capacitor run at?') : turn,
    );
    const asked = play({ kind: 'retrieval', turns }, seed, asking).sent[180];
    assert.deepEqual(asked?.composed.excerptedTurnIds, ['a31']);
    assert.match(asked?.text ?? '', /1\.21 gigawatts/);
    assert.doesNotMatch(play({ kind: 'window', turns }, seed, asking).sent[180]?.text ?? '', /gigawatts/);
  });
});
