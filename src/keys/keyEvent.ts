/** What can happen to a key, for the audit trail. A word that is published stays: it stands in databases. */
export const keyEventKinds = [
  'added',
  'imported',
  'checked',
  'rotated',
  'renamed',
  'environment',
  'default',
  'window',
  'invalid',
  'revoked',
  'removed',
  'budget',
  'budgetNear',
  'budgetReached',
  'budgetOverridden',
  'moved',
  'unusual',
  'leakMoved',
  'commandFailed',
  'exported',
] as const;

export type KeyEventKind = (typeof keyEventKinds)[number];

export interface KeyEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly keyId: string;
  /** As it was then: the key may have another one by now, or be gone. */
  readonly label: string;
  readonly kind: KeyEventKind;
  /** Words, never a secret. */
  readonly detail: string | undefined;
  readonly windowId: string;
}

/** `undefined` for everything. */
export interface KeyEventFilter {
  readonly keyId?: string | undefined;
  readonly limit?: number | undefined;
}
