import type { ContentBlock, Priority } from '../../src/client/types';
import type { AnswerScript } from '../simulator/answers';
import type { Dimension } from '../simulator/budget';
import type { JsonObject } from '../simulator/messagesRequest';
import { countTokens, hashText } from '../simulator/tokens';
import { createRandom } from '../support/random';
import type { Texture } from './texts';
import { textures } from './texts';
import type { Submission } from './workload';

/** Both included; small values are the more frequent ones. */
type Range = readonly [least: number, most: number];

/** One job or one chat: what it asks and what it gets. */
export interface Source {
  readonly name: string;
  readonly priority: Priority;
  readonly texture: Texture;
  readonly promptTokens: Range;
  readonly answerTokens: Range;
  readonly maxTokens: number;
  /** The same at the head of each prompt, and marked for the cache. */
  readonly prefixTokens?: number | undefined;
}

const model = 'claude-sonnet-5-5';
/** Tokens of this model for the same text, as the simulator's catalogue has it. */
const tokenFactor = 1.3;

/** To the first byte, and how fast an answer is written: within the range of what people see. */
const firstByteMs: Range = [500, 900];
const tokensPerSecond: Range = [60, 90];

const sentences = Object.fromEntries(
  Object.entries(textures).map(([texture, texts]) => [
    texture,
    texts.map((text) => ({ text, tokens: countTokens(` ${text}`) * tokenFactor })),
  ]),
);

function drawFrom([least, most]: Range, random: () => number): number {
  return Math.round(least + (most - least) * random() ** 2);
}

/** The mean of what `drawFrom` draws. */
function meanOf([least, most]: Range): number {
  return least + (most - least) / 3;
}

function write(tokens: number, texture: Texture, random: () => number): string {
  const choice = sentences[texture] ?? [];
  const parts: string[] = [];
  for (let written = 0; written < tokens;) {
    const sentence = choice[Math.floor(random() * choice.length)];
    if (sentence === undefined) break;
    parts.push(sentence.text);
    written += sentence.tokens;
  }
  return parts.join(' ');
}

/** One request of a source; the same for the same seed, source and number. */
export function submissionOf(source: Source, number: number, atMs: number, seed: number): Submission {
  const { name, priority, texture, promptTokens, maxTokens, prefixTokens } = source;
  const id = `${name}-${number}`;
  const random = createRandom(hashText(id, seed));
  const content = `${id} ${write(drawFrom(promptTokens, random), texture, random)}`;
  const system = prefixTokens === undefined ? {} : { system: prefixOf(name, prefixTokens, texture, seed) };
  return {
    id,
    atMs,
    source: name,
    priority,
    body: { model, maxTokens, ...system, messages: [{ role: 'user', content }] },
  };
}

function prefixOf(name: string, tokens: number, texture: Texture, seed: number): readonly ContentBlock[] {
  const text = write(tokens, texture, createRandom(hashText(`prefix of ${name}`, seed)));
  return [{ type: 'text', text, cache_control: { type: 'ephemeral' } }];
}

/** The id of the submission a request belongs to: the first word of its last text. */
export function submissionIdOf(body: JsonObject | undefined): string | undefined {
  const messages: unknown = body?.['messages'];
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages.at(-1);
  return /^(\S+)/.exec(textOf(contentOf(last)))?.[1];
}

function contentOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'content' in message ? message.content : undefined;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const last: unknown = Array.isArray(content) ? content.at(-1) : undefined;
  return typeof last === 'object' && last !== null && 'text' in last && typeof last.text === 'string' ? last.text : '';
}

/** What the simulator answers: drawn from the seed and the request's id, so the order of requests changes nothing. */
export function answerFor(sources: readonly Source[], seed: number): (body: JsonObject) => AnswerScript {
  return (body) => {
    const id = submissionIdOf(body) ?? '';
    const source = sources.find(({ name }) => name === id.slice(0, id.lastIndexOf('-')));
    if (source === undefined) return {};
    const random = createRandom(hashText(`answer to ${id}`, seed));
    return {
      outputTokens: drawFrom(source.answerTokens, random),
      firstByteMs: Math.round(firstByteMs[0] + (firstByteMs[1] - firstByteMs[0]) * random()),
      tokensPerSecond: Math.round(tokensPerSecond[0] + (tokensPerSecond[1] - tokensPerSecond[0]) * random()),
    };
  };
}

/** What a request of this source takes of a dimension, on average. */
function costOf({ promptTokens, answerTokens }: Source, dimension: Dimension): number {
  if (dimension === 'requests') return 1;
  return meanOf(dimension === 'inputTokens' ? promptTokens : answerTokens);
}

/** More than the bound, so that there is always work waiting however the sources are served. */
const backlogShare = 1.4;

/**
 * Work for the whole time and beyond, an equal part of the tightest dimension for each source. Half of it is there at
 * the start, source by source, as when three people start a job each; the rest comes one by one in the first half.
 */
export function bulkOf(
  sources: readonly Source[],
  tightest: Dimension,
  bound: number,
  durationMs: number,
  seed: number,
): readonly Submission[] {
  return sources.flatMap((source) => {
    const count = Math.ceil((backlogShare * bound) / sources.length / costOf(source, tightest));
    const first = Math.ceil(count / 2);
    return Array.from({ length: count }, (_, index) => {
      const atMs = index < first ? 0 : Math.round((durationMs / 2) * ((index - first + 1) / (count - first)));
      return submissionOf(source, index + 1, atMs, seed);
    });
  });
}

/** As people ask: independent of each other, so many a minute on average. */
export function interactiveOf(
  source: Source,
  perMinute: number,
  durationMs: number,
  seed: number,
): readonly Submission[] {
  const random = createRandom(hashText(`times of ${source.name}`, seed));
  const submissions: Submission[] = [];
  for (let atMs = 0; ;) {
    atMs += -Math.log(1 - random()) * (60_000 / perMinute);
    if (atMs >= durationMs) return submissions;
    submissions.push(submissionOf(source, submissions.length + 1, Math.round(atMs), seed));
  }
}
