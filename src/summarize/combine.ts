import { ClientError } from '../client/errors';
import { expectTokens } from './pieceSize';
import { combineQuestion, wordingsOf, type Combining, type Member } from './questions';
import { commonFolder, countNodes, leavesOf, stableTree, type TreeNode, type TreeSize } from './reduceTree';
import type { Sizes } from './sizes';
import { firstWording } from './spec';
import { isAnswer, type Work } from './work';

/** Members of a node as far as they fit, so that one that changes brings few others along. */
const memberSteps = [12, 8, 4] as const;
/** A longer root spares a level of its own in most cases. */
const longRoot = 20;
/** What one summary may take. */
const tokensOfMember = 250;
/** Those of groups are shorter. */
const tokensOfGroup = 150;
/** Fewer are put together whatever they take: parting them would not come to an end. */
const fewestParted = 4;

export interface Combined {
  /** The members' own texts where they could not be put together; missing where there are none. */
  readonly text: string | undefined;
  readonly isCut: boolean;
  /** Why they were not put together. */
  readonly error: Error | undefined;
}

/** What is put together, and how. */
export interface CombinePlan {
  readonly root: Combining;
  readonly inner: 'group' | 'part';
  /** Of the leaves, as they stand in what is asked; empty for parts that have none. */
  readonly names: readonly string[];
  /** Members of the root. */
  readonly tree: readonly TreeNode[];
  /** Tokens that the summaries in one request may have. */
  readonly mostTokens: number;
}

/**
 * `mark` tells leaves apart where the tree is made, and stays the same as long as a leaf does.
 *
 * @param factor by how much summaries are longer than usual
 */
export function planCombining(
  root: Combining,
  inner: CombinePlan['inner'],
  leaves: readonly { readonly name: string; readonly mark: string }[],
  sizes: Sizes,
  factor: number,
): CombinePlan {
  const tree = stableTree(
    leaves.map(({ mark }) => mark),
    treeSize(inner, sizes.whole / factor),
  );
  return { root, inner, names: leaves.map(({ name }) => name), tree, mostTokens: sizes.whole };
}

function treeSize(inner: CombinePlan['inner'], whole: number): TreeSize {
  const most = memberSteps.find((members) => members * tokensOfMember <= whole) ?? 2;
  const isLong = inner === 'group' && longRoot * tokensOfGroup <= whole;
  return { most, mostAtRoot: isLong ? longRoot : most };
}

/** What it takes where nothing fails. */
export function countCombining({ tree }: CombinePlan): number {
  return countNodes(tree) + (tree.length > 0 ? 1 : 0);
}

/** What is asked of a node that is not the root. */
export function innerCombining({ root, inner, names }: CombinePlan, node: TreeNode): Combining {
  const folder = inner === 'group' ? commonFolder(leavesOf(node).map((leaf) => names[leaf] ?? '')) : '';
  return { ...root, kind: inner, name: folder, label: folder === '' ? root.label : folder };
}

/** How its members stand in what is asked. */
export function memberName(plan: CombinePlan, node: TreeNode): string {
  return typeof node === 'number' ? (plan.names[node] ?? '') : innerCombining(plan, node).name;
}

/** Which of them go together first, where they are more than one request holds; all of them where they fit. */
export function partMembers<T>(members: readonly T[], tokens: number, mostTokens: number): readonly (readonly T[])[] {
  if (tokens <= mostTokens || members.length < fewestParted) return [members];
  const half = Math.ceil(members.length / 2);
  return [members.slice(0, half), members.slice(half)];
}

/** All that is in the tree, each node as soon as its members are there. Its questions are expected already. */
export function combineTree(
  work: Work,
  plan: CombinePlan,
  leaf: (index: number) => Promise<string | undefined>,
): Promise<Combined> {
  return new TreeCombiner(work, plan, leaf).combine(plan.tree, plan.root);
}

class TreeCombiner {
  readonly #work: Work;
  readonly #plan: CombinePlan;
  readonly #leaf: (index: number) => Promise<string | undefined>;

  constructor(work: Work, plan: CombinePlan, leaf: (index: number) => Promise<string | undefined>) {
    this.#work = work;
    this.#plan = plan;
    this.#leaf = leaf;
  }

  async combine(nodes: readonly TreeNode[], how: Combining): Promise<Combined> {
    const found = await Promise.all(nodes.map((node) => this.#textOf(node)));
    const members: Member[] = [];
    for (const [at, { text }] of found.entries()) {
      const node = nodes[at];
      if (text !== undefined && node !== undefined) members.push({ name: memberName(this.#plan, node), text });
    }
    const isCut = found.some((each) => each.isCut);
    // Of a node that was not put together, all that it would have been made of is at hand: nothing is lost.
    const all = await combineMembers(this.#work, how, members, this.#plan.mostTokens, nodes.length > 1);
    return { ...all, isCut: isCut || all.isCut };
  }

  async #textOf(node: TreeNode): Promise<Combined> {
    if (typeof node !== 'number') return this.combine(node, innerCombining(this.#plan, node));
    return { text: await this.#leaf(node), isCut: false, error: undefined };
  }
}

/**
 * One summary out of several; one that is left alone stays as it is where `isLonePassed`. One question is expected for
 * it already.
 */
export async function combineMembers(
  work: Work,
  how: Combining,
  members: readonly Member[],
  mostTokens: number,
  isLonePassed = true,
): Promise<Combined> {
  const [first] = members;
  if (!first || (members.length === 1 && isLonePassed)) {
    work.expectMore(-1);
    return { text: first?.text, isCut: false, error: undefined };
  }
  const { model } = firstWording(work.spec);
  const tokens = members.reduce((sum, { text }) => sum + expectTokens(text, model), 0);
  const parts = partMembers(members, tokens, mostTokens);
  if (parts.length > 1) return combineInParts(work, how, parts, mostTokens);
  const variants = wordingsOf(work.spec).map((wording) => combineQuestion(work.spec, wording, how, members));
  const finding = await work.ask(...variants);
  if (isAnswer(finding)) return { ...finding, error: undefined };
  if (ClientError.is(finding.error, 'tooLarge') && members.length >= fewestParted) {
    return combineInParts(work, how, partMembers(members, Infinity, mostTokens), mostTokens);
  }
  return { text: members.map(({ text }) => text).join('\n\n'), isCut: false, error: finding.error };
}

async function combineInParts(
  work: Work,
  how: Combining,
  parts: readonly (readonly Member[])[],
  mostTokens: number,
): Promise<Combined> {
  work.expectMore(parts.length);
  const inner: Combining = { ...how, kind: how.kind === 'final' || how.kind === 'group' ? 'group' : 'part' };
  const found = await Promise.all(parts.map((each) => combineMembers(work, inner, each, mostTokens)));
  const members = found.flatMap(({ text }) => (text === undefined ? [] : [{ name: '', text }]));
  const all = await combineMembers(work, how, members, mostTokens);
  return { ...all, isCut: all.isCut || found.some((each) => each.isCut) };
}
