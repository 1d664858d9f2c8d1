import assert from 'node:assert/strict';
import * as v from 'valibot';
import { noCost, type Job, type JobSource } from '../../../src/jobs/job';
import type { JobContext, JobOutcome, KnownLimits } from '../../../src/jobs/program';
import type { QuestionRequest } from '../../../src/jobs/question';
import { expectTokens } from '../../../src/summarize/pieceSize';
import { summarizeProgram } from '../../../src/summarize/program';
import { summaryDraftSchema, type SummaryDraft, type SummarySpec } from '../../../src/summarize/spec';
import { createRandom } from '../../support/random';
import type { ScriptedAsker } from './scriptedAsker';

export const model = 'claude-sonnet-5-5';

export const noLimits: KnownLimits = {
  requestsPerMinute: undefined,
  inputTokensPerMinute: undefined,
  outputTokensPerMinute: undefined,
};

export const smallTier: KnownLimits = {
  requestsPerMinute: 50,
  inputTokensPerMinute: 30_000,
  outputTokensPerMinute: 8_000,
};

export function specOf(change: Partial<SummarySpec> = {}): SummarySpec {
  return { name: 'src', subject: 'files', preset: 'standard', model, mapModel: model, length: 'normal', ...change };
}

export function sourceOf(name: string, text: string): JobSource {
  return { name, uri: `file:///w/${name}`, text };
}

export interface RunOptions {
  readonly spec: SummarySpec;
  readonly sources: readonly JobSource[];
  readonly asker: ScriptedAsker;
  readonly limits?: KnownLimits | (() => KnownLimits);
  /** Shared by the runs of a job. */
  readonly decisions?: Map<string, string>;
  readonly onPublish?: (draft: SummaryDraft) => void;
  /** Where it is missing, tokens are as many as are expected. */
  readonly countTokens?: JobContext['countTokens'];
}

export interface Ran extends JobOutcome {
  readonly draft: SummaryDraft;
}

export async function run(options: RunOptions): Promise<Ran> {
  const { spec, sources, asker, limits = smallTier, decisions = new Map<string, string>() } = options;
  const outcome = await summarizeProgram({
    job: someJob,
    spec: JSON.stringify(spec),
    sources,
    asker,
    limitsOf: () => (typeof limits === 'function' ? limits() : limits),
    countTokens: options.countTokens ?? countAsExpected,
    once: async (name, decide) => {
      const known = decisions.get(name) ?? (await decide());
      decisions.set(name, known);
      return known;
    },
    publish: (result) => options.onPublish?.(draftOf(result)),
  });
  return { ...outcome, draft: draftOf(outcome.result) };
}

const countAsExpected: JobContext['countTokens'] = async ({ messages, model }) =>
  messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? expectTokens(content, model) : 0), 0);

function draftOf(result: string): SummaryDraft {
  return v.parse(summaryDraftSchema, JSON.parse(result));
}

/** What is expected of requests, as the plan expects it. */
export function tokensIn(requests: readonly QuestionRequest[]): number {
  return requests.reduce((sum, { model, system, prompt }) => sum + expectTokens(system + prompt, model), 0);
}

/** Answers that keep to the length they are asked for, and are about what they are asked about. */
export function obedient(request: QuestionRequest): string {
  const files = [...request.prompt.matchAll(/^File (\d+) is (.*)\. Use .*?at most (\d+) words/gm)];
  const tag = /^<(summary\S*) id="1">/m.exec(request.prompt)?.[1];
  if (!tag) return wordsAbout(request.prompt, (request.maxTokens - 200) / 5);
  const elements = files.map(
    ([, id = '', name = '', words]) =>
      `<${tag} id="${id}">${wordsAbout(name + request.prompt, Number(words))}</${tag}>`,
  );
  const all = /Of all of them together: .*?(\d+) words/.exec(request.prompt)?.[1];
  if (all !== undefined) elements.push(`<${tag} id="all">${wordsAbout(request.prompt, Number(all))}</${tag}>`);
  return elements.join('\n');
}

const vocabulary =
  'queue requests limit retries window tokens model answers source folder stream budgets lease the chat headers clock of piece configuration listener and'.split(
    ' ',
  );

/** Different for each text, and the same each time. */
export function wordsAbout(text: string, atMost: number): string {
  let seed = 0;
  for (let at = 0; at < text.length; at++) seed = (Math.imul(seed, 31) + text.charCodeAt(at)) | 0;
  const random = createRandom(seed);
  const count = Math.max(1, Math.round(atMost * (0.75 + 0.1 * random())));
  return Array.from({ length: count }, () => vocabulary[Math.floor(random() * vocabulary.length)]).join(' ');
}

/** Some lines of code that occur nowhere else. */
export function codeOf(random: () => number, characters: number): string {
  const lines: string[] = [];
  for (let length = 0; length < characters;) {
    const number = Math.floor(random() * 1e6);
    const line = `${random() < 0.1 ? '\nexport function' : '  const'} ${vocabulary[number % vocabulary.length]}${number} = compute(${number});`;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n').slice(0, characters);
}

export function assertDone({ isComplete, draft, failure }: Ran): void {
  assert.deepEqual(draft.flaws, []);
  assert.equal(failure, undefined);
  assert.ok(isComplete);
}

const someJob: Job = {
  id: 'job-1',
  title: 'src',
  identity: 'identity',
  workspace: undefined,
  model,
  priority: 'background',
  delivery: 'direct',
  expected: noCost,
  state: 'running',
  createdAt: 0,
  startedAt: 0,
  endedAt: undefined,
  done: 0,
  total: 0,
  failed: 0,
  cost: noCost,
  pausedUntil: undefined,
  failure: undefined,
  failureUntil: undefined,
  easings: [],
  runner: undefined,
};
