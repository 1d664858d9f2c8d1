import type { KeyHealth } from './key';
import { isUsable } from './key';

/** Who decided which key is active. */
export type ActiveBy = 'window' | 'workspace' | 'default' | 'oldest';

interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly health: KeyHealth;
  /** Only a choice of the person makes it serve: nothing falls to it, and no workspace can name it. */
  readonly isHeld?: boolean;
}

export interface Choices {
  /** What was chosen in this window. */
  readonly windowChoice: string | undefined;
  /** The label a trusted workspace asks for; empty for none. */
  readonly label: string;
  readonly defaultId: string | undefined;
}

/**
 * Which of the keys, given oldest first, a window sends with. What was chosen stays chosen while the API refuses it: its
 * requests wait, and nothing goes out silently with another key. Only a revoked key, and one that is gone, cannot be.
 */
export function chooseActive(
  keys: readonly Candidate[],
  { windowChoice, label, defaultId }: Choices,
): { readonly id: string; readonly by: ActiveBy } | undefined {
  const present = keys.filter(({ health }) => health !== 'revoked');
  const own = present.find(({ id }) => id === windowChoice);
  if (own) return { id: own.id, by: 'window' };
  const free = present.filter(({ isHeld }) => !isHeld);
  const asked = label === '' ? [] : free.filter((key) => key.label === label);
  const named = asked.find(isUsable) ?? asked[0];
  if (named) return { id: named.id, by: 'workspace' };
  const usual = present.find(({ id }) => id === defaultId);
  if (usual) return { id: usual.id, by: 'default' };
  const oldest = free.find(isUsable) ?? free[0];
  return oldest && { id: oldest.id, by: 'oldest' };
}
