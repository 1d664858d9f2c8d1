import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Heap } from '../../../src/client/heap';

interface Item {
  readonly name: number;
  rank: number;
}

function isBefore(one: Item, other: Item): boolean {
  return one.rank === other.rank ? one.name < other.name : one.rank < other.rank;
}

const steps = fc.array(
  fc.record({
    action: fc.constantFrom('add', 'add', 'remove', 'update'),
    name: fc.nat({ max: 19 }),
    rank: fc.integer({ min: 0, max: 9 }),
  }),
  // Or most would be too short for a heap of any depth.
  { maxLength: 120, size: 'max' },
);

type Step = Readonly<{ action: string; name: number; rank: number }>;

/** Plays the steps on a heap and on a plain list, and hands both to `check` after each, the list in order. */
function play(all: readonly Step[], check: (heap: Heap<Item>, sorted: readonly Item[]) => void): void {
  const heap = new Heap<Item>(isBefore);
  const pool = Array.from({ length: 20 }, (_, name): Item => ({ name, rank: 0 }));
  const inside = new Set<Item>();
  for (const { action, name, rank } of all) {
    const item = pool[name];
    assert.ok(item);
    if (action === 'remove') {
      inside.delete(item);
      heap.remove(item);
    } else if (action === 'update') {
      item.rank = rank;
      heap.update(item);
    } else {
      if (!inside.has(item)) item.rank = rank;
      inside.add(item);
      heap.add(item);
    }
    check(
      heap,
      [...inside].sort((one, other) => (isBefore(one, other) ? -1 : 1)),
    );
  }
}

describe('a heap', () => {
  it('knows its first and its first two, whatever is added, removed and changed, twice or never as well', () => {
    fc.assert(
      fc.property(steps, (all) =>
        play(all, (heap, sorted) => {
          assert.equal(heap.size, sorted.length);
          assert.equal(heap.first, sorted[0]);
          assert.deepEqual(heap.firstTwo(), [sorted[0], sorted[1]]);
        }),
      ),
    );
  });

  it('can be read in order without being changed, to the end or only a little', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 19 }), (all, count) =>
        play(all, (heap, sorted) => {
          const some: Item[] = [];
          for (const item of heap.ascending()) if (some.push(item) >= count) break;
          assert.deepEqual(some, sorted.slice(0, count));
          assert.deepEqual([...heap.ascending()], sorted);
        }),
      ),
    );
  });

  it('holds each item once', () => {
    fc.assert(
      fc.property(steps, (all) =>
        play(all, (heap, sorted) =>
          assert.deepEqual(
            [...heap.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1)),
            sorted,
          ),
        ),
      ),
    );
  });

  it('is empty in every respect when it is', () => {
    const heap = new Heap<Item>(isBefore);
    assert.deepEqual(
      [heap.size, heap.first, ...heap.firstTwo(), ...heap.ascending()],
      [0, undefined, undefined, undefined],
    );
  });
});
