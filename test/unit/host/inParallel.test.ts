import assert from 'node:assert/strict';
import { inParallel } from '../../../src/host/summarize/inParallel';

/** Ends when it is told to, so that a test sees what is under way. */
function createDoors(count: number): {
  readonly wait: (index: number) => Promise<void>;
  readonly open: (index: number) => void;
} {
  const doors = Array.from({ length: count }, () => Promise.withResolvers<void>());
  return {
    wait: async (index) => doors[index]?.promise,
    open: (index) => doors[index]?.resolve(),
  };
}

async function failAtOne(item: number): Promise<number> {
  if (item === 1) throw new Error('one');
  return item;
}

describe('Work in parallel', () => {
  it('keeps the order of the items, whichever ends first', async () => {
    const doors = createDoors(3);
    const all = inParallel([0, 1, 2], 3, async (item) => {
      await doors.wait(item);
      return `item ${item}`;
    });
    for (const index of [2, 0, 1]) doors.open(index);
    assert.deepEqual(await all, ['item 0', 'item 1', 'item 2']);
  });

  it('has no more under way than it may, and takes the next when one ends', async () => {
    const doors = createDoors(5);
    let running = 0;
    let most = 0;
    const all = inParallel([0, 1, 2, 3, 4], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await doors.wait(item);
      running -= 1;
    });
    for (const index of [1, 0, 2, 4, 3]) doors.open(index);
    await all;
    assert.equal(most, 2);
    assert.equal(running, 0);
  });

  it('rejects with the first failure', async () => {
    await assert.rejects(inParallel([0, 1, 2], 2, failAtOne), /one/);
  });

  it('of nothing is done at once', async () => {
    assert.deepEqual(await inParallel([], 4, async () => 1), []);
  });
});
