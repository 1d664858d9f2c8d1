import { modelFacts } from '../../client/models';
import type { Client, LaneSnapshot } from '../../client/types';
import { judgeFit, lastRequestOf, measureContext } from '../../conversation/fit';
import type { Composed } from '../../conversation/history/compose';
import type { Room } from '../../conversation/history/policy';
import { isRunning, type Attachment, type Turn, type UserTurn } from '../../conversation/turn';
import type { ChatStatus } from '../../protocol/chat';
import { laneFor } from '../buckets';
import { presentHistory } from './chatStatus';
import { presentContext } from './contextPresenter';
import { presentFit } from './fitPresenter';
import type { HistoryKeeper } from './historyKeeper';
import type { LiveChat } from './liveChat';

/** What a model takes whose window nobody has told us. */
const carefulWindowTokens = 200_000;
/** Notes of less would be as long as the text itself. */
const leastSplittableCharacters = 4_000;

/** Whether notes on it, made part by part, can stand for it. */
export function isSplittable({ text }: Attachment): boolean {
  return text.length > leastSplittableCharacters;
}

/** The room of a request to the model, by the dated table and by what the lane was seen to hold. Pure. */
export function roomFor(model: string, maxTokens: number, lanes: readonly LaneSnapshot[]): Room {
  return {
    windowTokens: modelFacts(model)?.windowTokens ?? carefulWindowTokens,
    reservedForAnswer: maxTokens,
    perMinute: laneFor(lanes, model)?.inputTokens?.limit,
  };
}

export interface OutlookInput {
  readonly chat: LiveChat;
  readonly history: HistoryKeeper;
  readonly draft: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly room: Room;
  /** `undefined` while there is no client: then nobody knows any limit. */
  readonly forecast: Client['forecast'] | undefined;
  readonly now: number;
}

/** What would be sent with the draft, how full the window is then, and whether it can be sent now. */
export function presentOutlook(input: OutlookInput): Pick<ChatStatus, 'context' | 'fit' | 'history'> {
  const { chat, history, draft, model, maxTokens, room, forecast, now } = input;
  // While an answer grows, what it will have is not known; it is counted when it is there.
  const settled = chat.turns.filter((turn) => !isRunning(turn));
  const hasDraft = draft.trim() !== '' || chat.drafts.length > 0;
  if (settled.length === 0 && !hasDraft) return { context: undefined, fit: undefined, history: undefined };
  const composed = composeOnce(input, settled);
  const lastAnswer = settled.findLast((turn) => turn.role === 'assistant' && turn.account !== undefined);
  const lastUsage = lastAnswer?.role === 'assistant' ? lastRequestOf(lastAnswer)?.usage : undefined;
  const fit =
    hasDraft && forecast
      ? presentFit(
          judgeFit({
            forecast: forecast({ ...sendable(composed), model, maxTokens, priority: 'interactive', source: 'chat' }),
            composedTokens: composed.estimatedTokens,
            room,
            now,
          }),
          {
            now,
            canCondense: () => history.canCondense(model),
            canSplit: chat.drafts.some(isSplittable),
          },
        )
      : undefined;
  return {
    context: presentContext(measureContext({ composed, room, lastUsage })),
    fit,
    history: presentHistory(settled, composed),
  };
}

interface Composition {
  readonly key: readonly unknown[];
  readonly composed: Composed;
}

const compositions = new WeakMap<LiveChat, Composition>();

/** The status is made twice a second, and mostly nothing of this has changed: a long chat is not composed for that. */
function composeOnce(input: OutlookInput, turns: readonly Turn[]): Composed {
  const { chat, history, draft, model, maxTokens, room } = input;
  const key = [
    turns.length,
    turns.at(-1),
    draft,
    chat.drafts,
    chat.digests,
    model,
    maxTokens,
    room.perMinute,
    history.policy.kind,
  ];
  const known = compositions.get(chat);
  if (known?.key.every((part, index) => part === key[index])) return known.composed;
  const composed = composeDraft(input, turns);
  compositions.set(chat, { key, composed });
  return composed;
}

/** The request that would leave with the draft. */
export function composeDraft(
  { chat, history, draft, model, now }: Pick<OutlookInput, 'chat' | 'history' | 'draft' | 'model' | 'now'>,
  turns: readonly Turn[] = chat.turns.filter((turn) => !isRunning(turn)),
): Composed {
  const hasDraft = draft.trim() !== '' || chat.drafts.length > 0;
  return history.compose(hasDraft ? [...turns, draftTurn(draft, chat.drafts, turns.at(-1)?.id, now)] : turns, model);
}

function sendable({
  system,
  messages,
}: Composed): Pick<Composed, 'messages'> & { readonly system?: Composed['system'] } {
  return system === undefined ? { messages } : { system, messages };
}

function draftTurn(
  text: string,
  attachments: readonly Attachment[],
  parentId: string | undefined,
  at: number,
): UserTurn {
  return { role: 'user', id: 'draft', parentId, at, text, attachments };
}
