import { Breath } from './breathe';
import { innerCombining, memberName, partMembers, type CombinePlan } from './combine';
import { combineQuestion, wordingsOf, type Combining } from './questions';
import type { TreeNode } from './reduceTree';
import type { Expected, Tally } from './tally';

interface ExpectedMember extends Expected {
  readonly name: string;
}

/** Counts what `combineTree` asks where nothing fails. */
export function planCombined(
  tally: Tally,
  plan: CombinePlan,
  leaves: readonly Expected[],
  breath = new Breath(),
): Promise<Expected | undefined> {
  return countNode(tally, plan, leaves, plan.tree, plan.root, breath);
}

async function countNode(
  tally: Tally,
  plan: CombinePlan,
  leaves: readonly Expected[],
  nodes: readonly TreeNode[],
  how: Combining,
  breath: Breath,
): Promise<Expected | undefined> {
  const members: ExpectedMember[] = [];
  for (const node of nodes) {
    const found =
      typeof node === 'number'
        ? leaves[node]
        : await countNode(tally, plan, leaves, node, innerCombining(plan, node), breath);
    if (found) members.push({ ...found, name: memberName(plan, node) });
    await breath.after(found?.text?.length ?? 0);
  }
  return countMembers(tally, how, members, plan.mostTokens, nodes.length > 1);
}

function countMembers(
  tally: Tally,
  how: Combining,
  members: readonly ExpectedMember[],
  mostTokens: number,
  isLonePassed = true,
): Expected | undefined {
  const [first] = members;
  if (!first || (members.length === 1 && isLonePassed)) return first;
  const tokens = members.reduce((sum, each) => sum + each.tokens, 0);
  const parts = partMembers(members, tokens, mostTokens);
  if (parts.length > 1) return countInParts(tally, how, parts, mostTokens);
  const texts = members.map(({ name, text }) => ({ name, text: text ?? '' }));
  const variants = wordingsOf(tally.spec).map((wording) => combineQuestion(tally.spec, wording, how, texts));
  const missing = members.filter(({ text }) => text === undefined);
  return tally.ask(variants, missing.length === 0 ? undefined : missing.reduce((sum, each) => sum + each.tokens, 0));
}

function countInParts(
  tally: Tally,
  how: Combining,
  parts: readonly (readonly ExpectedMember[])[],
  mostTokens: number,
): Expected | undefined {
  const inner: Combining = { ...how, kind: how.kind === 'final' || how.kind === 'group' ? 'group' : 'part' };
  const found = parts.flatMap((each) => countMembers(tally, inner, each, mostTokens) ?? []);
  return countMembers(
    tally,
    how,
    found.map((each) => ({ ...each, name: '' })),
    mostTokens,
  );
}
