/**
 * What the processes of a benchmark say to each other. A pair has two: the stage, with a simulated server of its own,
 * which plays the workload, and the contender, alone in its process, so that its processor time is its own.
 *
 * | who says it         | what        | when                                                    |
 * | ------------------- | ----------- | ------------------------------------------------------- |
 * | contender → stage   | `ready`     | warm, and the submissions are drawn                     |
 * | stage → bench       | `ready`     | the contender is                                        |
 * | bench → stage       | `start`     | every pair of the wave is ready                         |
 * | stage → contender   | `begin`     | the measured time begins                                |
 * | stage → contender   | `send`      | a submission is due; it is known by its id              |
 * | contender → stage   | `answer`    | it has its answer, or has failed                        |
 * | contender → stage   | `reading`   | the measured time is over: what it took                 |
 * | stage → contender   | `close`     | all that was begun in time has ended                    |
 * | stage → bench       | `done`      | the run is measured                                     |
 */
import * as v from 'valibot';

const common = { workload: v.string(), seed: v.number(), durationMs: v.number() };

const otherServerSchema = v.object({ baseUrl: v.string(), keyEnv: v.string() });
/** A server of somebody else's in place of the simulator, and the environment variable that holds the key for it. */
export type OtherServer = v.InferOutput<typeof otherServerSchema>;

export const stageOptions = v.object({ ...common, contender: v.string(), other: v.optional(otherServerSchema) });

export const contenderOptions = v.object({
  ...common,
  contender: v.string(),
  baseUrl: v.string(),
  /** A server without limits to warm up on; missing where requests cost money. */
  warmUpUrl: v.optional(v.string()),
  /** Missing: the key of the simulator. */
  keyEnv: v.optional(v.string()),
});
export type ContenderOptions = v.InferOutput<typeof contenderOptions>;

export const ready = v.object({ type: v.literal('ready') });

const latency = v.object({ firstTextMs: v.number(), answerMs: v.number() });

export const start = v.object({
  type: v.literal('start'),
  /** Epoch milliseconds. */
  at: v.number(),
  /** By submission, what the interactive requests take alone. */
  unloaded: v.array(v.tuple([v.string(), latency])),
});
export type Start = v.InferOutput<typeof start>;

export const begin = v.object({ type: v.literal('begin') });
export const send = v.object({ type: v.literal('send'), id: v.string() });
export const close = v.object({ type: v.literal('close') });

export const answer = v.object({
  type: v.literal('answer'),
  id: v.string(),
  ok: v.boolean(),
  firstTextAt: v.optional(v.number()),
  endedAt: v.number(),
  reason: v.optional(v.string()),
  readyAt: v.optional(v.number()),
  estimatedAt: v.optional(v.number()),
  startedAt: v.optional(v.number()),
});

const readingFields = { cpuMs: v.number(), lagMs: v.number() };
export const reading = v.object({ type: v.literal('reading'), ...readingFields });

export const done = v.object({
  type: v.literal('done'),
  /** JSON has no `undefined`: what there was nothing to measure of is missing. */
  figures: v.record(v.string(), v.nullable(v.number())),
  /** Of both processes. */
  cpuMs: v.number(),
  /** Of the worse of the two. */
  lagMs: v.number(),
  /** Why requests failed, without repetitions. */
  reasons: v.array(v.string()),
});
