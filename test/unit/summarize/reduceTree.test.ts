import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { commonFolder, countNodes, leavesOf, stableTree, type TreeNode } from '../../../src/summarize/reduceTree';
import { createRandom } from '../../support/random';

const names = fc.array(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', 'x1', 'y2'), minLength: 1, maxLength: 10 }),
  { maxLength: 300 },
);
const mosts = fc.integer({ min: 1, max: 12 });

function folderNames(count: number): readonly string[] {
  const random = createRandom(count);
  return Array.from({ length: count }, (_, at) => `src/${Math.floor(random() * 9)}/${at.toString(36)}.ts`).toSorted();
}

/** What each node holds, without the leaves themselves. */
function nodesOf(members: readonly TreeNode[], all: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (node: TreeNode) => {
    if (typeof node === 'number') return;
    found.add(
      leavesOf(node)
        .map((leaf) => all[leaf])
        .join(' '),
    );
    for (const each of node) visit(each);
  };
  for (const node of members) visit(node);
  return found;
}

function longest(node: TreeNode): number {
  return typeof node === 'number' ? 0 : Math.max(node.length, ...node.map(longest));
}

describe('What is put together with what', () => {
  it('holds every leaf once, in order, and no node more than it may', () => {
    fc.assert(
      fc.property(names, mosts, mosts, (all, most, mostAtRoot) => {
        const root = stableTree(all, { most, mostAtRoot });
        assert.deepEqual(root.flatMap(leavesOf), [...all.keys()]);
        assert.ok(root.length <= Math.max(most, mostAtRoot));
        for (const node of root) assert.ok(longest(node) <= Math.max(2, most));
      }),
    );
  });

  it('takes few nodes, and few levels', () => {
    const root = stableTree(folderNames(1_000), { most: 12, mostAtRoot: 20 });
    const depth = (node: TreeNode): number => (typeof node === 'number' ? 0 : 1 + Math.max(...node.map(depth)));
    assert.ok(countNodes(root) < 260, `${countNodes(root)} nodes`);
    assert.ok(Math.max(...root.map(depth)) <= 3);
  });

  it('keeps folders together where it can', () => {
    const all = ['a', 'b', 'c', 'd'].flatMap((folder) => Array.from({ length: 5 }, (_, at) => `${folder}/${at}.ts`));
    const root = stableTree(all, { most: 8, mostAtRoot: 8 });
    for (const node of root) assert.notEqual(commonFolder(leavesOf(node).map((leaf) => all[leaf] ?? '')), '');
  });

  it('changes only near a name that comes or goes', () => {
    const all = folderNames(700);
    const before = nodesOf(stableTree(all, { most: 12, mostAtRoot: 20 }), all);
    for (const at of [0, 13, 350, 699]) {
      const fewer = all.filter((_, index) => index !== at);
      const after = nodesOf(stableTree(fewer, { most: 12, mostAtRoot: 20 }), fewer);
      const changed = [...after].filter((node) => !before.has(node)).length;
      assert.ok(changed <= 12, `${changed} of ${after.size} nodes changed`);
    }
  });

  it('names the folder that all are in', () => {
    assert.equal(commonFolder(['src/a/x.ts', 'src/b/y.ts']), 'src/');
    assert.equal(commonFolder(['src/a/x.ts', 'src/ab/y.ts', 'src/a/z.ts']), 'src/');
    assert.equal(commonFolder(['x.ts', 'src/y.ts']), '');
    assert.equal(commonFolder([]), '');
  });
});
