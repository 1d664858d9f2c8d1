import { PriceList } from '../../../../src/client/prices';
import type { Usage } from '../../../../src/client/types';
import { composeRequest, type Composed } from '../../../../src/conversation/history/compose';
import { digestPrompt, planDigest } from '../../../../src/conversation/history/digest';
import { textOf, toBlocks } from '../../../../src/conversation/history/exchanges';
import type { HistoryPolicy, Room } from '../../../../src/conversation/history/policy';
import { TurnIndex } from '../../../../src/conversation/history/turnIndex';
import type { Digest, Turn } from '../../../../src/conversation/turn';
import { publishedModels } from '../../../simulator/catalogue';
import { parseMessagesRequest } from '../../../simulator/messagesRequest';
import { PromptCache } from '../../../simulator/promptCache';
import { countTokens } from '../../../simulator/tokens';
import { createRandom } from '../../../support/random';
import { textures } from '../../../workloads/texts';
import { answer, question } from './turns';

const modelId = 'claude-sonnet-5-5';
export const questions = 200;
/** A limit of 30,000 input tokens a minute is where long conversations begin to hurt. */
export const room: Room = { windowTokens: 200_000, reservedForAnswer: 8_192, perMinute: 30_000 };

const system = 'You help an engineer with code and with what is around it. Be brief and exact.';
/** What a person takes to read an answer and to ask on; now and then there is a break in which caches expire. */
const thinkingMs = { least: 20_000, most: 200_000 } as const;
const breakMs = 1_200_000;
const breakShare = 0.05;
/** Every so many questions come with a file. */
const attachmentEvery = 10;
/** What the questions are about, each of these every now and then. */
const syllables = ['bar', 'kel', 'mon', 'tis', 'vor', 'zam'] as const;
const digestSentences = 40;

/** One question of a conversation as it was sent. */
export interface Sent {
  readonly composed: Composed;
  /** Tokens of the whole input. */
  readonly tokens: number;
  readonly usage: Usage;
  /** In US dollars: of the input, the summary that was made before it included. */
  readonly costUsd: number;
  /** What it would have cost without a prompt cache. */
  readonly uncachedUsd: number;
  /** What the request says without its breakpoints, and how much of that is up to the last of them. */
  readonly text: string;
  readonly cachedText: string;
  /** Turns that were summarized before this question. */
  readonly digested: readonly Turn[];
}

export interface Played {
  readonly turns: readonly Turn[];
  readonly sent: readonly Sent[];
  readonly reads: number;
  /** Of the longest exchange, as estimated. */
  readonly largestExchange: number;
}

/** So many questions with their answers, the same for the same seed. */
export function makeConversation(seed: number, count = questions): readonly Turn[] {
  const random = createRandom(seed);
  const draw = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const write = (texture: keyof typeof textures, sentences: number) =>
    Array.from({ length: sentences }, () => textures[texture][draw(0, textures[texture].length - 1)]).join(' ');
  const attach = (name: string) => {
    const text = write('code', draw(20, 80));
    return [{ kind: 'file' as const, name, languageId: 'typescript', text }];
  };
  return Array.from({ length: count }, (_, number) => {
    const attachments = number % attachmentEvery === 5 ? attach(`file${number}.ts`) : [];
    const topic = `${syllables[draw(0, 5)]}${syllables[draw(0, 5)]}`;
    return [
      question(`q${number}`, `(${number}) About ${topic}. ${write('prose', draw(1, 5))}`, attachments),
      answer(`a${number}`, `(${number}) It is ${topic}. ${write(random() < 0.5 ? 'prose' : 'code', draw(4, 30))}`),
    ];
  }).flat();
}

/** Asks the questions of a conversation one after the other, under the rules of the simulated prompt cache. */
export function play(policy: HistoryPolicy, seed: number, turns = makeConversation(seed)): Played {
  const random = createRandom(seed + 1);
  let nowMs = 0;
  const cache = new PromptCache({
    now: () => nowMs,
    monotonic: () => nowMs,
    schedule: () => ({ dispose: () => {} }),
  });
  const ask = createAsker(cache);
  const index = new TurnIndex();
  const digests: Digest[] = [];
  const sent: Sent[] = [];
  for (let end = 1; end <= turns.length; end += 2) {
    // Summaries are made while a person reads the answer, before the next question is known.
    const made = makeDigest({ path: turns.slice(0, end - 1), policy, digests });
    if (made) digests.push(made.digest);
    const composed = composeRequest({
      ...historyOf(turns.slice(0, end), policy, digests),
      index,
      minCacheableTokens: 1_024,
    });
    const digestUsd = made?.costUsd ?? 0;
    const asked = ask(composed);
    sent.push({
      ...asked,
      costUsd: asked.costUsd + digestUsd,
      uncachedUsd: asked.uncachedUsd + digestUsd,
      digested: made?.turns ?? [],
    });
    nowMs += random() < breakShare ? breakMs : thinkingMs.least + random() * (thinkingMs.most - thinkingMs.least);
  }
  const sizes = turns.map((turn, index) => (index % 2 === 0 ? sizeOf(turn) + sizeOf(turns[index + 1]) : 0));
  return { turns, sent, reads: index.reads, largestExchange: Math.max(...sizes) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const known = new Map<string, number>();
/** As the simulator counts, so that what is estimated is what is charged. */
function estimate(text: string): number {
  const tokens = known.get(text) ?? Math.ceil(countTokens(text) * model().tokenFactor);
  known.set(text, tokens);
  return tokens;
}

function historyOf(path: readonly Turn[], policy: HistoryPolicy, digests: readonly Digest[]) {
  return { path, policy, digests, room, estimate, system };
}

function createAsker(cache: PromptCache) {
  return (composed: Composed): Omit<Sent, 'digested'> => {
    const body = { model: modelId, max_tokens: 1, system: composed.system, messages: composed.messages };
    const request = parseMessagesRequest(body, (id) => publishedModels.find((one) => one.id === id), false);
    const lookup = cache.lookUp('organization', request);
    lookup.commit();
    const { inputTokens, cacheReadTokens, cacheWriteTokens } = lookup.usage;
    const usage = { inputTokens, outputTokens: 0, cacheReadTokens, cacheWriteTokens: cacheWriteTokens['5m'] };
    return { composed, tokens: request.inputTokens, usage, ...costsOf(usage), ...textsOf(composed) };
  };
}

function costsOf(usage: Usage): { costUsd: number; uncachedUsd: number } {
  const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    costUsd: costOf(usage),
    uncachedUsd: costOf({ ...usage, inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 }),
  };
}

function costOf(usage: Usage): number {
  return new PriceList().costOf(modelId, usage) ?? 0;
}

function textsOf({ system, messages }: Composed): { text: string; cachedText: string } {
  const blocks = [
    ...(system ?? []).map((block) => ({ role: 'system', ...block })),
    ...messages.flatMap((message) => toBlocks(message).map((block) => ({ role: message.role, ...block }))),
  ];
  const lines = blocks.map((block) => `${JSON.stringify({ ...block, cache_control: undefined })}\n`);
  const lastMark = blocks.findLastIndex((block) => 'cache_control' in block);
  return { text: lines.join(''), cachedText: lines.slice(0, lastMark + 1).join('') };
}

function makeDigest({
  path,
  policy,
  digests,
}: {
  path: readonly Turn[];
  policy: HistoryPolicy;
  digests: readonly Digest[];
}): { digest: Digest; turns: readonly Turn[]; costUsd: number } | undefined {
  const plan = planDigest(historyOf(path, policy, digests));
  if (!plan) return undefined;
  const asked = digestPrompt(plan.turns, plan.previous);
  const text = `Up to ${plan.upToTurnId}. ${textures.prose.join(' ')} `.repeat(digestSentences / textures.prose.length);
  const [inputTokens, outputTokens] = [estimate(asked.system + asked.prompt), estimate(text)];
  return {
    digest: { upToTurnId: plan.upToTurnId, text, at: 0, tokensBefore: inputTokens, tokensAfter: outputTokens },
    turns: plan.turns,
    costUsd: costOf({ inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 }),
  };
}

function sizeOf(turn: Turn | undefined): number {
  if (!turn) return 0;
  const attached = turn.role === 'user' ? turn.attachments.map(textOfAttachment).join('') : '';
  return estimate(turn.text + attached);
}

function textOfAttachment({ text }: { readonly text: string }): string {
  return textOf({ type: 'text', text });
}

function model() {
  const found = publishedModels.find(({ id }) => id === modelId);
  if (!found) throw new Error(`The simulator does not know ${modelId}`);
  return found;
}
