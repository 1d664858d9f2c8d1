import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Queue } from '../../../src/client/queue';
import type { Queued } from '../../../src/client/queue';
import type { Shares } from '../../../src/client/shares';
import type { Priority } from '../../../src/client/types';

const priorities: readonly Priority[] = ['interactive', 'normal', 'background'];

function sharesOf(share: number): Shares {
  return { requests: 0, inputTokens: share, outputTokens: 0 };
}

function setup() {
  const queue = new Queue<Queued>();
  let sequence = 0;
  const add = (priority: Priority, source = 'one', queuedAt = 0, rawInputTokens = 100): Queued => {
    const item = { priority, source, sequence: ++sequence, queuedAt, rawInputTokens };
    queue.push(item);
    return item;
  };
  /** Starts the next; @returns it. */
  const take = (share = 0.01, now = 0): Queued | undefined => {
    const item = queue.next(now)?.item;
    if (item) queue.start(item, sharesOf(share));
    return item;
  };
  return { queue, add, take };
}

describe('the queue', () => {
  it('keeps priority, and order within a source, over any pushing, removing and putting back', () => {
    const step = fc.record({
      priority: fc.constantFrom(...priorities),
      action: fc.constantFrom('push', 'take', 'remove', 'return'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { queue, add } = setup();
        const waiting: Queued[] = [];
        const taken: Queued[] = [];
        const expected = () =>
          waiting.toSorted(
            (one, other) =>
              priorities.indexOf(one.priority) - priorities.indexOf(other.priority) || one.sequence - other.sequence,
          );
        for (const { priority, action } of steps) {
          if (action === 'push') waiting.push(add(priority));
          const returned = action === 'return' ? taken.pop() : undefined;
          if (returned) {
            queue.putBack(returned);
            waiting.push(returned);
          }
          if (action === 'take' || action === 'remove') {
            const chosen = action === 'take' ? queue.next(0)?.item : waiting[Math.floor(waiting.length / 2)];
            if (!chosen) continue;
            assert.ok(queue.remove(chosen));
            assert.ok(!queue.remove(chosen));
            waiting.splice(waiting.indexOf(chosen), 1);
            if (action === 'take') taken.push(chosen);
          }
          assert.deepEqual([...queue.upcoming(() => sharesOf(0.01))], expected());
          assert.equal(queue.next(0)?.item, expected()[0]);
          assert.equal(queue.size, waiting.length);
        }
      }),
    );
  });

  it('serves sources so that each has had the same, however many each has waiting and however large', () => {
    const { queue, add } = setup();
    const costs: Readonly<Record<string, number>> = { small: 0.01, middle: 0.03, large: 0.1 };
    const had = new Map<string, number>();
    for (const [source, count] of [
      ['small', 900],
      ['middle', 300],
      ['large', 100],
    ] as const)
      for (let each = 0; each < count; each++) add('background', source);
    for (let each = 0; each < 400; each++) {
      const item = queue.next(0)?.item;
      assert.ok(item);
      const cost = costs[item.source] ?? 0;
      queue.start(item, sharesOf(cost));
      had.set(item.source, (had.get(item.source) ?? 0) + cost);
    }
    const shares = [...had.values()];
    assert.equal(shares.length, 3);
    assert.ok(Math.max(...shares) - Math.min(...shares) <= 0.1 + 1e-9, String(shares));
  });

  it('measures a source by the dimension it uses most', () => {
    const { queue, add } = setup();
    for (let each = 0; each < 40; each++) for (const source of ['reads', 'writes']) add('background', source);
    const count = { reads: 0, writes: 0 };
    for (let each = 0; each < 30; each++) {
      const item = queue.next(0)?.item;
      assert.ok(item?.source === 'reads' || item?.source === 'writes');
      count[item.source]++;
      const cost = item.source === 'reads' ? [0.2, 0.01] : [0.01, 0.1];
      queue.start(item, { requests: 0.01, inputTokens: cost[0] ?? 0, outputTokens: cost[1] ?? 0 });
    }
    assert.deepEqual(count, { reads: 10, writes: 20 });
  });

  it('lets a source that comes later start level with the others, with nothing saved up', () => {
    const { add, take } = setup();
    for (let each = 0; each < 100; each++) add('background', 'early');
    for (let each = 0; each < 50; each++) take(0.1);
    for (let each = 0; each < 20; each++) add('background', 'late');
    const next = Array.from({ length: 20 }, () => take(0.1)?.source);
    const late = next.filter((source) => source === 'late').length;
    assert.ok(late >= 9 && late <= 11, `${late} of 20`);
  });

  it('gives back what a start turned out not to cost', () => {
    const { queue, add, take } = setup();
    for (let each = 0; each < 10; each++) for (const source of ['one', 'other']) add('background', source);
    const first = take(1);
    assert.equal(first?.source, 'one');
    queue.charge(first, sharesOf(-1));
    assert.deepEqual([take(0.1)?.source, take(0.1)?.source], ['other', 'one']);
  });

  it('says how much goes before a newcomer: higher priorities, its own source, and as much of the others', () => {
    const { queue, add } = setup();
    add('interactive', 'chat', 0, 50);
    for (let each = 0; each < 10; each++) add('background', 'bulk', 0, 100);
    for (let each = 0; each < 4; each++) add('background', 'job', 0, 100);
    const newcomer = add('background', 'job', 0, 100);
    // The one of the chat, four of its own and four of the other source.
    assert.deepEqual(queue.before(newcomer), { count: 9, rawInputTokens: 850 });
    assert.deepEqual(queue.before(add('normal', 'new')), { count: 1, rawInputTokens: 50 });
  });

  it('lets the next source pass while a heavy one waits, until it has had as much', () => {
    const { queue, add } = setup();
    const heavy = add('background', 'heavy');
    for (let each = 0; each < 20; each++) add('background', 'light');
    let passed = 0;
    for (;;) {
      assert.equal(queue.next(0)?.item, heavy);
      const passer = queue.passerOf(heavy, sharesOf(0.95));
      if (!passer) break;
      assert.equal(passer.source, 'light');
      queue.start(passer, sharesOf(0.1));
      passed++;
    }
    assert.equal(passed, 10);
  });

  it('puts whoever is forced before everyone, in the order in which it was asked for', () => {
    const { queue, add, take } = setup();
    const person = add('interactive');
    const [first, second] = [add('background', 'a'), add('background', 'b')];
    assert.ok(queue.force(second));
    assert.ok(queue.force(first));
    assert.equal(queue.before(person).count, 2);
    assert.deepEqual(queue.forced, [second, first]);
    for (const forced of [second, first]) queue.start(forced, sharesOf(0.01));
    assert.equal(take(), person);
    assert.ok(!queue.force(first));
    assert.equal(queue.size, 0);
  });

  it('never starves a lower priority: the longer it waits, the fewer may pass it', () => {
    const { queue, add } = setup();
    add('background', 'patient');
    const passedAt = (now: number): number => {
      let passed = 0;
      for (;;) {
        const newcomer = add('normal', 'busy', now);
        const next = queue.next(now);
        assert.ok(next);
        queue.start(next.item, sharesOf(0.01));
        if (next.isOverdue) {
          queue.remove(newcomer);
          assert.equal(next.item.priority, 'background');
          add('background', 'patient');
          return passed;
        }
        passed++;
      }
    };
    assert.deepEqual([0, 15_000, 30_000, 600_000].map(passedAt), [64, 32, 16, 4]);
  });

  it('is strict for a person while a person leaves any room', () => {
    const { queue, add } = setup();
    add('background', 'patient');
    for (let each = 0; each < 60; each++) {
      add('interactive', 'chat', 3_600_000);
      const next = queue.next(3_600_000);
      assert.equal(next?.item.priority, 'interactive');
      queue.start(next.item, sharesOf(0.01));
    }
  });

  it('lets a source that was forgotten meanwhile start level as well, when its refused work is put back', () => {
    const { queue, add, take } = setup();
    const refused = add('background', 'forgotten');
    take(0.1);
    for (let each = 0; each < 300; each++) {
      add('background', `job ${each}`);
      take(0.1);
    }
    for (let each = 0; each < 40; each++) add('background', 'steady');
    take(0.1);
    queue.putBack(refused);
    for (let each = 0; each < 40; each++) add('background', 'forgotten');
    const next = Array.from({ length: 20 }, () => take(0.1)?.source);
    const forgotten = next.filter((source) => source === 'forgotten').length;
    assert.ok(forgotten >= 9 && forgotten <= 12, `${forgotten} of 20`);
  });

  it('forgets sources that are done with', () => {
    const { queue, add, take } = setup();
    for (let each = 0; each < 10_000; each++) {
      add('background', `job ${each}`);
      take();
    }
    assert.equal(queue.size, 0);
    assert.ok(queue.knownSources <= 200, `${queue.knownSources}`);
  });
});
