import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { TurnTree } from '../../../src/conversation/tree';
import type { Turn } from '../../../src/conversation/turn';
import { userTurn } from './setup';

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const parents = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'gone'), { nil: undefined });
/** Circles and missing parents included: what a damaged file may hold. */
const damaged: fc.Arbitrary<Turn[]> = fc.uniqueArray(
  fc.tuple(ids, parents).map(([id, parentId]) => userTurn(id, parentId)),
  { selector: ({ id }) => id },
);

describe('A tree of turns that may be damaged', () => {
  it('has a path from a first turn to its head, without a turn twice', () => {
    fc.assert(
      fc.property(damaged, fc.option(ids, { nil: undefined }), (turns, headId) => {
        const tree = new TurnTree(turns, headId);
        const { path } = tree;
        assert.equal(path.length > 0, turns.length > 0);
        if (headId !== undefined && tree.find(headId)) assert.equal(tree.headId, headId);
        assert.equal(new Set(path.map(({ id }) => id)).size, path.length);
        for (const [index, turn] of path.slice(1).entries()) assert.equal(turn.parentId, path[index]?.id);
        for (const turn of path) assert.ok(tree.siblingsOf(turn).includes(turn.id));
      }),
    );
  });

  it('loses a turn with all that follows, and shows something else that is there', () => {
    fc.assert(
      fc.property(damaged, ids, (turns, id) => {
        const tree = new TurnTree(turns, undefined);
        const turn = tree.find(id);
        if (!turn) return;
        const gone = tree.subtreeOf(id);
        tree.show(tree.headWithout(turn, gone));
        tree.delete(gone);
        assert.equal(tree.path.length > 0, tree.all.length > 0);
        assert.ok(gone.includes(id));
        for (const each of gone) assert.equal(tree.find(each), undefined);
        for (const { parentId } of tree.all) assert.ok(parentId === undefined || !gone.includes(parentId));
        for (const each of tree.path) assert.ok(tree.find(each.id));
      }),
    );
  });

  it('finds the end of every branch', () => {
    fc.assert(
      fc.property(damaged, (turns) => {
        const tree = new TurnTree(turns, undefined);
        for (const { id } of tree.all) assert.ok(tree.subtreeOf(id).includes(tree.endOfBranch(id)));
      }),
    );
  });
});

describe('The path of a tree', () => {
  it('stays as it is for whoever holds it', () => {
    const tree = new TurnTree([userTurn('a', undefined), userTurn('b', 'a')], 'b');
    const held = tree.path;
    tree.put(userTurn('b', 'a', 'changed'));
    assert.deepEqual(
      held.map(({ text }) => text),
      ['a', 'b'],
    );
    assert.deepEqual(
      tree.path.map(({ text }) => text),
      ['a', 'changed'],
    );
  });
});
