import assert from 'node:assert/strict';
import { SummaryTexts } from '../../../src/host/summarize/summaryTexts';
import { installVirtualTime, type VirtualTime } from '../../support/virtualTime';
import { draft, endedJob, jobView, WrittenJobs } from './jobViews';

function setup() {
  const world = { open: ['j1'], spentMs: 0 };
  const jobs = new WrittenJobs(jobView({ endsAt: undefined }));
  const texts = new SummaryTexts({ jobs, explain: () => '', now: () => Date.now() + world.spentMs });
  const told: string[] = [];
  texts.follow(
    () => world.open,
    (jobId, what) => told.push(`${jobId} ${what}`),
  );
  const grow = (done: number) => {
    jobs.results.set('j1', JSON.stringify(draft({ overview: `${done} parts` })));
    jobs.change(jobView({ endsAt: undefined, done }));
  };
  return { jobs, texts, world, told, grow };
}

describe('The text of a summary', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  it('grows while it is shown, and tells so at most four times a second', async () => {
    const { texts, told, grow } = setup();
    texts.handOut('j1');
    for (let done = 0; done < 100; done++) {
      grow(done);
      await time.pass(20);
    }
    assert.ok(told.length >= 6 && told.length <= 8, `told ${told.length} times in 2 seconds`);
    await time.pass(300);
    assert.match(texts.read('j1')?.text ?? '', /\*Being made: 99 of 120\*\n\n99 parts/);
    texts.dispose();
    assert.equal(time.timerCount, 0);
  });

  it('is taken for another one by its time just when it has changed', () => {
    const { texts, grow } = setup();
    const first = texts.read('j1');
    assert.equal(texts.read('j1')?.changedAt, first?.changedAt);
    grow(35);
    const second = texts.read('j1');
    assert.ok(first && second && second.changedAt > first.changedAt, 'within the same millisecond as well');
    texts.dispose();
  });

  it('tells of what has come after it was handed out, also when its time was looked at meanwhile', async () => {
    const { texts, told, grow } = setup();
    texts.handOut('j1');
    grow(35);
    texts.read('j1');
    await time.pass(300);
    assert.deepEqual(told, ['j1 changed']);
    texts.dispose();
  });

  it('says nothing when it stays as it is, or is not shown', async () => {
    const { texts, jobs, world, told, grow } = setup();
    texts.handOut('j1');
    jobs.change(jobView({ endsAt: undefined, cost: { ...jobView().cost, costUsd: 9 } }));
    await time.pass(300);
    world.open = [];
    grow(36);
    await time.pass(300);
    assert.deepEqual(told, []);
    texts.dispose();
  });

  it('is there again for who comes later, and gone with its job', async () => {
    const { texts, jobs, told } = setup();
    jobs.change(endedJob());
    jobs.results.set('j1', JSON.stringify(draft()));
    assert.match(texts.read('j1')?.text ?? '', /^# Summary of src\n\nAll of it\.\n/);
    jobs.change();
    await time.pass(300);
    assert.equal(texts.read('j1'), undefined);
    assert.equal(texts.compose('j1', String), undefined);
    assert.deepEqual(told, ['j1 gone']);
    texts.dispose();
  });

  it('is looked at less often where it takes long to put together', async () => {
    const { texts, jobs, told, grow, world } = setup();
    texts.handOut('j1');
    const read = jobs.resultOf.bind(jobs);
    jobs.resultOf = (jobId) => {
      world.spentMs += 200;
      return read(jobId);
    };
    grow(1);
    await time.pass(600);
    assert.equal(told.length, 1);
    grow(2);
    await time.pass(1_500);
    assert.equal(told.length, 1);
    await time.pass(1_000);
    assert.equal(told.length, 2);
    texts.dispose();
  });
});
