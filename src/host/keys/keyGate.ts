import type { Disposable, Priority } from '../../client/types';
import { isUsable, type KeyInfo } from '../../keys/key';
import type { KeyRing } from '../../keys/keyRing';
import type { Hindrance } from '../../keys/runHome';
import { budgetState, type BudgetState } from '../../usage/budgetState';
import { startOfNextDay } from '../../usage/periods';
import type { Ledger } from '../usage/ledger';

/** What a person says when a spend cap is reached. */
export type OverBudgetAnswer = 'once' | 'today' | 'no';

export interface KeyGateOptions {
  readonly ring: Pick<KeyRing, 'find'>;
  readonly now: () => number;
  readonly askOverBudget: (key: KeyInfo, state: BudgetState) => Promise<OverBudgetAnswer>;
  /** Told each time it is looked at, so whoever listens has to know what was told before. */
  readonly onBudget: (key: KeyInfo, state: BudgetState) => void;
  /** A person has lifted the caps of a key: others may wait for that. */
  readonly onLifted: () => void;
}

/**
 * Whether requests may go out with a key: not with one that is gone, refused or revoked, and beyond its spend cap only
 * if a person says so. Spend is known as far as the ledger is: until that is open, no cap holds anything back. What is
 * under way is not counted before it ends, so that a cap is exceeded by as much as runs when it is reached; what has no
 * price never reaches one.
 */
export class KeyGate {
  readonly #options: KeyGateOptions;
  /** By key, until when the person has lifted its caps. */
  readonly #lifted = new Map<string, number>();
  #ledger: Pick<Ledger, 'spentOf'> | undefined;

  constructor(options: KeyGateOptions) {
    this.#options = options;
  }

  /** From now on the caps hold. */
  useLedger(ledger: Pick<Ledger, 'spentOf'>): Disposable {
    this.#ledger = ledger;
    return {
      dispose: () => {
        if (this.#ledger === ledger) this.#ledger = undefined;
      },
    };
  }

  budgetOf(key: KeyInfo): BudgetState | undefined {
    if (!this.#ledger || !hasBudget(key)) return undefined;
    return budgetState(key.budget, this.#ledger.spentOf(key.id), this.#options.now());
  }

  hindranceOf(keyId: string, priority: Priority): Hindrance | undefined {
    const key = this.#options.ring.find(keyId);
    if (!key || !isUsable(key)) return { reason: 'key', until: undefined };
    const state = this.budgetOf(key);
    if (!state) return undefined;
    this.#options.onBudget(key, state);
    if (state.kind !== 'reached' || (this.#lifted.get(keyId) ?? 0) > this.#options.now()) return undefined;
    const hindrance: Hindrance = { reason: 'budget', until: state.until };
    return priority === 'interactive' ? { ...hindrance, ask: () => this.#ask(key, state) } : hindrance;
  }

  #lift(keyId: string): void {
    this.#lifted.set(keyId, startOfNextDay(this.#options.now()));
    this.#options.onLifted();
  }

  async #ask(key: KeyInfo, state: BudgetState): Promise<boolean> {
    const answer = await this.#options.askOverBudget(key, state);
    if (answer === 'today') this.#lift(key.id);
    return answer !== 'no';
  }
}

export function hasBudget({ budget }: Pick<KeyInfo, 'budget'>): boolean {
  return budget.dailyUsd !== undefined || budget.monthlyUsd !== undefined;
}
