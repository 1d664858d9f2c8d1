import assert from 'node:assert/strict';
import type { JobView } from '../../../src/jobs/desk';
import type { QueueBadge } from '../../../src/host/queue/queuePresenter';
import { QueueScreen } from '../../../src/host/queue/queueScreen';
import { installVirtualTime, type VirtualTime } from '../../support/virtualTime';
import { endedJob, jobView } from './jobViews';

function setup() {
  const seen = { reads: 0, rows: 0, badges: [] as QueueBadge[] };
  const world: { jobs: readonly JobView[] } = { jobs: [] };
  const screen = new QueueScreen({
    readSnapshot: () => {
      seen.reads++;
      return { jobs: world.jobs, activities: [], now: Date.now(), explain: () => '' };
    },
    onRows: () => seen.rows++,
    onBadge: (badge) => seen.badges.push(badge),
  });
  const change = (...jobs: readonly JobView[]) => {
    world.jobs = jobs;
    screen.handleChange();
  };
  return { screen, seen, change };
}

describe('The queue view', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  it('has rows for who asks before it is in sight', () => {
    const { screen, seen } = setup();
    assert.deepEqual(screen.rows(), []);
    assert.equal(seen.reads, 1);
  });

  it('is drawn at most twice a second, however much happens', async () => {
    const { screen, seen, change } = setup();
    screen.handleVisibility(true);
    const before = seen.reads;
    for (let done = 0; done < 100; done++) {
      change(jobView({ done }));
      await time.pass(50);
    }
    assert.ok(seen.reads - before <= 11, `read ${seen.reads - before} times in 5 seconds`);
    await time.pass(500);
    assert.match(screen.rows()[0]?.description ?? '', /^99 of 120/);
    screen.dispose();
    assert.equal(time.timerCount, 0);
  });

  it('goes with the clock while it is in sight and something goes on', async () => {
    const { screen, seen, change } = setup();
    screen.handleVisibility(true);
    change(jobView({ endsAt: Date.now() + 3_500 }));
    await time.pass(600);
    assert.match(screen.rows()[0]?.description ?? '', /until/);
    const [reads, rows] = [seen.reads, seen.rows];
    await time.pass(10_000);
    assert.equal(seen.reads - reads, 10);
    assert.equal(seen.rows - rows, 1, 'drawn again though it looks the same');
    assert.doesNotMatch(screen.rows()[0]?.description ?? '', /until/);
    screen.handleVisibility(false);
    assert.equal(time.timerCount, 0);
    screen.dispose();
  });

  it('rests while nothing goes on', async () => {
    const { screen, change } = setup();
    screen.handleVisibility(true);
    change(endedJob());
    await time.pass(600);
    assert.equal(time.timerCount, 0);
    screen.dispose();
  });

  it('counts out of sight, too, without haste', async () => {
    const { screen, seen, change } = setup();
    change(jobView({ isStuck: true }));
    await time.pass(4_000);
    assert.equal(seen.badges.length, 0);
    await time.pass(1_100);
    assert.equal(seen.badges.at(-1)?.value, 1);
    change(jobView());
    await time.pass(5_100);
    assert.equal(seen.badges.length, 2);
    assert.equal(seen.badges.at(-1), undefined);
    screen.dispose();
  });
});
