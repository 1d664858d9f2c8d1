import * as v from 'valibot';
import type { ClientErrorReason } from '../client/errors';
import type { ParkReason, RetryReason, WaitReason } from '../client/types';
import {
  isRunning,
  type AnswerState,
  type Attachment,
  type AttachmentKind,
  type Digest,
  type QueuedMessage,
  type Turn,
} from '../conversation/turn';
import { isPlain } from './plainText';
import type { ConversationSummary } from './stored';

/** A word that is added later does not compile until it stands in its table. */
const attachmentKinds: Readonly<Record<AttachmentKind, true>> = {
  selection: true,
  file: true,
  folder: true,
  problems: true,
  diff: true,
};
const errorReasons: Readonly<Record<ClientErrorReason, true>> = {
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
const waitReasons: Readonly<Record<WaitReason | RetryReason | ParkReason, true>> = {
  requests: true,
  inputTokens: true,
  outputTokens: true,
  concurrency: true,
  userLimit: true,
  rateLimited: true,
  rampLimited: true,
  overloaded: true,
  network: true,
  turn: true,
  stalled: true,
  incomplete: true,
  key: true,
  budget: true,
};

/** A word another version of Sluice wrote does not make a turn unreadable: `otherwise` stands for it. */
function oneOf<Word extends string>(table: Readonly<Record<Word, true>>, otherwise: NoInfer<Word>) {
  const isKnown = (input: unknown): input is Word => typeof input === 'string' && Object.hasOwn(table, input);
  return v.fallback(v.custom<Word>(isKnown), otherwise);
}

/** JSON has no `undefined`; it comes back as the value of a field that is there, as our types have it. */
function maybe<Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(
    v.nullish(schema, null),
    v.transform((value) => value ?? undefined),
  );
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const attachmentsSchema = v.array(
  v.object({ kind: oneOf(attachmentKinds, 'file'), name: v.string(), languageId: v.string(), text: v.string() }),
);
const queuedSchema = v.object({ id: v.string(), at: v.number(), text: v.string(), attachments: attachmentsSchema });
/** Whatever it was, nobody is at it any more, and its text may lack something. */
const unreadableState: AnswerState = { kind: 'failed', reason: 'incomplete', until: undefined };
const stateSchema = v.variant('kind', [
  v.object({
    kind: v.literal('waiting'),
    reason: oneOf(waitReasons, 'turn'),
    until: maybe(v.number()),
    position: maybe(v.number()),
    attempt: v.number(),
  }),
  v.object({ kind: v.literal('streaming') }),
  v.object({ kind: v.literal('done'), stopReason: v.string() }),
  v.object({ kind: v.literal('failed'), reason: oneOf(errorReasons, 'incomplete'), until: maybe(v.number()) }),
]);
const usageSchema = v.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  cacheWrite1hTokens: v.optional(count),
});
const lastRequestSchema = v.object({ usage: usageSchema, at: v.number() });
const accountSchema = v.object({
  usage: usageSchema,
  costUsd: maybe(v.number()),
  waitedMs: v.number(),
  firstTextMs: maybe(v.number()),
  totalMs: v.number(),
  attempts: v.number(),
  last: v.fallback(v.optional(lastRequestSchema), undefined),
});
/** The text of an answer is what matters: all that is only told about it may be missing. */
const turnSchema = v.variant('role', [
  v.object({
    role: v.literal('user'),
    at: v.number(),
    attachments: attachmentsSchema,
    exactText: v.optional(v.string()),
  }),
  v.object({
    role: v.literal('assistant'),
    at: v.number(),
    model: v.string(),
    thinking: v.string(),
    continuedAt: v.fallback(v.optional(v.number()), undefined),
    state: v.fallback(stateSchema, unreadableState),
    account: v.fallback(maybe(accountSchema), undefined),
    exactText: v.optional(v.string()),
  }),
]);
const digestSchema = v.object({ text: v.string(), at: v.number(), tokensBefore: v.number(), tokensAfter: v.number() });

const turnRowSchema = v.object({
  id: v.string(),
  parent_id: v.nullable(v.string()),
  runner: v.nullable(v.string()),
  text: v.string(),
  details: v.string(),
});
const digestRowSchema = v.object({ up_to_turn_id: v.string(), details: v.string() });
const summaryRowSchema = v.object({
  id: v.string(),
  title: v.string(),
  workspace: v.nullable(v.string()),
  created_at: v.number(),
  updated_at: v.number(),
  turns: v.number(),
  is_busy: v.number(),
});
const conversationRowSchema = v.object({
  title: v.string(),
  has_own_title: v.number(),
  workspace: v.nullable(v.string()),
  model: v.nullable(v.string()),
  head_id: v.nullable(v.string()),
  is_summary_undone: v.number(),
  revision: v.number(),
  writer: v.string(),
  busy_by: v.nullable(v.string()),
  queue: v.nullable(v.string()),
  drafts: v.nullable(v.string()),
});

/** A turn as it is written. `text` is for people who search; what SQLite cannot hold stands in `details` as well. */
export interface TurnColumns {
  readonly parentId: string | null;
  readonly isRunning: boolean;
  readonly text: string;
  readonly details: string;
}

export function fromTurn(turn: Turn): TurnColumns {
  const { id: _id, parentId, text, ...details } = turn;
  const isExact = isPlain(text);
  return {
    parentId: parentId ?? null,
    isRunning: isRunning(turn),
    text: text.toWellFormed(),
    details: JSON.stringify(isExact ? details : { ...details, exactText: text }),
  };
}

export interface ReadTurn {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly runner: string | undefined;
  /** `undefined` when it cannot be understood. */
  readonly turn: Turn | undefined;
}

export function toTurn(row: unknown): ReadTurn | undefined {
  const columns = v.safeParse(turnRowSchema, row);
  if (!columns.success) return undefined;
  const { id, parent_id: parent, runner, text, details } = columns.output;
  const parentId = parent ?? undefined;
  const parsed = parse(turnSchema, details);
  if (!parsed) return { id, parentId, runner: undefined, turn: undefined };
  const { exactText, ...rest } = parsed;
  return { id, parentId, runner: runner ?? undefined, turn: { ...rest, id, parentId, text: exactText ?? text } };
}

export function fromDigest({ text, at, tokensBefore, tokensAfter }: Digest): string {
  return JSON.stringify({ text, at, tokensBefore, tokensAfter });
}

export function toDigest(row: unknown): Digest | undefined {
  const columns = v.safeParse(digestRowSchema, row);
  if (!columns.success) return undefined;
  const details = parse(digestSchema, columns.output.details);
  return details && { ...details, upToTurnId: columns.output.up_to_turn_id };
}

export function toSummary(row: unknown): ConversationSummary | undefined {
  const columns = v.safeParse(summaryRowSchema, row);
  if (!columns.success) return undefined;
  const { id, title, workspace, created_at: createdAt, updated_at: updatedAt, turns, is_busy: isBusy } = columns.output;
  return { id, title, workspace: workspace ?? undefined, createdAt, updatedAt, turns, isBusy: isBusy !== 0 };
}

export type ConversationRow = v.InferOutput<typeof conversationRowSchema>;

export function toConversationRow(row: unknown): ConversationRow | undefined {
  const columns = v.safeParse(conversationRowSchema, row);
  return columns.success ? columns.output : undefined;
}

/** `undefined` stands for each message that cannot be understood. */
export function toQueue(json: string): readonly (QueuedMessage | undefined)[] {
  const items = parse(v.array(v.unknown()), json) ?? [undefined];
  return items.map((item) => {
    const parsed = v.safeParse(queuedSchema, item);
    return parsed.success ? parsed.output : undefined;
  });
}

/** `undefined` when they cannot be understood. */
export function toAttachments(json: string): readonly Attachment[] | undefined {
  return parse(attachmentsSchema, json);
}

function parse<Schema extends v.GenericSchema>(schema: Schema, json: string): v.InferOutput<Schema> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
