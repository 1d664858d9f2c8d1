import * as fc from 'fast-check';
import type { ClientErrorReason } from '../../../src/client/errors';
import type { AnswerState, Attachment, Turn } from '../../../src/conversation/turn';

/** A reason that is added later does not compile until it stands here. */
const reasonTable: Readonly<Record<ClientErrorReason, true>> = {
  authentication: true,
  permission: true,
  billing: true,
  spendLimit: true,
  tooLarge: true,
  invalid: true,
  notFound: true,
  rateLimited: true,
  overloaded: true,
  network: true,
  stalled: true,
  incomplete: true,
  cancelled: true,
  closed: true,
};

function isReason(text: string): text is ClientErrorReason {
  return text in reasonTable;
}

export const allReasons: readonly ClientErrorReason[] = Object.keys(reasonTable).filter(isReason);

const texts = fc.string({ unit: 'binary' });
const times = fc.nat();
/** Objects as code makes them; without a prototype they would only differ in the eyes of `deepEqual`. */
const record = <T>(shape: { [Field in keyof T]: fc.Arbitrary<T[Field]> }) =>
  fc.record<T>(shape, { noNullPrototype: true });
const perhaps = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const counts = fc.nat();
const usages = record({
  inputTokens: counts,
  outputTokens: counts,
  cacheReadTokens: counts,
  cacheWriteTokens: counts,
});
const anyAccount = record({
  usage: usages,
  costUsd: perhaps(fc.double({ min: 0, max: 1_000, noNaN: true })),
  waitedMs: times,
  firstTextMs: perhaps(times),
  totalMs: times,
  attempts: fc.integer({ min: 1, max: 10 }),
});

const anyAttachment: fc.Arbitrary<Attachment> = record({
  kind: fc.constantFrom('selection', 'file', 'folder', 'problems', 'diff'),
  name: texts,
  languageId: texts,
  text: texts,
});

const userTurns: fc.Arbitrary<Turn> = record({
  role: fc.constant('user' as const),
  id: texts,
  parentId: perhaps(texts),
  at: times,
  text: texts,
  attachments: fc.array(anyAttachment, { maxLength: 3 }),
});

const states: fc.Arbitrary<AnswerState> = fc.oneof(
  record({
    kind: fc.constant('waiting' as const),
    reason: fc.constantFrom('turn' as const, 'requests' as const, 'stalled' as const),
    until: perhaps(times),
    position: perhaps(fc.integer({ min: 1 })),
    attempt: fc.integer({ min: 1 }),
  }),
  fc.constant({ kind: 'streaming' as const }),
  record({
    kind: fc.constant('done' as const),
    stopReason: texts,
  }),
  record({
    kind: fc.constant('failed' as const),
    reason: fc.constantFrom(...allReasons),
    until: perhaps(times),
  }),
);

const answerTurns: fc.Arbitrary<Turn> = record({
  role: fc.constant('assistant' as const),
  id: texts,
  parentId: perhaps(texts),
  at: times,
  model: texts,
  text: texts,
  thinking: texts,
  state: states,
  account: perhaps(anyAccount),
});

export const anyTurn: fc.Arbitrary<Turn> = fc.oneof(userTurns, answerTurns);
export const anyTurns: fc.Arbitrary<Turn[]> = fc.array(anyTurn, { maxLength: 8 });
