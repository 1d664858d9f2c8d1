import type { Clock } from '../../src/client/clock';
import type { Disposable } from '../../src/client/types';
import { Bucket } from './bucket';
import { Budget } from './budget';
import type { Limits } from './limits';
import { unlimited } from './limits';

export interface KeyOptions {
  readonly key: string;
  /** What the log calls it. Default: `key-1`, `key-2`, … */
  readonly id?: string | undefined;
  /** Default: the one organization of the demo. Keys of one organization share its buckets. */
  readonly organization?: string | undefined;
  /** A workspace can have lower limits on top of its organization's. */
  readonly workspace?: string | undefined;
}

export interface Account {
  readonly keyId: string;
  readonly organization: string;
  readonly workspace: string | undefined;
}

/** What a change applies to; what is left out means all of them. Without `workspace`, organizations are meant. */
export interface Scope {
  readonly organization?: string | undefined;
  readonly workspace?: string | undefined;
  readonly group?: string | undefined;
}

/** Limits of an organization over all its models. */
type UtilityLimit = 'countTokensPerMinute' | 'batchRequestsPerMinute';

interface Owner {
  readonly organization: string;
  readonly workspace: string | undefined;
  readonly group: string;
}

interface Change {
  readonly scope: Scope;
  readonly limits?: Partial<Limits>;
  readonly drainShare?: number;
}

export const demoOrganization = 'org-demo';

/**
 * The keys, and the budgets they draw on. A budget comes into being, full, when it is first asked for, and follows
 * every change of limits from then on; undoing a change restores what the remaining changes say.
 */
export class Accounts {
  readonly #clock: Clock;
  readonly #defaultLimits: Limits;
  readonly #accounts = new Map<string, Account>();
  readonly #revoked = new Set<string>();
  readonly #changes = new Set<Change>();
  readonly #budgets = new Map<string, { readonly owner: Owner; readonly budget: Budget }>();
  readonly #utilityBuckets = new Map<
    string,
    { readonly organization: string; readonly limit: UtilityLimit; readonly bucket: Bucket }
  >();

  constructor(clock: Clock, defaultLimits: Limits, keys: readonly KeyOptions[]) {
    this.#clock = clock;
    this.#defaultLimits = defaultLimits;
    for (const key of keys) this.addKey(key);
  }

  addKey({ key, id, organization = demoOrganization, workspace }: KeyOptions): void {
    this.#accounts.set(key, { keyId: id ?? `key-${this.#accounts.size + 1}`, organization, workspace });
    this.#revoked.delete(key);
  }

  /** By the key itself or by its id. Gives the ids of what it revoked. */
  revokeKey(keyOrId: string): readonly string[] {
    const meant = [...this.#accounts].filter(([key, { keyId }]) => key === keyOrId || keyId === keyOrId);
    for (const [key] of meant) this.#revoked.add(key);
    return meant.map(([, { keyId }]) => keyId);
  }

  findAccount(key: string): Account | undefined {
    return this.#revoked.has(key) ? undefined : this.#accounts.get(key);
  }

  organizationBudget(organization: string, group: string): Budget {
    return this.#budgetOf({ organization, workspace: undefined, group });
  }

  workspaceBudget(account: Account, group: string): Budget | undefined {
    return account.workspace === undefined ? undefined : this.#budgetOf({ ...account, group });
  }

  utilityBucket(organization: string, limit: UtilityLimit): Bucket {
    const id = JSON.stringify([organization, limit]);
    let entry = this.#utilityBuckets.get(id);
    if (entry === undefined) {
      const bucket = new Bucket(this.#clock, this.#organizationLimits(organization)[limit]);
      entry = { organization, limit, bucket };
      this.#utilityBuckets.set(id, entry);
    }
    return entry.bucket;
  }

  /** How many entries of batches may wait. */
  queueLimit(organization: string): number {
    return this.#organizationLimits(organization).batchQueued;
  }

  /** Disposing undoes it. */
  change(change: Change): Disposable {
    this.#changes.add(change);
    this.#apply();
    return {
      dispose: () => {
        if (this.#changes.delete(change)) this.#apply();
      },
    };
  }

  /** Full buckets, limits as at the start; revoked keys stay revoked. */
  reset(): void {
    this.#changes.clear();
    this.#budgets.clear();
    this.#utilityBuckets.clear();
  }

  #budgetOf(owner: Owner): Budget {
    const id = JSON.stringify([owner.organization, owner.workspace ?? null, owner.group]);
    let entry = this.#budgets.get(id);
    if (entry === undefined) {
      entry = { owner, budget: new Budget(this.#clock, this.#limitsOf(owner)) };
      entry.budget.setDrain(this.#drainOf(owner));
      this.#budgets.set(id, entry);
    }
    return entry.budget;
  }

  #apply(): void {
    for (const { owner, budget } of this.#budgets.values()) {
      budget.setLimits(this.#limitsOf(owner));
      budget.setDrain(this.#drainOf(owner));
    }
    for (const { organization, limit, bucket } of this.#utilityBuckets.values()) {
      bucket.setLimit(this.#organizationLimits(organization)[limit]);
    }
  }

  #organizationLimits(organization: string): Limits {
    return this.#limitsOf({ organization, workspace: undefined, group: '' });
  }

  #limitsOf(owner: Owner): Limits {
    const start = owner.workspace === undefined ? this.#defaultLimits : unlimited;
    return this.#changesFor(owner).reduce((limits, change) => ({ ...limits, ...change.limits }), start);
  }

  #drainOf(owner: Owner): number {
    return this.#changesFor(owner).reduce((share, change) => share + (change.drainShare ?? 0), 0);
  }

  #changesFor(owner: Owner): Change[] {
    return [...this.#changes].filter(
      ({ scope }) =>
        scope.workspace === owner.workspace &&
        (scope.organization === undefined || scope.organization === owner.organization) &&
        (scope.group === undefined || scope.group === owner.group),
    );
  }
}
