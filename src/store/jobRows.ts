import * as v from 'valibot';
import type { Priority } from '../client/types';
import type { Delivery, Easing, Job, JobChange, JobCost, JobSource, JobState, NewJob } from '../jobs/job';
import type { Answer } from '../jobs/question';
import type { BatchRecord, KeptAnswer } from '../jobs/records';
import type { Row } from './access';
import { isPlain, plain } from './plainText';

/** A word that is added later does not compile until it stands in its table. */
const states: Readonly<Record<JobState, true>> = {
  running: true,
  paused: true,
  done: true,
  incomplete: true,
  failed: true,
  cancelled: true,
};
const priorities: Readonly<Record<Priority, true>> = { interactive: true, normal: true, background: true };
const deliveries: Readonly<Record<Delivery, true>> = { direct: true, batch: true };
const easings: Readonly<Record<Easing, true>> = { cheaperModel: true, shorter: true, batch: true, later: true };

function isOneOf<Word extends string>(table: Readonly<Record<Word, true>>) {
  return (input: unknown): input is Word => typeof input === 'string' && Object.hasOwn(table, input);
}

function oneOf<Word extends string>(table: Readonly<Record<Word, true>>) {
  return v.custom<Word>(isOneOf(table));
}

const nullableNumber = v.nullable(v.number());
const nullableText = v.nullable(v.string());
const jobRowSchema = v.object({
  id: v.string(),
  state: oneOf(states),
  identity: v.string(),
  title: v.string(),
  workspace: nullableText,
  model: v.string(),
  priority: oneOf(priorities),
  delivery: oneOf(deliveries),
  created_at: v.number(),
  started_at: nullableNumber,
  ended_at: nullableNumber,
  paused_until: nullableNumber,
  done: v.number(),
  total: v.number(),
  failed: v.number(),
  failure: nullableText,
  failure_until: nullableNumber,
  expected_requests: v.number(),
  expected_input_tokens: v.number(),
  expected_output_tokens: v.number(),
  requests: v.number(),
  input_tokens: v.number(),
  output_tokens: v.number(),
  cost_usd: v.number(),
  has_unknown_cost: v.number(),
  easings: v.string(),
  runner: nullableText,
  runner_until: v.number(),
});
const sourceRowSchema = v.object({
  name: v.string(),
  uri: nullableText,
  is_json: v.number(),
  seams: nullableText,
  text: v.string(),
});
const batchRowSchema = v.object({
  token: v.string(),
  job_id: v.string(),
  batch_id: nullableText,
  key_id: v.string(),
  created_at: v.number(),
  custom_ids: v.string(),
});
const answerRowSchema = v.object({ key: v.string(), used_at: v.number(), is_cut: v.number(), text: v.string() });
/** What another version may have done to a job beside what we know does not hide the job. */
const easingsSchema = v.pipe(
  v.array(v.unknown()),
  v.transform((found) => found.filter(isOneOf(easings))),
);

export function fromNewJob({ title, identity, workspace, model, priority, delivery, expected, spec }: NewJob) {
  return {
    title: plain(title),
    identity: plain(identity),
    workspace: workspace === undefined ? null : plain(workspace),
    model: plain(model),
    priority,
    delivery,
    requests: toCount(expected.requests),
    inputTokens: toCount(expected.inputTokens),
    outputTokens: toCount(expected.outputTokens),
    spec: plain(spec),
  };
}

/** `undefined` when it cannot be understood, as all that follow. */
export function toJob(row: Row): Job | undefined {
  const parsed = v.safeParse(jobRowSchema, row);
  if (!parsed.success) return undefined;
  const columns = parsed.output;
  return {
    id: columns.id,
    state: columns.state,
    identity: columns.identity,
    title: columns.title,
    workspace: columns.workspace ?? undefined,
    model: columns.model,
    priority: columns.priority,
    delivery: columns.delivery,
    createdAt: columns.created_at,
    startedAt: columns.started_at ?? undefined,
    endedAt: columns.ended_at ?? undefined,
    pausedUntil: columns.paused_until ?? undefined,
    done: columns.done,
    total: columns.total,
    failed: columns.failed,
    failure: columns.failure ?? undefined,
    failureUntil: columns.failure_until ?? undefined,
    expected: {
      requests: columns.expected_requests,
      inputTokens: columns.expected_input_tokens,
      outputTokens: columns.expected_output_tokens,
    },
    cost: {
      requests: columns.requests,
      inputTokens: columns.input_tokens,
      outputTokens: columns.output_tokens,
      costUsd: columns.cost_usd,
      hasUnknownCost: columns.has_unknown_cost !== 0,
    },
    easings: parse(easingsSchema, columns.easings) ?? [],
    runner: columns.runner === null ? undefined : { windowId: columns.runner, until: columns.runner_until },
  };
}

/** What can be long goes beside the rest. */
export function fromChange({ spec, result, ...rest }: JobChange) {
  return {
    change: JSON.stringify(rest),
    spec: spec === undefined ? null : plain(spec),
    result: result === undefined ? undefined : plain(result),
  };
}

export function fromCost({ requests, inputTokens, outputTokens, costUsd, hasUnknownCost }: JobCost) {
  const isKnown = Number.isFinite(costUsd);
  return {
    requests: toCount(requests),
    inputTokens: toCount(inputTokens),
    outputTokens: toCount(outputTokens),
    costUsd: isKnown ? costUsd : 0,
    unknown: hasUnknownCost || !isKnown ? 1 : 0,
  };
}

/** The text comes back exactly as it is: seams are places in it, and questions are known by it. */
export function fromSource({ name, uri, text, seams }: JobSource) {
  const isJson = !isPlain(text);
  return {
    name: plain(name),
    uri: uri === undefined ? null : plain(uri),
    isJson: isJson ? 1 : 0,
    seams: seams === undefined ? null : JSON.stringify(seams),
    text: isJson ? JSON.stringify(text) : text,
  };
}

export function toSource(row: Row): JobSource | undefined {
  const parsed = v.safeParse(sourceRowSchema, row);
  if (!parsed.success) return undefined;
  const { name, uri, is_json: isJson, seams: places, text: written } = parsed.output;
  const text = isJson === 0 ? written : parse(v.string(), written);
  if (text === undefined) return undefined;
  const seams = places === null ? undefined : parse(v.array(v.number()), places);
  return { name, uri: uri ?? undefined, text, ...(seams && { seams }) };
}

export function fromAnswer({ key, isCut, text }: KeptAnswer) {
  return { key, isCut: isCut ? 1 : 0, text: plain(text) };
}

export interface ReadAnswer {
  readonly key: string;
  readonly usedAt: number;
  readonly answer: Answer;
}

export function toAnswer(row: Row): ReadAnswer | undefined {
  const parsed = v.safeParse(answerRowSchema, row);
  if (!parsed.success) return undefined;
  const { key, used_at: usedAt, is_cut: isCut, text } = parsed.output;
  return { key, usedAt, answer: { text, isCut: isCut !== 0 } };
}

export function fromBatch({ token, jobId, batchId, keyId, createdAt, customIds }: BatchRecord) {
  return {
    token: plain(token),
    id: jobId,
    batchId: batchId === undefined ? null : plain(batchId),
    keyId: plain(keyId),
    createdAt,
    customIds: JSON.stringify(customIds),
  };
}

export function toBatch(row: Row): BatchRecord | undefined {
  const parsed = v.safeParse(batchRowSchema, row);
  if (!parsed.success) return undefined;
  const { token, job_id: jobId, batch_id: batchId, key_id: keyId, created_at: createdAt } = parsed.output;
  const customIds = parse(v.array(v.string()), parsed.output.custom_ids);
  return customIds && { token, jobId, batchId: batchId ?? undefined, keyId, createdAt, customIds };
}

/** An amount that makes no sense must not keep an answer from being kept. */
function toCount(amount: number): number {
  return Number.isFinite(amount) && amount > 0 ? Math.round(amount) : 0;
}

function parse<Schema extends v.GenericSchema>(schema: Schema, json: string): v.InferOutput<Schema> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(json));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
