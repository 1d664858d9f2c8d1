import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { partsOf } from '../../../src/jobs/batchParts';
import { ScriptedClient, someCostUsd } from '../scriptedClient';
import { createDeskStage, newJob, numbered, type DeskStage, type Window } from './deskStage';
import { batchCostUsd, FakeBatchApi } from './fakeBatches';

const count = 8;

const begin = (window: Window, sources = numbered(count)) => {
  const started = window.jobs.start(newJob({ delivery: 'batch' }), sources);
  assert.ok(started);
  return started.job.id;
};

const directly = (client: ScriptedClient) => client.runs.map(({ prompt }) => prompt.slice(0, 6));

const entry = (customId: string, length = 1) => ({
  customId,
  request: { model: 'm', maxTokens: 1, messages: [{ role: 'user' as const, content: 'x'.repeat(length) }] },
});

describe('A job by Message Batches', () => {
  let stage: DeskStage;
  let api: FakeBatchApi;
  beforeEach(() => {
    stage = createDeskStage();
    api = new FakeBatchApi(stage.now);
  });
  afterEach(() => stage.close());

  const open = (windowId: string): Window & { readonly client: ScriptedClient; die(): void } => {
    let isDead = false;
    const client = new ScriptedClient((run) => run.finish(`Answer to ${run.prompt}`));
    client.batches = api.view(() => isDead);
    const window = stage.open(windowId, client);
    const die = () => {
      isDead = true;
      window.kill();
    };
    return Object.assign(window, { client, die });
  };

  it('asks all its parts at half the price, is told of each once, and puts them together directly', async () => {
    const window = open('window-1');
    const id = begin(window);
    await stage.time.pass(2_000);
    assert.deepEqual([api.all.length, api.all[0]?.entries.length, window.client.runs.length], [1, count, 0]);
    const [row] = window.jobs.find(id)?.requests ?? [];
    assert.deepEqual([row?.state, row?.label, row?.until !== undefined], ['batch', String(count), true]);
    assert.equal(window.jobs.find(id)?.endsAt, undefined);
    api.end();
    const job = await stage.until(window.jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.done, job?.cost.requests], ['done', count + 1, count + 1]);
    assert.ok(Math.abs((job?.cost.costUsd ?? 0) - count * batchCostUsd - someCostUsd) < 1e-9);
    assert.equal(window.accounted.length, count);
    assert.deepEqual(directly(window.client), ['All of']);
    assert.deepEqual(window.records.batchesOf(id), []);
  });

  it('goes directly when there is little to ask', async () => {
    const window = open('window-1');
    const id = begin(window, numbered(4));
    const job = await stage.until(window.jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
    assert.equal(api.all.length, 0);
  });

  it('looks more and more seldom, at most every five minutes', async () => {
    const window = open('window-1');
    begin(window);
    await stage.time.pass(3_600_000);
    const looks = api.calls.filter((call) => call === 'get').length;
    assert.ok(looks >= 12 && looks <= 17, `${looks} looks in an hour`);
  });

  it('asks directly for what failed or expired, and takes a refusal as an answer', async () => {
    api.outcomes.set('text 1', { kind: 'errored', type: 'api_error', message: 'No', isFinal: false });
    api.outcomes.set('text 2', { kind: 'expired' });
    const refused = { text: '', thinking: '', stopReason: 'refusal', costUsd: batchCostUsd, model: 'm' };
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    api.outcomes.set('text 3', { kind: 'succeeded', answer: { ...refused, usage } });
    const window = open('window-1');
    const id = begin(window);
    await stage.time.pass(2_000);
    api.end();
    const job = await stage.until(window.jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.failure, job?.failed], ['incomplete', 'refused', 1]);
    assert.deepEqual(directly(window.client).toSorted(), ['All of', 'text 1', 'text 2']);
    assert.equal(window.accounted.length, count - 2);
  });

  it('goes directly when batches are refused, and pauses when the key is', async () => {
    const refusing = open('window-1');
    refusing.client.batches = {
      ...refusing.client.batches,
      create: () => Promise.reject(new ClientError('permission', 'No')),
    };
    const id = begin(refusing);
    const job = await stage.until(refusing.jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
    refusing.client.batches = {
      ...refusing.client.batches,
      create: () => Promise.reject(new ClientError('authentication', 'No')),
    };
    const other = refusing.jobs.start(newJob({ delivery: 'batch', identity: 'identity-2' }), numbered(20));
    await stage.time.pass(2_000);
    assert.equal(refusing.jobs.find(other?.job.id ?? '')?.failure, 'authentication');
  });

  it('cancels the batch with the job, and keeps what was done', async () => {
    const window = open('window-1');
    const id = begin(window);
    await stage.time.pass(2_000);
    api.outcomes.set('text 1', { kind: 'canceled' });
    window.jobs.cancel(id);
    await stage.time.pass(35_000);
    assert.ok(api.all[0]?.isCancelled);
    api.end();
    await stage.time.pass(60_000);
    assert.deepEqual([window.find(id).state, window.find(id).cost.requests], ['cancelled', count - 1]);
    assert.deepEqual(window.records.batchesOf(id), []);
    assert.equal(window.client.runs.length, 0);
  });

  it('collects what a cancelled job has paid for in another window, when its own is gone', async () => {
    const first = open('window-1');
    const id = begin(first);
    await stage.time.pass(2_000);
    first.jobs.cancel(id);
    await stage.time.pass(2_000);
    first.die();
    const second = open('window-2');
    const third = open('window-3');
    await stage.time.pass(60_000);
    assert.ok(api.all[0]?.isCancelled);
    api.end();
    await stage.time.pass(120_000);
    assert.equal(second.find(id).cost.requests, count);
    assert.equal(second.accounted.length + third.accounted.length, count);
    assert.deepEqual(second.records.batchesOf(id), []);
  });

  it('cancels the batch when it is to go directly after all, and asks what was not done', async () => {
    const window = open('window-1');
    const id = begin(window);
    await stage.time.pass(2_000);
    api.outcomes.set('text 1', { kind: 'canceled' });
    api.outcomes.set('text 2', { kind: 'canceled' });
    window.jobs.setDelivery(id, 'direct');
    await stage.time.pass(35_000);
    assert.ok(api.all[0]?.isCancelled);
    api.end();
    const job = await stage.until(window.jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
    assert.deepEqual(directly(window.client).toSorted(), ['All of', 'text 1', 'text 2']);
  });

  it('puts into a batch what waits, when it is to go by batch after all', async () => {
    const window = open('window-1');
    const slow = new ScriptedClient();
    slow.batches = window.client.batches;
    const other = stage.open('window-2', slow);
    const started = other.jobs.start(newJob(), numbered(count));
    assert.ok(started);
    await stage.time.flush();
    other.jobs.setDelivery(started.job.id, 'batch');
    await stage.time.pass(2_000);
    assert.deepEqual([slow.runs.length, api.all[0]?.entries.length], [2, count - 2]);
  });

  it('survives a pause and a window that is closed: the same batch is collected', async () => {
    const first = open('window-1');
    const id = begin(first);
    await stage.time.pass(2_000);
    first.jobs.pause(id);
    await stage.time.pass(60_000);
    await stage.until(first.jobs.close());
    api.end();
    const second = open('window-2');
    second.jobs.resume(id);
    const job = await stage.until(second.jobs.whenEnded(id));
    assert.deepEqual([job?.state, job?.cost.requests], ['done', count + 1]);
    assert.equal(api.all.length, 1);
  });

  it('finds the batch of which nobody has told the id, and submits again where there is none', async () => {
    for (const fate of ['unanswered', 'unsent'] as const) {
      const before = api.all.length;
      api.fates.push(fate);
      const window = open(fate);
      const sources = numbered(count).map(({ text }) => ({ name: text, uri: undefined, text: `${fate} ${text}` }));
      const id = begin(window, sources);
      await stage.time.pass(120_000);
      assert.equal(api.all.length, before + 1);
      api.end();
      const job = await stage.until(window.jobs.whenEnded(id));
      assert.deepEqual([job?.state, job?.cost.requests], ['done', count + 1]);
      assert.equal(api.all.length, before + 1);
    }
  });

  it('does not take the batch of somebody else for its own', async () => {
    api
      .view(() => false)
      .create(
        numbered(count).map(({ text }) => ({
          customId: text.replace(' ', '-'),
          request: { model: 'm', maxTokens: 1, messages: [] },
        })),
      )
      .catch(() => {});
    api.fates.push('unsent');
    const window = open('window-1');
    const id = begin(window);
    await stage.time.pass(60_000);
    assert.equal(api.all.length, 1, 'it is waited for: it could be ours');
    api.end();
    await stage.time.pass(300_000);
    assert.equal(api.all.length, 2);
    api.end();
    const job = await stage.until(window.jobs.whenEnded(id));
    assert.equal(job?.state, 'done');
  });

  /** Where a window can go: on this call, for the n-th time. */
  const places = [
    ['before it is written down', 'record', 1],
    ['after it is written down', 'create', 1],
    ['after it was sent', 'after create', 1],
    ['after its id is known', 'get', 1],
    ['while it is looked at', 'get', 3],
    ['when it has ended', 'results', 1],
    ['in the middle of its results', 'result', 3],
    ['after its results', 'after results', 1],
  ] as const;
  for (const [place, call, times] of places) {
    it(`is never submitted twice when its window goes ${place}`, async () => {
      const first = open('window-1');
      let left: number = times;
      const die = (name: string) => {
        if (name === call && left > 0 && --left === 0) first.die();
      };
      api.onCall = die;
      first.beforeCall = (name) => die(name === 'addBatch' ? 'record' : '');
      const id = begin(first);
      await stage.time.pass(150_000);
      api.end();
      await stage.time.pass(400_000);
      assert.equal(left, 0, 'it did not come to this place');
      const second = open('window-2');
      api.onCall = () => {};
      await stage.time.pass(120_000);
      api.end();
      const job = await stage.until(second.jobs.whenEnded(id));
      assert.equal(job?.state, 'done');
      assert.equal(api.all.length, 1);
      assert.equal(job?.cost.requests, count + 1);
      assert.deepEqual(directly(second.client), ['All of']);
    });
  }

  it('is cut into batches that the API takes', () => {
    const many = Array.from({ length: 25_000 }, (_, index) => entry(String(index)));
    assert.deepEqual(
      partsOf(many).map((part) => part.length),
      [10_000, 10_000, 5_000],
    );
    const large = [entry('a', 1_500), entry('b', 600), entry('c')];
    assert.deepEqual(
      partsOf(large, { entries: 10, bytes: 2_000 }).map((part) => part.length),
      [1, 2],
    );
    assert.deepEqual(partsOf([]), []);
  });
});
