import assert from 'node:assert/strict';
import { minuteMs, noon, setUpDesk, type Desk } from './setup';

const hourMs = 60 * minuteMs;

let desk: Desk;
beforeEach(() => (desk = setUpDesk()));
afterEach(() => desk.clear());

describe('What is told of a key', () => {
  it('is claimed by one of all windows, whichever asks first', () => {
    const [one, two] = ['one', 'two'].map((name) => desk.openStore(name).usage);
    assert.ok(one && two);
    assert.deepEqual([one.claim('a'), two.claim('a'), one.claim('a')], [true, false, false]);
    assert.deepEqual([two.claim('b'), one.claim('b')], [true, false]);
    assert.equal(desk.openStore('next').usage.claim('a'), false);
  });

  it('may be told again after a time, by one of them', () => {
    const [one, two] = ['one', 'two'].map((name) => desk.openStore(name).usage);
    assert.ok(one && two);
    assert.ok(one.claim('a', hourMs));
    desk.now += hourMs - 1;
    assert.deepEqual([one.claim('a', hourMs), two.claim('a', hourMs)], [false, false]);
    desk.now += 1;
    assert.deepEqual([two.claim('a', hourMs), one.claim('a', hourMs)], [true, false]);
    assert.equal(one.claim('a'), false, 'for ever');
  });

  it('is forgotten with the old records', () => {
    const { usage } = desk.openStore();
    usage.claim('a');
    usage.prune(noon);
    assert.equal(usage.claim('a'), false);
    usage.prune(noon + 1);
    assert.equal(usage.claim('a'), true);
  });
});
