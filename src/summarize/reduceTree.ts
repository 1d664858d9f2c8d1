/** Index of a leaf, or what is put together first. */
export type TreeNode = number | readonly TreeNode[];

export interface TreeSize {
  /** Members of a node. */
  readonly most: number;
  /** Members of the root. */
  readonly mostAtRoot: number;
}

interface Item {
  readonly node: TreeNode;
  /** Names of its first and its last leaf. */
  readonly first: string;
  readonly last: string;
}

/** How good a place between two neighbours is to part them: few folders in common, then a number out of their names. */
type Gap = readonly [commonFolders: number, mixed: number];

/**
 * What is put together with what, so that it stays the same: nodes are runs of neighbours, parted where names around
 * them say so. A text that changes changes one node on each level; a name that comes or goes changes those near it.
 *
 * @returns the members of the root
 */
export function stableTree(names: readonly string[], { most, mostAtRoot }: TreeSize): readonly TreeNode[] {
  let items: readonly Item[] = names.map((name, node) => ({ node, first: name, last: name }));
  for (let level = 1; items.length > Math.max(most, mostAtRoot); level++) {
    items = runsOf(items, Math.max(2, most), level).map(join);
  }
  return items.map(({ node }) => node);
}

export function leavesOf(node: TreeNode): readonly number[] {
  return typeof node === 'number' ? [node] : node.flatMap(leavesOf);
}

/** Of nodes that hold others; the root is none of them. */
export function countNodes(members: readonly TreeNode[]): number {
  return members.reduce<number>((sum, node) => (typeof node === 'number' ? sum : sum + 1 + countNodes(node)), 0);
}

/** The folder that all of them are in, with a slash at its end; empty where there is none. */
export function commonFolder(names: readonly string[]): string {
  const [first = '', ...others] = names;
  const shared = others.reduce((count, name) => Math.min(count, commonFolders(first, name)), foldersOf(first).length);
  const folders = foldersOf(first).slice(0, shared);
  return folders.length === 0 ? '' : `${folders.join('/')}/`;
}

function join(run: readonly Item[]): Item {
  const [first] = run;
  const last = run.at(-1);
  if (!first || !last) throw new RangeError('A run has members');
  return run.length === 1 ? first : { node: run.map(({ node }) => node), first: first.first, last: last.last };
}

/** A run has two members at least, as far as there are any, so that each round leaves fewer. */
function runsOf(items: readonly Item[], most: number, level: number): readonly (readonly Item[])[] {
  const gaps = items.map((item, at) => gapBefore(items[at - 1], item, level));
  const reach = Math.max(1, Math.floor(most / 4));
  const begins = [...gaps.keys()].filter((at) => at === 0 || isBoundary(gaps, at, reach));
  return begins.flatMap((from, at) => parted(items, gaps, from, begins[at + 1] ?? items.length, most));
}

/** The best gap within its reach: so two of them are further apart than that, and on average twice as far. */
function isBoundary(gaps: readonly Gap[], at: number, reach: number): boolean {
  const gap = gaps[at];
  if (!gap || at < 2 || gaps.length - at < 2) return false;
  for (let other = Math.max(1, at - reach); other <= Math.min(gaps.length - 1, at + reach); other++) {
    const against = gaps[other];
    if (against && other !== at && compare(against, gap) < (other < at ? 1 : 0)) return false;
  }
  return true;
}

/** A run that is too long for one node, at the best gap about its middle, until all are short enough. */
function parted(
  items: readonly Item[],
  gaps: readonly Gap[],
  from: number,
  to: number,
  most: number,
): readonly (readonly Item[])[] {
  if (to - from <= most) return [items.slice(from, to)];
  const quarter = Math.floor((to - from) / 4);
  let best = from + Math.max(1, quarter);
  for (let at = best + 1; at <= to - Math.max(1, quarter); at++) {
    const gap = gaps[at];
    const found = gaps[best];
    if (gap && found && compare(gap, found) < 0) best = at;
  }
  return [...parted(items, gaps, from, best, most), ...parted(items, gaps, best, to, most)];
}

function gapBefore(before: Item | undefined, { first }: Item, level: number): Gap {
  return [before ? commonFolders(before.last, first) : 0, mix(`${level} ${first}`)];
}

function compare([foldersA, mixedA]: Gap, [foldersB, mixedB]: Gap): number {
  return foldersA - foldersB || mixedA - mixedB;
}

function foldersOf(name: string): readonly string[] {
  return name.split('/').slice(0, -1);
}

function commonFolders(a: string, b: string): number {
  const others = foldersOf(b);
  const differs = foldersOf(a).findIndex((folder, at) => folder !== others[at]);
  return differs === -1 ? foldersOf(a).length : differs;
}

/** A number that looks like chance and is the same on every machine (FNV-1a). */
function mix(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
