import * as fc from 'fast-check';
import type { ClientErrorReason } from '../../../src/client/errors';
import type { AnswerState, Turn } from '../../../src/conversation/turn';

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

const userTurns: fc.Arbitrary<Turn> = record({
  role: fc.constant('user' as const),
  id: texts,
  at: times,
  text: texts,
  attachment: perhaps(record({ name: texts, languageId: texts, text: texts })),
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
    usage: record({
      inputTokens: fc.nat(),
      outputTokens: fc.nat(),
      cacheReadTokens: fc.nat(),
      cacheWriteTokens: fc.nat(),
    }),
    costUsd: perhaps(fc.double({ min: 0, max: 1_000, noNaN: true })),
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
  at: times,
  model: texts,
  text: texts,
  state: states,
});

export const anyTurn: fc.Arbitrary<Turn> = fc.oneof(userTurns, answerTurns);
export const anyTurns: fc.Arbitrary<Turn[]> = fc.array(anyTurn, { maxLength: 8 });
