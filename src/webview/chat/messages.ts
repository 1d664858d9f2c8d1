import * as v from 'valibot';
import { attachmentKinds, turnActionIds } from '../../protocol/chat';
import type { ChatNotification } from '../../protocol/chat';

/** JSON leaves out fields that are `undefined`; this puts them back. */
const absent = () => undefined;
const optionalText = v.optional(v.string(), absent);
const number = v.pipe(v.number(), v.finite());
const optionalTime = v.optional(number, absent);
const integer = v.pipe(v.number(), v.safeInteger());

const actionSchema = v.object({
  id: v.picklist(turnActionIds),
  label: v.string(),
});

const attachmentSchema = v.object({
  id: v.string(),
  kind: v.picklist(attachmentKinds),
  name: v.string(),
  tokens: v.string(),
});

const stateSchema = v.variant('kind', [
  v.object({ kind: v.literal('done') }),
  v.object({
    kind: v.literal('waiting'),
    title: v.string(),
    detail: optionalText,
    until: optionalTime,
    canSendNow: v.boolean(),
    remedy: v.optional(actionSchema, absent),
  }),
  v.object({ kind: v.literal('streaming'), isElsewhere: v.boolean() }),
  v.object({
    kind: v.literal('failed'),
    title: v.string(),
    detail: optionalText,
    actions: v.array(actionSchema),
    isIncomplete: v.boolean(),
  }),
]);

const turnSchema = v.object({
  id: v.string(),
  role: v.picklist(['user', 'assistant']),
  text: v.string(),
  time: v.string(),
  attachments: v.array(attachmentSchema),
  thinking: v.string(),
  branch: v.optional(v.object({ position: integer, count: integer }), absent),
  note: optionalText,
  facts: v.array(v.object({ label: v.string(), value: v.string() })),
  state: stateSchema,
});

const fitActionSchema = v.object({ id: v.picklist(['condense', 'switchModel', 'split']), label: v.string() });

const statusEntries = {
  hasKey: v.boolean(),
  isBusy: v.boolean(),
  model: v.string(),
  title: v.string(),
  buckets: v.array(
    v.object({
      label: v.string(),
      remaining: v.string(),
      limit: v.string(),
      share: number,
      level: v.picklist(['plenty', 'low', 'empty']),
    }),
  ),
  notice: optionalText,
  attachments: v.array(attachmentSchema),
  queue: v.array(v.object({ id: v.string(), text: v.string(), attachments: v.array(attachmentSchema) })),
  isQueuePaused: v.fallback(v.boolean(), false),
  context: v.optional(
    v.object({
      used: v.string(),
      reserved: v.string(),
      free: v.string(),
      window: v.string(),
      usedShare: number,
      reservedShare: number,
      cache: optionalText,
    }),
    absent,
  ),
  fit: v.optional(
    v.object({
      kind: v.picklist(['fits', 'waits', 'tooLarge']),
      text: v.string(),
      until: optionalTime,
      actions: v.array(fitActionSchema),
    }),
    absent,
  ),
  history: v.optional(
    v.object({ beforeTurnId: v.string(), title: v.string(), detail: optionalText, canUndo: v.boolean() }),
    absent,
  ),
};

const deltaSchema = v.variant('kind', [
  v.object({ kind: v.literal('turn'), turn: turnSchema }),
  v.object({ kind: v.literal('text'), turnId: v.string(), text: v.string() }),
  v.object({ kind: v.literal('thinking'), turnId: v.string(), text: v.string() }),
  v.object({ kind: v.literal('remove'), turnIds: v.array(v.string()) }),
  v.object({ kind: v.literal('status'), status: v.object(statusEntries) }),
]);

const notificationSchema = v.variant('type', [
  v.object({
    type: v.literal('snapshot'),
    payload: v.object({ revision: integer, conversationId: v.string(), turns: v.array(turnSchema), ...statusEntries }),
  }),
  v.object({ type: v.literal('delta'), payload: v.object({ revision: integer, delta: deltaSchema }) }),
  v.object({
    type: v.literal('sendResult'),
    payload: v.object({ draftId: integer, isAccepted: v.boolean() }),
  }),
  v.object({ type: v.literal('focusInput'), payload: v.optional(v.undefined(), absent) }),
  v.object({ type: v.literal('setDraft'), payload: v.object({ text: v.string() }) }),
  v.object({
    type: v.literal('attached'),
    payload: v.object({ via: v.picklist(['button', 'mention', 'drop']), isPicked: v.boolean() }),
  }),
]);

/** A message of the host; `undefined` for anything of another shape. Never throws. */
export function parseNotification(data: unknown): ChatNotification | undefined {
  const result = v.safeParse(notificationSchema, data);
  return result.success ? result.output : undefined;
}
