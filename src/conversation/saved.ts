import * as v from 'valibot';
import type { Turn } from './turn';

/** Raised whenever the shape changes; a file of another version is left alone, not guessed at. */
const version = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const reasonSchema = v.picklist([
  'authentication',
  'permission',
  'billing',
  'spendLimit',
  'tooLarge',
  'invalid',
  'notFound',
  'rateLimited',
  'overloaded',
  'network',
  'stalled',
  'incomplete',
  'cancelled',
  'closed',
]);

const userTurnSchema = v.object({
  role: v.literal('user'),
  id: v.string(),
  at: v.number(),
  text: v.string(),
  attachment: v.nullable(v.object({ name: v.string(), languageId: v.string(), text: v.string() })),
});

const answerTurnSchema = v.object({
  role: v.literal('assistant'),
  id: v.string(),
  at: v.number(),
  model: v.string(),
  text: v.string(),
  state: v.variant('kind', [
    v.object({
      kind: v.literal('done'),
      stopReason: v.string(),
      usage: v.object({ inputTokens: count, outputTokens: count, cacheReadTokens: count, cacheWriteTokens: count }),
      costUsd: v.optional(v.pipe(v.number(), v.minValue(0)), () => undefined),
    }),
    v.object({ kind: v.literal('failed'), reason: reasonSchema, until: v.nullable(v.number()) }),
  ]),
});

const savedSchema = v.object({
  version: v.literal(version),
  turns: v.array(v.variant('role', [userTurnSchema, answerTurnSchema])),
});

/** The turns as JSON. A turn under way is saved as closed with the window: when it is read again, nobody continues it. */
export function serializeTurns(turns: readonly Turn[]): string {
  const saved: v.InferInput<typeof savedSchema> = {
    version,
    turns: turns.map((turn) => {
      if (turn.role === 'user') return { ...turn, attachment: turn.attachment ?? null };
      const { state } = turn;
      if (state.kind === 'done') return { ...turn, state };
      return state.kind === 'failed'
        ? { ...turn, state: { ...state, until: state.until ?? null } }
        : { ...turn, state: { kind: 'failed', reason: 'closed', until: null } };
    }),
  };
  return JSON.stringify(saved);
}

/** `undefined` when the text is not a conversation of this version. */
export function parseTurns(text: string): readonly Turn[] | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(savedSchema, json);
  if (!parsed.success) return undefined;
  return parsed.output.turns.map((turn): Turn => {
    if (turn.role === 'user') return { ...turn, attachment: turn.attachment ?? undefined };
    const { state } = turn;
    return { ...turn, state: state.kind === 'failed' ? { ...state, until: state.until ?? undefined } : state };
  });
}
