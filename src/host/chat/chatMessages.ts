import * as v from 'valibot';
import { turnActionIds, type ChatCommand } from '../../protocol/chat';
import { longestUriCharacters, mostDropped } from './droppedUris';

/** Far above anything typed by hand, far below what would choke the view: 1 million characters are about 300k tokens. */
export const longestMessageCharacters = 1_000_000;

const id = v.pipe(v.string(), v.maxLength(100));

/** What carries nothing arrives with or without its `undefined`. */
const bare = <Name extends ChatCommand['type']>(name: Name) =>
  v.pipe(
    v.object({ type: v.literal(name), payload: v.optional(v.undefined_()) }),
    v.transform(({ type }) => ({ type, payload: undefined })),
  );

/** A webview shows model text, so nothing it posts is believed before it was looked at. */
const commandSchema = v.variant('type', [
  bare('ready'),
  bare('stop'),
  bare('addKey'),
  bare('pickModel'),
  bare('preview'),
  bare('undoHistory'),
  bare('showHistory'),
  v.object({
    type: v.literal('send'),
    // The length is judged by the session, which can tell the person; here it only must be text.
    payload: v.object({ draftId: v.pipe(v.number(), v.safeInteger()), text: v.string() }),
  }),
  v.object({
    type: v.literal('edit'),
    payload: v.object({ turnId: id, draftId: v.pipe(v.number(), v.safeInteger()), text: v.string() }),
  }),
  v.object({ type: v.literal('act'), payload: v.object({ turnId: id, action: v.picklist(turnActionIds) }) }),
  v.object({ type: v.literal('remove'), payload: v.object({ turnId: id }) }),
  v.object({ type: v.literal('showBranch'), payload: v.object({ turnId: id, step: v.picklist([-1, 1]) }) }),
  v.object({ type: v.literal('draft'), payload: v.object({ text: v.string() }) }),
  v.object({ type: v.literal('attach'), payload: v.object({ via: v.picklist(['button', 'mention']) }) }),
  v.object({
    type: v.literal('attachUris'),
    payload: v.object({
      uris: v.pipe(v.array(v.pipe(v.string(), v.maxLength(longestUriCharacters))), v.maxLength(mostDropped)),
    }),
  }),
  v.object({ type: v.literal('detach'), payload: v.object({ attachmentId: id }) }),
  v.object({ type: v.literal('editQueued'), payload: v.object({ id, text: v.string() }) }),
  v.object({ type: v.literal('removeQueued'), payload: v.object({ id }) }),
  v.object({ type: v.literal('holdQueued'), payload: v.object({ id: v.nullable(id) }) }),
  bare('resumeQueue'),
  v.object({ type: v.literal('sendQueuedNow'), payload: v.object({ id }) }),
  v.object({
    type: v.literal('fitAct'),
    payload: v.object({ action: v.picklist(['condense', 'switchModel', 'split']) }),
  }),
  v.object({
    type: v.literal('code'),
    payload: v.object({
      action: v.picklist(['insert', 'apply', 'newFile']),
      text: v.string(),
      language: v.pipe(v.string(), v.maxLength(100)),
    }),
  }),
  v.object({ type: v.literal('copy'), payload: v.object({ text: v.string() }) }),
  v.object({ type: v.literal('openLink'), payload: v.object({ url: v.pipe(v.string(), v.maxLength(8_000)) }) }),
  v.object({ type: v.literal('reportError'), payload: v.object({ message: v.string() }) }),
]);

/** `undefined` for anything that is not a command of the chat. */
export function parseChatCommand(message: unknown): ChatCommand | undefined {
  const parsed = v.safeParse(commandSchema, message);
  return parsed.success ? parsed.output : undefined;
}

const openableSchemes: readonly string[] = ['http:', 'https:', 'mailto:'];

/** The address when it may be opened outside, `undefined` when not. */
export function parseLink(url: string): URL | undefined {
  const parsed = URL.parse(url);
  return parsed && openableSchemes.includes(parsed.protocol) ? parsed : undefined;
}
