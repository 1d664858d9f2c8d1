import { createAnthropicAdapter } from '../../../src/client/anthropicAdapter';
import { Engine } from '../../../src/client/engine';
import type { Job, JobSource } from '../../../src/jobs/job';
import { createJobs } from '../../../src/jobs/jobDesk';
import { cheaperModel } from '../../../src/summarize/cheaperModel';
import { easeSpec } from '../../../src/summarize/ease';
import { identityOf } from '../../../src/summarize/identity';
import { planSummary, type SummaryPlan } from '../../../src/summarize/plan';
import { summarizeProgram } from '../../../src/summarize/program';
import { readSpec, type SummarySpec } from '../../../src/summarize/spec';
import { openInMemory } from '../../../src/store/memory';
import type { Store } from '../../../src/store/store';
import type { AttemptRecord } from '../../simulator/log';
import { unlimited, type Limits } from '../../simulator/limits';
import { createSimulator, demoKey } from '../../simulator/simulator';
import { createRandom } from '../../support/random';
import type { VirtualTime } from '../../support/virtualTime';
import { createSluice } from '../sluice';
import { answerFor, interactiveOf, type Source } from '../traffic';
import { createDirect } from '../unloaded';
import type { Answer, Contender } from '../contender';
import type { Submission } from '../workload';
import { answerSummary, promptOf } from './answers';
import { earliestEndMs } from './bound';

const model = 'claude-sonnet-5-5';
/** As a real stream, with fewer and larger pieces. */
const deltaIntervalMs = 200;
/** As busy as a person gets; for longer than any summary here takes. */
const questionsPerMinute = 10;
const chattingMs = 3_600_000;
const minuteMs = 60_000;
const windowId = 'bench';

const chat: Source = {
  name: 'chat',
  priority: 'interactive',
  texture: 'prose',
  promptTokens: [30, 250],
  answerTokens: [60, 220],
  maxTokens: 1_024,
};

export interface SummaryRun {
  readonly time: VirtualTime;
  /** Keeps the answers: the second run with the same one has those of the first. */
  readonly store: Store;
  readonly title: string;
  readonly sources: readonly JobSource[];
  readonly limits: Limits;
  readonly seed: number;
  /** Somebody chats meanwhile. Default: true. */
  readonly hasChat?: boolean | undefined;
}

export interface SummaryFigures {
  readonly job: Job;
  readonly plan: SummaryPlan;
  readonly makespanMs: number;
  /** The earliest that anybody could have been done. */
  readonly boundMs: number;
  /** Of the job: what was sent, and what came back for it. */
  readonly requests: number;
  readonly tokens: number;
  /** All attempts, those of the chat included. */
  readonly attempts: number;
  readonly refusals: number;
  /** Attempts of the job that brought nothing. */
  readonly broken: number;
  readonly chat: readonly ChatLatency[];
}

/** To the first text of one question: beside the summary, and on the server without it and without limits. */
export interface ChatLatency {
  readonly loadedMs: number;
  readonly aloneMs: number;
}

/** For the runs of one stretch of time. */
export function openStageStore(): Store {
  return openInMemory({ windowId, now: Date.now, log: { warn: () => {} } });
}

/** A summary from its start to its end, on a clock that nothing real moves. */
export async function playSummary(run: SummaryRun): Promise<SummaryFigures> {
  const { time, store, title, sources, limits, seed, hasChat = true } = run;
  const { clock } = time;
  const server = createServer(run, limits);
  const engine = new Engine(
    { apiKey: demoKey, fetch: server.fetch, rememberedLimits: [{ organization: undefined, group: model, ...limits }] },
    { clock, random: createRandom(seed), loadAdapter: async (options) => createAnthropicAdapter(options) },
  );
  const jobs = createJobs({
    records: () => store.jobs,
    hasChanged: () => store.hasChanged(),
    windowId,
    program: summarizeProgram,
    acquire: async () => ({ client: engine, keyId: 'bench' }),
    limits: () => ({}),
    account: () => {},
    easeBySetting: () => 'wait',
    cheaperThan: cheaperModel,
    applyEasing: (spec, easing) => easeSpec(spec, easing, cheaperModel(readSpec(spec).mapModel)),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => clock.now(),
  });
  try {
    const spec: SummarySpec = {
      name: title,
      subject: 'files',
      preset: 'standard',
      model,
      mapModel: model,
      length: 'normal',
    };
    const plan = await planSummary(
      spec,
      sources,
      () => limits,
      (keys) => store.jobs.answers(keys),
    );
    await warmUp(engine, time);
    const talk = hasChat ? startChat(createSluice(engine, clock), time, seed) : undefined;
    const startedAt = clock.now();
    const { requests, inputTokens, outputTokens } = plan;
    const started = jobs.start(
      {
        title,
        identity: identityOf(spec, sources),
        workspace: undefined,
        model,
        priority: 'background',
        delivery: 'direct',
        expected: { requests, inputTokens, outputTokens },
        spec: JSON.stringify(spec),
      },
      sources,
    );
    if (!started) throw new Error('The job could not be begun');
    const job = await time.until(jobs.whenEnded(started.job.id));
    if (!job) throw new Error('The job is gone');
    const makespanMs = clock.now() - startedAt;
    const loaded = await talk?.end();
    const attempts = server.log.messages.filter(({ at }) => at >= startedAt);
    const [ofJob, ofChat] = partition(attempts.map((attempt) => structuredClone(attempt)));
    const completed = ofJob.filter(({ outcome }) => outcome === 'completed');
    const tokens = ofJob.reduce(
      (sum, { usage }) => sum + (usage ? usage.inputTokens + usage.cacheWriteTokens + usage.outputTokens : 0),
      0,
    );
    return {
      job,
      plan,
      makespanMs,
      boundMs: earliestEndMs(completed, ofChat, limits),
      requests: ofJob.length,
      tokens,
      attempts: ofJob.length + ofChat.length,
      refusals: [...ofJob, ...ofChat].filter(({ status }) => status === 429).length,
      broken: ofJob.length - completed.length,
      chat: loaded ? await compareChat(run, loaded) : [],
    };
  } finally {
    await time.until(jobs.close());
    await time.until(engine.close());
    server.reset();
  }
}

/** A client that has sent nothing yet finds out alone whether what it remembers still holds: this one was in use. */
async function warmUp(engine: Engine, time: VirtualTime): Promise<void> {
  const messages = [{ role: 'user', content: 'Are you there?' }] as const;
  await time.until(engine.send({ model, maxTokens: 20, messages }).result);
  await time.pass(minuteMs);
}

function createServer({ time, seed }: SummaryRun, limits: Limits) {
  const answerChat = answerFor([chat], seed);
  return createSimulator({
    clock: time.clock,
    seed,
    limits,
    pace: { deltaIntervalMs },
    answer: (body) => (isChat(body) ? answerChat(body) : answerSummary(body, seed)),
  });
}

function isChat(body: Readonly<Record<string, unknown>> | undefined): boolean {
  return promptOf(body).startsWith(`${chat.name}-`);
}

function partition(attempts: readonly AttemptRecord[]): readonly [readonly AttemptRecord[], readonly AttemptRecord[]] {
  return [attempts.filter(({ body }) => !isChat(body)), attempts.filter(({ body }) => isChat(body))];
}

interface Talked {
  readonly submission: Submission;
  readonly firstTextMs: number;
}

/** Somebody asks now and then, until it is ended; what was asked by then is waited for. */
function startChat(contender: Contender, time: VirtualTime, seed: number, mostMs = chattingMs) {
  const { clock } = time;
  const startedAt = clock.now();
  const asked: Promise<Talked | undefined>[] = [];
  const submissions = interactiveOf(chat, questionsPerMinute, mostMs, seed);
  const timers = submissions.map((submission) =>
    clock.schedule(() => {
      asked.push(
        contender
          .send(submission)
          .then((answer: Answer) =>
            answer.ok && answer.firstTextAt !== undefined
              ? { submission, firstTextMs: answer.firstTextAt - startedAt - submission.atMs }
              : undefined,
          ),
      );
    }, submission.atMs),
  );
  return {
    end: async (): Promise<readonly Talked[]> => {
      for (const timer of timers) timer.dispose();
      return (await time.until(Promise.all(asked))).flatMap((each) => each ?? []);
    },
  };
}

/** The same questions on the same server without limits, with nothing between. */
async function compareChat(run: SummaryRun, loaded: readonly Talked[]): Promise<readonly ChatLatency[]> {
  const { time, seed } = run;
  const server = createServer(run, unlimited);
  const target = {
    baseUrl: 'https://api.anthropic.com',
    apiKey: demoKey,
    fetch: server.fetch,
    limits: unlimited,
    seed,
  };
  const contender = createDirect(target, time.clock);
  try {
    const lastMs = Math.max(0, ...loaded.map(({ submission }) => submission.atMs)) + 1;
    const talk = startChat(contender, time, seed, lastMs);
    await time.pass(lastMs);
    const alone = new Map((await talk.end()).map(({ submission, firstTextMs }) => [submission.id, firstTextMs]));
    return loaded.flatMap(({ submission, firstTextMs }) => {
      const aloneMs = alone.get(submission.id);
      return aloneMs === undefined ? [] : [{ loadedMs: firstTextMs, aloneMs }];
    });
  } finally {
    await contender.close();
    server.reset();
  }
}
