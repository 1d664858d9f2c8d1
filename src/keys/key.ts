/** What a key is for. Part of what is stored: a word once published stays. */
export const keyEnvironments = ['development', 'staging', 'production', 'other'] as const;

export type KeyEnvironment = (typeof keyEnvironments)[number];

/** What is stored. `limited` is not among it: that is shown while a limit holds the key's lane, and passes by itself. */
export type KeyHealth = 'unchecked' | 'good' | 'invalid' | 'revoked';

export type KeySource =
  | { readonly kind: 'typed' }
  /** `from` is the name of the environment variable, or `file`. */
  | { readonly kind: 'imported'; readonly from: string }
  /** The secret is not stored: the command of this name, in the settings, gives it when it is needed. */
  | { readonly kind: 'command'; readonly name: string };

/** US dollars; `undefined` for no cap. */
export interface KeyBudget {
  readonly dailyUsd: number | undefined;
  readonly monthlyUsd: number | undefined;
}

/** What may be shown of a key. Times are epoch milliseconds. */
export interface KeyInfo {
  readonly id: string;
  readonly label: string;
  readonly environment: KeyEnvironment;
  readonly source: KeySource;
  /** As the API named it; keys of one organization share its limits. */
  readonly organization: string | undefined;
  /** Empty for a key that is not stored here: one of a command, or a revoked one. */
  readonly lastCharacters: string;
  readonly addedAt: number;
  /** When its present secret was put in: its age counts from then. */
  readonly since: number;
  readonly health: KeyHealth;
  readonly checkedAt: number | undefined;
  /** The reason of a `ClientError`, never a sentence. */
  readonly lastError: string | undefined;
  readonly budget: KeyBudget;
  /** When to remind of its age: `undefined` by the setting, a time when snoozed until then, `null` never again. */
  readonly remindAt: number | null | undefined;
  /** What this window sends with now. */
  readonly isActive: boolean;
  /** What windows without a choice of their own send with. */
  readonly isDefault: boolean;
  /** Stored, but not the person's word: it serves nothing until they choose it. Absent for `false`. */
  readonly isHeld?: boolean;
}

export interface NewKey {
  /** `undefined` for a key whose secret a command gives. */
  readonly key: string | undefined;
  readonly label: string;
  readonly environment: KeyEnvironment;
  readonly source: KeySource;
  readonly organization: string | undefined;
  /** Whether it serves from now on. Default: `true`. Otherwise it is held until the person chooses it. */
  readonly isMadeActive?: boolean;
}

export interface CheckOutcome {
  readonly health: 'good' | 'invalid';
  /** The reason of a `ClientError`. */
  readonly error: string | undefined;
  /** Which secret was checked, by the key's `since`; the one of now without it. Of another one nothing was found out. */
  readonly since?: number | undefined;
  /** What is known stays when the response did not name it. */
  readonly organization?: string | undefined;
}

/** Whether requests may go out with it, as far as the API has told. */
export function isUsable({ health }: Pick<KeyInfo, 'health'>): boolean {
  return health === 'unchecked' || health === 'good';
}
