import assert from 'node:assert/strict';
import type { ScriptedRun } from '../scriptedClient';
import { ScriptedClient } from '../scriptedClient';
import { createDeskStage, newJob, numbered, type DeskStage } from './deskStage';

const start = (run: ScriptedRun | undefined) => run?.emit({ type: 'started', attempt: 1 });
const answering = (run: ScriptedRun) => {
  start(run);
  setTimeout(() => run.finish(`Answer to ${run.prompt}`), 2_000);
};

describe('Jobs of two windows', () => {
  let stage: DeskStage;
  beforeEach(() => (stage = createDeskStage()));
  afterEach(() => stage.close());

  it('are run by one, and shown and joined by the other', async () => {
    const [one, other] = [new ScriptedClient(), new ScriptedClient()];
    const first = stage.open('window-1', one);
    const second = stage.open('window-2', other);
    const started = first.jobs.start(newJob(), numbered(3));
    assert.ok(started);
    await stage.time.pass(2_000);
    const seen = second.jobs.find(started.job.id);
    assert.deepEqual([seen?.isMine, seen?.runner?.windowId], [false, 'window-1']);
    const joined = second.jobs.start(newJob(), numbered(3));
    assert.deepEqual([joined?.isJoined, joined?.job.id], [true, started.job.id]);
    await stage.time.pass(60_000);
    assert.equal(other.runs.length, 0);
    for (let index = 0; index < 4; index++) {
      one.runs[index]?.finish('Good');
      await stage.time.flush();
    }
    const ended = await stage.until(second.jobs.whenEnded(started.job.id));
    assert.equal(ended?.state, 'done');
    assert.ok(second.jobs.resultOf(started.job.id));
  });

  it('are taken over when their window dies, and nothing that was answered is asked again', async () => {
    const [one, other] = [new ScriptedClient(), new ScriptedClient(answering)];
    const first = stage.open('window-1', one);
    const second = stage.open('window-2', other);
    const started = first.jobs.start(newJob(), numbered(3));
    assert.ok(started);
    await stage.time.flush();
    one.runs[0]?.finish('Answer to text 0');
    await stage.time.flush();
    first.kill();
    await stage.time.pass(15_000);
    assert.equal(other.runs.length, 0);
    const ended = await stage.until(second.jobs.whenEnded(started.job.id));
    assert.deepEqual([ended?.state, ended?.cost.requests], ['done', 4]);
    assert.deepEqual(other.runs.map(({ prompt }) => prompt.slice(0, 6)).toSorted(), ['All of', 'text 1', 'text 2']);
  });

  it('go on elsewhere at once when their window is closed', async () => {
    const other = new ScriptedClient(answering);
    const first = stage.open('window-1', new ScriptedClient());
    stage.open('window-2', other);
    const started = first.jobs.start(newJob(), numbered(3));
    assert.ok(started);
    await stage.time.pass(6_000);
    await stage.until(first.jobs.close());
    await stage.time.pass(6_000);
    assert.ok(other.runs.length > 0);
  });

  it('are not run twice after the machine has slept', async () => {
    const [one, other] = [new ScriptedClient(), new ScriptedClient()];
    const first = stage.open('window-1', one);
    await stage.time.pass(2_500);
    const second = stage.open('window-2', other);
    const started = first.jobs.start(newJob(), numbered(3));
    assert.ok(started);
    await stage.time.pass(10_000);
    for (let nights = 0; nights < 5; nights++) {
      stage.sleptMs += 8 * 3_600_000;
      await stage.time.pass(30_000 + nights * 700);
      assert.equal(second.jobs.find(started.job.id)?.runner?.windowId, 'window-1');
    }
    assert.equal(other.runs.length, 0);
    assert.equal(one.runs.length, 2);
  });

  it('are left to the window that has taken them over, by one that wakes too late', async () => {
    const [one, other] = [new ScriptedClient(), new ScriptedClient()];
    const first = stage.open('window-1', one);
    const second = stage.open('window-2', other);
    const started = first.jobs.start(newJob(), numbered(3));
    assert.ok(started);
    await stage.time.flush();
    start(one.runs[0]);
    await stage.time.flush();
    first.failure = 'busy';
    await stage.time.pass(40_000);
    assert.equal(second.jobs.find(started.job.id)?.isMine, true);
    first.failure = undefined;
    await stage.time.pass(6_000);
    assert.equal(first.jobs.find(started.job.id)?.isMine, false);
    // What ran comes to its end, and is kept.
    one.runs[0]?.finish('Answer to text 0');
    await stage.time.flush();
    assert.equal(first.find(started.job.id).cost.requests, 1);
  });

  it('do what the person says in either of them', async () => {
    const one = new ScriptedClient();
    const first = stage.open('window-1', one);
    const second = stage.open('window-2', new ScriptedClient());
    const started = first.jobs.start(newJob({ priority: 'background' }), numbered(3));
    assert.ok(started);
    await stage.time.pass(2_000);
    second.jobs.setPriority(started.job.id, 'normal');
    await stage.time.pass(2_000);
    assert.equal(one.latest.request.priority, 'normal');
    second.jobs.pause(started.job.id);
    await stage.time.pass(2_000);
    assert.ok(one.runs.every(({ isCancelled }) => isCancelled));
    second.jobs.resume(started.job.id);
    await stage.time.flush();
    assert.equal(second.jobs.find(started.job.id)?.isMine, true);
    first.jobs.cancel(started.job.id);
    const ended = await stage.until(second.jobs.whenEnded(started.job.id));
    assert.equal(ended?.state, 'cancelled');
  });

  it('wait for the answers that another one is getting, and ask what it does not get', async () => {
    const [one, other] = [new ScriptedClient(), new ScriptedClient(answering)];
    const first = stage.open('window-1', one);
    const second = stage.open('window-2', other);
    first.jobs.start(newJob(), numbered(2));
    await stage.time.flush();
    const started = second.jobs.start(newJob({ identity: 'identity-2' }), numbered(3));
    assert.ok(started);
    await stage.time.pass(10_000);
    assert.deepEqual(
      other.runs.map(({ prompt }) => prompt),
      ['text 2'],
    );
    one.runs[0]?.finish('Answer to text 0');
    await stage.time.flush();
    first.kill();
    const ended = await stage.until(second.jobs.whenEnded(started.job.id));
    assert.equal(ended?.state, 'done');
    assert.ok(other.runs.every(({ prompt }) => prompt !== 'text 0'));
    assert.ok(other.runs.some(({ prompt }) => prompt === 'text 1'));
  });
});
