import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { Program } from '../../../src/jobs/program';
import { createQuestion, type Bundle } from '../../../src/jobs/question';
import { ScriptedClient, someCostUsd, someUsage, type ScriptedRun } from '../scriptedClient';
import {
  createDeskStage,
  mapAndReduce,
  mapQuestion,
  model,
  newJob,
  numbered,
  sourcesOf,
  type DeskStage,
} from './deskStage';

const answerMs = 2_000;

const start = (run: ScriptedRun | undefined) => run?.emit({ type: 'started', attempt: 1 });

/** Answers everything after two seconds. */
const answering = (run: ScriptedRun) => {
  start(run);
  setTimeout(() => run.finish(`Answer to ${run.prompt}`), answerMs);
};

const partial = { text: 'Half', thinking: '', usage: someUsage, costUsd: someCostUsd };

describe('The desk of jobs', () => {
  let stage: DeskStage;
  beforeEach(() => (stage = createDeskStage()));
  afterEach(() => stage.close());

  const begin = (client: ScriptedClient, more: Parameters<typeof newJob>[0] = {}, sources = numbered(3)) => {
    const window = stage.open('window-1', client);
    const started = window.jobs.start(newJob(more), sources);
    assert.ok(started);
    return { window, jobs: window.jobs, id: started.job.id };
  };

  it('runs a job to its end, and writes down its result, its counts and what it has cost', async () => {
    const client = new ScriptedClient(answering);
    const { window, jobs, id } = begin(client);
    const job = await stage.until(jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
    assert.deepEqual([job.done, job.total, job.failed], [4, 4, 0]);
    assert.equal(job.cost.requests, 4);
    assert.equal(job.cost.inputTokens, 4 * (120 + 8 + 4));
    assert.equal(job.cost.outputTokens, 4 * 30);
    assert.ok(Math.abs(job.cost.costUsd - 4 * someCostUsd) < 1e-9);
    assert.match(jobs.resultOf(id) ?? '', /Answer to text 2/);
    assert.equal(window.find(id).runner, undefined);
    assert.ok(job.startedAt !== undefined && job.endedAt !== undefined);
    assert.ok(client.runs.every(({ request }) => request.source === id && request.priority === 'normal'));
  });

  it('asks nothing that was answered in another job, and counts it as done', async () => {
    const client = new ScriptedClient(answering);
    const { jobs, id } = begin(client);
    await stage.until(jobs.whenEnded(id));
    const second = jobs.start(newJob(), numbered(3));
    assert.ok(second && !second.isJoined);
    const job = await stage.until(jobs.whenEnded(second.job.id));
    assert.deepEqual([job?.state, job?.done, job?.cost.requests], ['done', 4, 0]);
    assert.equal(client.runs.length, 4);
  });

  it('asks once what two of its jobs ask at the same time', async () => {
    const client = new ScriptedClient(answering);
    const { jobs, id } = begin(client);
    const second = jobs.start(newJob({ identity: 'identity-2' }), numbered(3));
    assert.ok(second);
    await stage.until(Promise.all([jobs.whenEnded(id), jobs.whenEnded(second.job.id)]));
    assert.equal(client.runs.length, 4);
    assert.equal(jobs.resultOf(id), jobs.resultOf(second.job.id));
  });

  it('joins the job that is under way, makes it as urgent as whoever joins, and lets a paused one go on', async () => {
    const client = new ScriptedClient();
    const { jobs, id } = begin(client, { priority: 'background' });
    jobs.pause(id);
    const second = jobs.start(newJob({ priority: 'normal' }), numbered(3));
    assert.deepEqual([second?.job.id, second?.isJoined], [id, true]);
    assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.priority], ['running', 'normal']);
    assert.equal(jobs.list().length, 1);
  });

  it('lets two of its requests wait, and sends these anew when it becomes more urgent', async () => {
    const client = new ScriptedClient();
    const { jobs, id } = begin(client, { priority: 'background' }, numbered(5));
    await stage.time.flush();
    start(client.runs[0]);
    await stage.time.flush();
    assert.equal(client.runs.length, 3);
    jobs.setPriority(id, 'normal');
    await stage.time.flush();
    assert.deepEqual(
      client.runs.map(({ isCancelled }) => isCancelled),
      [false, true, true, false, false],
    );
    assert.deepEqual(
      client.runs.slice(3).map(({ request }) => request.priority),
      ['normal', 'normal'],
    );
    jobs.sendNow(id);
    assert.equal(client.latest.hurried, 1);
  });

  it('tells what each of its requests waits for, and when it is expected to end', async () => {
    const client = new ScriptedClient();
    const bucket = { limit: 1_000, remaining: 0, resetAt: 0, observedAt: 0 };
    client.lanes = [
      {
        organization: undefined,
        group: model,
        requests: { ...bucket, limit: 50 },
        inputTokens: bucket,
        outputTokens: undefined,
        queued: 0,
        running: 0,
        held: undefined,
      },
    ];
    const { jobs, id } = begin(client);
    await stage.time.flush();
    start(client.runs[0]);
    client.runs[1]?.emit({ type: 'waiting', reason: 'inputTokens', until: 7 });
    await stage.time.flush();
    const view = jobs.find(id);
    assert.ok(view?.isMine);
    assert.deepEqual(
      view.requests.map(({ label, state, reason, until }) => [label, state, reason, until]),
      [
        ['text 0', 'running', undefined, undefined],
        ['text 1', 'waiting', 'inputTokens', 7],
        ['text 2', 'queued', undefined, undefined],
      ],
    );
    // 10,000 tokens at 1,000 a minute.
    assert.equal(view.endsAt, stage.now() + 10 * 60_000);
  });

  it('lets what runs come to its end when it is paused, keeps it, and goes on where it was', async () => {
    const client = new ScriptedClient();
    const { window, jobs, id } = begin(client);
    await stage.time.flush();
    const [first, second] = client.runs;
    assert.ok(first && second);
    start(first);
    await stage.time.flush();
    jobs.pause(id);
    assert.ok(!first.isCancelled && second.isCancelled);
    assert.equal(window.find(id).state, 'paused');
    first.finish('Answer to text 0');
    await stage.time.flush();
    assert.equal(window.find(id).cost.requests, 1);
    assert.equal(window.find(id).runner, undefined);
    jobs.resume(id);
    await stage.time.flush();
    assert.ok(client.runs.slice(3).every(({ prompt }) => prompt !== 'text 0'));
    assert.equal(client.runs.length, 5);
  });

  it('does not ask again what still runs when it goes on at once', async () => {
    const client = new ScriptedClient();
    const { jobs, id } = begin(client, {}, numbered(1));
    await stage.time.flush();
    start(client.latest);
    await stage.time.flush();
    jobs.pause(id);
    jobs.resume(id);
    await stage.time.flush();
    assert.equal(client.runs.length, 1);
    client.latest.finish('Answer to text 0');
    await stage.time.flush();
    client.latest.finish('All');
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.cost.requests], ['done', 2]);
  });

  it('goes on by itself when its pause is over', async () => {
    const client = new ScriptedClient(answering);
    const { jobs, id } = begin(client);
    jobs.pause(id, stage.now() + 60_000);
    assert.equal(jobs.find(id)?.pausedUntil, stage.now() + 60_000);
    await stage.time.pass(50_000);
    assert.equal(jobs.find(id)?.state, 'paused');
    const job = await stage.until(jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
  });

  it('ends everything when it is cancelled, and pays for what was streamed', async () => {
    const client = new ScriptedClient();
    const { window, jobs, id } = begin(client);
    await stage.time.flush();
    const [first] = client.runs;
    assert.ok(first);
    start(first);
    first.cancel = () => first.fail(new ClientError('cancelled', 'Cancelled', { partial }));
    await stage.time.flush();
    jobs.cancel(id);
    const job = await jobs.whenEnded(id);
    assert.equal(job?.state, 'cancelled');
    await stage.time.flush();
    assert.deepEqual([window.find(id).cost.requests, window.find(id).cost.outputTokens], [1, 30]);
    assert.ok(client.runs.slice(1).every(({ isCancelled }) => isCancelled));
    jobs.remove(id);
    assert.equal(jobs.find(id), undefined);
    assert.equal(await jobs.whenEnded(id), undefined);
  });

  it('is incomplete when an answer holds nothing, and asks for that alone when it is tried again', async () => {
    let isRefused = true;
    const client = new ScriptedClient((run) => {
      start(run);
      if (run.prompt === 'text 1' && isRefused) run.finish('', 'refusal');
      else run.finish(`Answer to ${run.prompt}`);
    });
    const { jobs, id } = begin(client);
    const first = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([first?.state, first?.failed, first?.failure], ['incomplete', 1, 'refused']);
    assert.equal(first?.cost.requests, 4);
    isRefused = false;
    jobs.retry(id);
    const second = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([second?.state, second?.failed, second?.failure], ['done', 0, undefined]);
    // The one that failed, and all together once more.
    assert.deepEqual(
      client.runs.slice(4).map(({ prompt }) => prompt.slice(0, 6)),
      ['text 1', 'All of'],
    );
  });

  it('asks again what passes by itself, a little later each time, and pays for what was streamed', async () => {
    let failures = 0;
    const client = new ScriptedClient((run) => {
      start(run);
      if (run.prompt !== 'text 0' || failures >= 3) return run.finish('Good');
      failures++;
      run.fail(new ClientError('stalled', 'Silence', failures === 1 ? { partial } : {}));
    });
    const { jobs, id } = begin(client);
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.cost.requests], ['done', 5]);
    assert.ok(stage.time.elapsedMs >= 20_000, `${stage.time.elapsedMs} ms`);
  });

  it('gives up after six attempts, with what there is', async () => {
    const client = new ScriptedClient((run) => {
      start(run);
      if (run.prompt === 'text 0') run.fail(new ClientError('overloaded', 'Too much'));
      else run.finish('Good');
    });
    const { jobs, id } = begin(client);
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.failure], ['incomplete', 'overloaded']);
    assert.equal(client.runs.filter(({ prompt }) => prompt === 'text 0').length, 6);
  });

  it('pauses with the reason when the key is refused, and asks the rest when it is resumed', async () => {
    let isRefused = true;
    const client = new ScriptedClient((run) => {
      start(run);
      if (isRefused && run.prompt !== 'text 0') run.fail(new ClientError('authentication', 'No'));
      else run.finish('Good');
    });
    const { jobs, id } = begin(client);
    await stage.time.flush();
    assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.failure], ['paused', 'authentication']);
    await stage.time.pass(120_000);
    isRefused = false;
    const before = client.runs.length;
    jobs.resume(id);
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.failure], ['done', undefined]);
    assert.equal(client.runs.length - before, 3);
  });

  it('pauses when no client can be had for want of a key, with the word for it', async () => {
    let error: Error = Object.assign(new Error('Not ready'), { reason: 'noKey' });
    const { jobs } = stage.open('window-1', new ScriptedClient(), { acquire: () => Promise.reject(error) });
    const id = jobs.start(newJob(), numbered(1))?.job.id ?? '';
    await stage.time.flush();
    assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.failure], ['paused', 'noKey']);
    error = new ClientError('authentication', 'No key');
    jobs.resume(id);
    await stage.time.flush();
    assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.failure], ['paused', 'authentication']);
  });

  it('waits until the spend cap ends, where that is known', async () => {
    const until = stage.now() + 3_600_000;
    const client = new ScriptedClient((run) => {
      start(run);
      if (stage.now() < until) run.fail(new ClientError('spendLimit', 'Enough', { until }));
      else run.finish('Good');
    });
    const { jobs, id } = begin(client);
    await stage.time.flush();
    const view = jobs.find(id);
    assert.deepEqual([view?.state, view?.failure, view?.pausedUntil], ['paused', 'spendLimit', until]);
    const job = await stage.until(jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
  });

  it('fails when there is nothing at all', async () => {
    const client = new ScriptedClient((run) => run.fail(new ClientError('notFound', 'No such model')));
    const { jobs, id } = begin(client);
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.failure], ['failed', 'notFound']);
  });

  it('keeps in memory what a full disk does not take, asks nothing meanwhile, and then goes on', async () => {
    const client = new ScriptedClient();
    const { window, jobs, id } = begin(client, {}, numbered(4));
    await stage.time.flush();
    for (const run of client.runs.slice(0, 2)) start(run);
    await stage.time.flush();
    assert.equal(client.runs.length, 4);
    for (const run of client.runs.slice(2)) start(run);
    window.failure = 'full';
    for (const run of client.runs) run.finish(`Answer to ${run.prompt}`);
    await stage.time.pass(30_000);
    assert.equal(jobs.find(id)?.isStuck, true);
    assert.equal(window.find(id).cost.requests, 0);
    assert.equal(client.runs.length, 4, 'nothing more was asked');
    window.failure = undefined;
    await stage.time.pass(6_000);
    assert.equal(jobs.find(id)?.isStuck, false);
    assert.equal(window.find(id).cost.requests, 4);
    assert.equal(client.runs.length, 5);
    client.latest.finish('All');
    const job = await stage.until(jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.cost.requests], ['done', 5]);
    assert.equal(window.logged.filter((line) => line.includes('cannot be reached')).length, 1);
  });

  it('does not begin a job that cannot be written down', () => {
    const window = stage.open('window-1', new ScriptedClient());
    window.failure = 'full';
    assert.equal(window.jobs.start(newJob(), numbered(1)), undefined);
  });

  it('gives up what it holds when it is closed, and keeps what has come', async () => {
    const client = new ScriptedClient();
    const { window, jobs, id } = begin(client);
    await stage.time.flush();
    client.runs[0]?.finish('Answer to text 0');
    await stage.time.flush();
    await stage.until(jobs.close());
    assert.ok(client.runs.slice(1).every(({ isCancelled }) => isCancelled));
    const job = window.find(id);
    assert.deepEqual([job.state, job.runner, job.cost.requests], ['running', undefined, 1]);
    assert.deepEqual(
      stage.open('window-2', client).records.leaseQuestions(id, [mapQuestion('text 1').key], 1_000).length,
      1,
    );
  });

  it('runs a program from its beginning with what was decided the first time', async () => {
    const decisions: string[] = [];
    const program: Program = async (context) => {
      const { once, limitsOf } = context;
      decisions.push(await once('size', () => String(limitsOf(model).inputTokensPerMinute ?? decisions.length)));
      return mapAndReduce(context);
    };
    const client = new ScriptedClient();
    const first = stage.open('window-1', client, { program });
    const started = first.jobs.start(newJob(), numbered(1));
    assert.ok(started);
    await stage.time.flush();
    await stage.until(first.jobs.close());
    stage.open('window-2', new ScriptedClient(answering), { program, limits: () => ({ inputTokensPerMinute: 9 }) });
    await stage.time.pass(30_000);
    assert.deepEqual(decisions, ['0', '0']);
    assert.equal(first.find(started.job.id).state, 'done');
  });

  describe('with several questions in one request', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(mapQuestion);
    assert.ok(a && b && c);
    const bundle: Bundle = {
      questions: [a, b, c],
      request: { model, maxTokens: 900, system: 'Be brief.', prompt: 'a, b, c' },
      read: (text) => new Map(text.split(';').flatMap((part) => (part === '' ? [] : [[mapQuestion(part).key, part]]))),
    };
    const program: Program = async ({ asker }) => {
      asker.expectMore(3);
      const together = await asker.askTogether(bundle);
      const missing = bundle.questions.filter(({ key }) => !together.has(key));
      const alone = await Promise.all(missing.map((question) => asker.ask(question)));
      const texts = [...together.values(), ...alone].map(({ text }) => text);
      return { result: JSON.stringify(texts), isComplete: true, failure: undefined };
    };
    const run = async (client: ScriptedClient, identity: string) => {
      const { jobs } = stage.open(identity, client, { program });
      const started = jobs.start(newJob({ identity }), sourcesOf('x'));
      assert.ok(started);
      return stage.until(jobs.whenEnded(started.job.id));
    };

    it('asks alone for what the answer does not hold, and neither again after that', async () => {
      const client = new ScriptedClient((each) => each.finish(each.prompt === bundle.request.prompt ? 'a;c' : 'b'));
      const job = await run(client, 'one');
      assert.deepEqual([job?.done, job?.total, job?.cost.requests], [3, 3, 2]);
      const second = await run(client, 'two');
      assert.deepEqual([second?.done, second?.cost.requests], [3, 0]);
    });

    it('does not ask it again where nothing of its answer could be made out', async () => {
      const client = new ScriptedClient((each) => {
        if (each.prompt === bundle.request.prompt) each.finish(';');
        else each.fail(new ClientError('notFound', 'No'));
      });
      await run(client, 'one');
      const good = new ScriptedClient((each) => each.finish('Good'));
      await run(good, 'two');
      assert.ok(good.runs.every(({ prompt }) => prompt !== bundle.request.prompt));
    });

    it('asks alone for the rest of a bundle of which something is known', async () => {
      const client = new ScriptedClient((each) => each.finish(each.prompt));
      const { jobs } = stage.open('zero', client);
      const started = jobs.start(newJob({ identity: 'zero' }), sourcesOf('a'));
      await stage.until(jobs.whenEnded(started?.job.id ?? ''));
      const job = await run(client, 'one');
      assert.deepEqual([job?.done, job?.cost.requests], [3, 2]);
      assert.ok(client.runs.every(({ prompt }) => prompt !== bundle.request.prompt));
    });

    it('asks alone what another question is made of', () => {
      assert.notEqual(createQuestion('x', 'map', bundle.request).key, a.key);
    });
  });
});
