import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { composeRequest } from '../../../../src/conversation/history/compose';
import { textOf, toBlocks } from '../../../../src/conversation/history/exchanges';
import type { HistoryPolicy, Room } from '../../../../src/conversation/history/policy';
import { TurnIndex } from '../../../../src/conversation/history/turnIndex';
import type { Turn } from '../../../../src/conversation/turn';
import { answer, countCharacters, digestUpTo, exchanges, question, refusal } from './turns';

const wide: Room = { windowTokens: 1_000_000, reservedForAnswer: 8_000, perMinute: undefined };

function setup(
  path: readonly Turn[],
  policy: HistoryPolicy,
  change: Partial<Parameters<typeof composeRequest>[0]> = {},
) {
  return composeRequest({
    path,
    policy,
    digests: [],
    room: wide,
    estimate: countCharacters,
    minCacheableTokens: 0,
    ...change,
  });
}

function textsOf({ messages }: ReturnType<typeof composeRequest>): readonly string[] {
  return messages.map((message) => toBlocks(message).map(textOf).join('|'));
}

/** Where the breakpoints are: the number of the message, -1 for the system prompt, and that of the block. */
function marksOf({ system, messages }: ReturnType<typeof composeRequest>): readonly (readonly [number, number])[] {
  return [system ?? [], ...messages.map(toBlocks)].flatMap((blocks, message) =>
    blocks.flatMap((block, index) => ('cache_control' in block ? [[message - 1, index] as const] : [])),
  );
}

function firstOfWindow(asked: number): string | undefined {
  return setup(exchanges(asked, 20), { kind: 'window', turns: 4 }).sentTurnIds[0];
}

function turnsOf(shape: string, number: number): readonly Turn[] {
  const asked = question(`q${number}`, `Question ${number} about words `.repeat((number % 5) + 1));
  if (shape === 'unanswered') return [asked];
  if (shape === 'refused') return [asked, refusal(`a${number}`)];
  return [asked, answer(`a${number}`, shape === 'empty' ? '' : `Answer ${number} `.repeat((number % 7) + 1))];
}

describe('Composing a request', () => {
  it('sends everything while it fits, and thinking never', () => {
    const composed = setup(exchanges(3, 50), { kind: 'all' });
    assert.deepEqual(composed.sentTurnIds, ['q1', 'a1', 'q2', 'a2', 'q3']);
    assert.equal(composed.leftOut, 0);
    assert.doesNotMatch(JSON.stringify(composed.messages), /Let me see/);
  });

  it('leaves out the oldest questions with their answers when it no longer fits', () => {
    const room = { ...wide, perMinute: 1_000 };
    const composed = setup(exchanges(10, 94), { kind: 'all' }, { room });
    // 19 turns of 100 tokens do not fit; what is kept is at most three quarters then.
    assert.equal(composed.sentTurnIds[0]?.[0], 'q');
    assert.equal(composed.sentTurnIds.at(-1), 'q10');
    assert.equal(composed.sentTurnIds.length + composed.leftOut, 19);
    assert.ok(composed.leftOut % 2 === 0 && composed.estimatedTokens <= 1_000);
  });

  it('keeps to the window when the minute is wider', () => {
    const room = { windowTokens: 1_500, reservedForAnswer: 500, perMinute: 1_000_000 };
    assert.ok(setup(exchanges(10, 94), { kind: 'all' }, { room }).estimatedTokens <= 1_000);
  });

  it('sends the last question even when it alone is too large', () => {
    const room = { ...wide, perMinute: 100 };
    const composed = setup(exchanges(3, 500), { kind: 'all' }, { room });
    assert.deepEqual(composed.sentTurnIds, ['q3']);
    assert.equal(composed.estimatedTokens, 506);
  });

  it('leaves out refused questions and empty answers, and does not count them as left out', () => {
    const path = [
      question('q1', 'Too large'),
      refusal('a1'),
      question('q2', 'Why?'),
      answer('a2', ' '),
      question('q3', 'So?'),
    ];
    const composed = setup(path, { kind: 'all' });
    assert.deepEqual(composed.sentTurnIds, ['q2', 'q3']);
    assert.equal(composed.leftOut, 0);
  });

  it('sends an answer that is to be continued as the last message', () => {
    const composed = setup([question('q1', 'Why?'), answer('a1', 'Because')], { kind: 'all' });
    assert.deepEqual(textsOf(composed), ['Why?', 'Because']);
  });

  it('keeps within the room with an answer that is to be continued as well', () => {
    const path = [...exchanges(10, 94), answer('a10', 'y'.repeat(494))];
    const composed = setup(path, { kind: 'all' }, { room: { ...wide, perMinute: 2_000 } });
    assert.equal(composed.sentTurnIds.at(-1), 'a10');
    assert.ok(composed.estimatedTokens <= 2_000);
  });

  it('moves a window on in steps of half its size', () => {
    assert.deepEqual([4, 5, 6, 7, 8, 9].map(firstOfWindow), ['q1', 'q1', 'q3', 'q3', 'q5', 'q5']);
  });

  it('lets no window be smaller than one question', () => {
    assert.deepEqual(setup(exchanges(3, 20), { kind: 'window', turns: 0 }).sentTurnIds, ['q3']);
  });

  it('puts a digest in place of what it stands for, into the first question that is kept', () => {
    const digest = digestUpTo('a2', 'They chose SQLite.');
    const composed = setup(exchanges(4, 20), { kind: 'summary', atShare: 0.7 }, { digests: [digest] });
    assert.deepEqual(composed.sentTurnIds, ['q3', 'a3', 'q4']);
    assert.equal(composed.digest, digest);
    assert.equal(composed.leftOut, 0);
    assert.match(textsOf(composed)[0] ?? '', /summary[^|]*They chose SQLite\.[^|]*\|q3/);
  });

  it('sends the last question and its answer as they are, though a digest goes up to that answer', () => {
    const path = exchanges(4, 20).slice(0, 6);
    const digests = [digestUpTo('a2', 'Near'), digestUpTo('a3', 'Far')];
    const composed = setup(path, { kind: 'summary', atShare: 0.7 }, { digests });
    assert.deepEqual([composed.digest?.text, composed.sentTurnIds], ['Near', ['q3', 'a3']]);
    const alone = setup(path, { kind: 'summary', atShare: 0.7 }, { digests: digests.slice(1) });
    assert.deepEqual([alone.digest, alone.sentTurnIds.length, alone.leftOut], [undefined, 6, 0]);
    const [refused, no] = [question('q4', 'Too large'), refusal('a4')];
    const after = setup([...path, refused, no], { kind: 'summary', atShare: 0.7 }, { digests });
    assert.deepEqual(after.sentTurnIds, ['q3', 'a3'], 'a question that is not sent is none');
  });

  it('takes no digest of an answer that was continued since', () => {
    const path = exchanges(4, 20).map((turn) =>
      turn.id === 'a2' ? answer('a2', turn.text, { continuedAt: 7 }) : turn,
    );
    const digestOf = (at: number) =>
      setup(path, { kind: 'summary', atShare: 0.7 }, { digests: [{ ...digestUpTo('a2'), at }] }).digest;
    assert.equal(digestOf(7), undefined);
    assert.notEqual(digestOf(8), undefined);
  });

  it('takes the digest that reaches furthest, and none of another branch or under another policy', () => {
    const digests = [digestUpTo('a2', 'Far'), digestUpTo('a1', 'Near'), digestUpTo('elsewhere', 'Other')];
    const path = exchanges(4, 20);
    assert.equal(setup(path, { kind: 'summary', atShare: 0.7 }, { digests }).digest?.text, 'Far');
    assert.equal(setup(path.slice(0, 3), { kind: 'summary', atShare: 0.7 }, { digests }).digest?.text, 'Near');
    assert.equal(setup(path, { kind: 'summary', atShare: 0.7 }, { digests: digests.slice(2) }).digest, undefined);
    assert.equal(setup(path, { kind: 'all' }, { digests }).digest, undefined);
  });

  it('puts excerpts after the question, marked as such and in the order of the conversation', () => {
    const path = [
      question('q1', 'Which database?'),
      answer('a1', 'The database is SQLite.'),
      question('q2', 'And the cats?'),
      answer('a2', 'They sleep.'),
      question('q3', 'Where is the database kept?'),
      answer('a3', 'The database is in the storage folder.'),
      ...exchanges(4, 20).map((turn) => ({ ...turn, id: `later-${turn.id}` })),
      answer('a7', 'Well.'),
      question('q8', 'Remind me of the database'),
    ];
    const composed = setup(path, { kind: 'retrieval', turns: 2 });
    assert.deepEqual(composed.excerptedTurnIds, ['a1', 'q3', 'a3']);
    assert.match(textsOf(composed).at(-1) ?? '', /^Remind me of the database\|.*excerpts.*SQLite.*storage folder/s);
    assert.doesNotMatch(textsOf(composed).at(-1) ?? '', /sleep/);
    assert.deepEqual(marksOf(composed).at(-1), [composed.messages.length - 1, 0]);
  });
});

describe('Excerpts', () => {
  it('take a tenth of the room at most, and the rest is what the turns may have', () => {
    const room = { ...wide, perMinute: 4_000 };
    const birds = ['kestrel', 'heron', 'dunlin', 'plover', 'curlew'];
    const found = Array.from({ length: 40 }, (_, asked) => {
      const path = Array.from({ length: asked }, (_, number) => [
        question(`q${number}`, `Of the ${birds[number % birds.length]} `.padEnd(100, '.')),
        answer(`a${number}`, `${number} `.padEnd(200, '.')),
      ]).flat();
      const composed = setup([...path, question('last', 'The heron?')], { kind: 'retrieval', turns: 30 }, { room });
      assert.ok(composed.estimatedTokens <= 4_000, `${composed.estimatedTokens} for ${asked}`);
      return textsOf(composed).at(-1)?.split('|')[1]?.length ?? 0;
    });
    assert.ok(Math.max(...found) > 200 && Math.max(...found) <= 400, `${Math.max(...found)}`);
  });
});

describe('A question that is still being typed', () => {
  it('leaves nothing in the index', () => {
    const index = new TurnIndex();
    const path = exchanges(4, 20);
    const read = (text: string) => {
      setup([...path.slice(0, -1), question('draft', text)], { kind: 'retrieval', turns: 1 }, { index });
      return index.reads;
    };
    assert.equal(read('Why'), 6);
    assert.equal(read('Why not?'), 6);
  });
});

describe('Breakpoints of the prompt cache', () => {
  it('stand at the ends of the system prompt, of the question before and of the last question', () => {
    const composed = setup(exchanges(3, 50), { kind: 'all' }, { system: 'Be brief.' });
    assert.deepEqual(marksOf(composed), [
      [-1, 0],
      [2, 0],
      [4, 0],
    ]);
    assert.equal(composed.breakpoints, 3);
  });

  it('are four with a digest', () => {
    const composed = setup(
      exchanges(5, 50),
      { kind: 'summary', atShare: 0.7 },
      { system: 'Be brief.', digests: [digestUpTo('a1')] },
    );
    assert.deepEqual(marksOf(composed), [
      [-1, 0],
      [0, 0],
      [4, 0],
      [6, 0],
    ]);
  });

  it('are left out where the prefix is too short to be cached', () => {
    const composed = setup(exchanges(3, 50), { kind: 'all' }, { system: 'Be brief.', minCacheableTokens: 200 });
    assert.deepEqual(marksOf(composed), [[4, 0]]);
    assert.equal(setup(exchanges(3, 50), { kind: 'all' }, { minCacheableTokens: 4_096 }).breakpoints, 0);
    const unknown = (characters: number) =>
      setup(exchanges(1, characters), { kind: 'all' }, { minCacheableTokens: undefined }).breakpoints;
    assert.deepEqual([unknown(1_000), unknown(1_024)], [0, 1], 'of a model nobody knows');
  });
});

describe('Whatever a conversation is like', () => {
  const kinds = fc.array(fc.constantFrom('whole', 'refused', 'empty', 'unanswered'), { minLength: 1, maxLength: 30 });
  const policies: fc.Arbitrary<HistoryPolicy> = fc.oneof(
    fc.constant({ kind: 'all' as const }),
    fc.record({
      kind: fc.constantFrom('window' as const, 'retrieval' as const),
      turns: fc.integer({ min: 1, max: 12 }),
    }),
    fc.record({ kind: fc.constant('summary' as const), atShare: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
  );

  it('it is sent within the room, begins with a question and accounts for every turn', () => {
    fc.assert(
      fc.property(
        kinds,
        policies,
        fc.integer({ min: 0, max: 4_000 }),
        fc.nat({ max: 60 }),
        fc.nat({ max: 300 }),
        (shapes, policy, perMinute, digestAt, minCacheableTokens) => {
          const path = [...shapes.flatMap(turnsOf), question('last', 'And then? '.repeat(10))];
          const sendable = setup(path, { kind: 'all' }).sentTurnIds;
          // As planned: at the end of an exchange.
          const isEnd = sendable[digestAt + 1]?.[0] === 'q';
          const digests = isEnd ? [digestUpTo(sendable[digestAt] ?? '')] : [];
          const room = { ...wide, perMinute };
          const composed = setup(path, policy, { digests, room, minCacheableTokens });
          const end = path.findIndex(({ id }) => id === composed.digest?.upToTurnId);
          const open = sendable.filter((id) => path.findIndex((turn) => turn.id === id) > end);
          const { sentTurnIds, excerptedTurnIds, leftOut } = composed;
          assert.deepEqual(sentTurnIds, open.slice(-sentTurnIds.length));
          assert.equal(sentTurnIds.length + excerptedTurnIds.length + leftOut, open.length);
          assert.equal(sentTurnIds.at(-1), 'last');
          assert.equal(composed.messages[0]?.role, 'user');
          assert.ok(composed.estimatedTokens <= perMinute || composed.messages.length === 1);
          assert.ok(composed.messages.every((message) => toBlocks(message).every((block) => textOf(block) !== '')));
          assert.equal(marksOf(composed).length, composed.breakpoints);
          assert.ok(composed.breakpoints <= 4);
        },
      ),
      { numRuns: 300 },
    );
  });
});
