import * as v from 'valibot';
import type { ChatNotification } from '../../protocol/chat';

/** JSON leaves out fields that are `undefined`; this puts them back. */
const absent = () => undefined;
const optionalText = v.optional(v.string(), absent);

const actionSchema = v.object({
  id: v.picklist(['retry', 'cancel', 'sendNow', 'manageKeys', 'addKey', 'openSettings', 'showLog']),
  label: v.string(),
});

const stateSchema = v.variant('kind', [
  v.object({ kind: v.literal('done'), note: optionalText }),
  v.object({
    kind: v.literal('waiting'),
    title: v.string(),
    detail: optionalText,
    until: v.optional(v.pipe(v.number(), v.finite()), absent),
    canSendNow: v.optional(v.boolean(), false),
  }),
  v.object({ kind: v.literal('streaming') }),
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
  attachment: optionalText,
  state: stateSchema,
});

const statusEntries = {
  hasKey: v.boolean(),
  isBusy: v.boolean(),
  model: v.string(),
  buckets: v.array(
    v.object({
      label: v.string(),
      remaining: v.string(),
      limit: v.string(),
      share: v.pipe(v.number(), v.finite()),
      level: v.picklist(['plenty', 'low', 'empty']),
    }),
  ),
  notice: optionalText,
};

const revision = v.pipe(v.number(), v.safeInteger());

const deltaSchema = v.variant('kind', [
  v.object({ kind: v.literal('turn'), turn: turnSchema }),
  v.object({ kind: v.literal('text'), turnId: v.string(), text: v.string() }),
  v.object({ kind: v.literal('remove'), turnIds: v.array(v.string()) }),
  v.object({ kind: v.literal('status'), status: v.object(statusEntries) }),
]);

const notificationSchema = v.variant('type', [
  v.object({
    type: v.literal('snapshot'),
    payload: v.object({ revision, turns: v.array(turnSchema), ...statusEntries }),
  }),
  v.object({ type: v.literal('delta'), payload: v.object({ revision, delta: deltaSchema }) }),
  v.object({
    type: v.literal('sendResult'),
    payload: v.object({ draftId: v.pipe(v.number(), v.safeInteger()), isAccepted: v.boolean() }),
  }),
  v.object({ type: v.literal('focusInput'), payload: v.optional(v.undefined(), absent) }),
]);

/** A message of the host; `undefined` for anything of another shape. Never throws. */
export function parseNotification(data: unknown): ChatNotification | undefined {
  const result = v.safeParse(notificationSchema, data);
  return result.success ? result.output : undefined;
}
