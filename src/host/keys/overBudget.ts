import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import type { BudgetState } from '../../usage/budgetState';
import { recordKeyEvent } from './keyAudit';
import type { KeyDialogs } from './keyDialogs';
import type { OverBudgetAnswer } from './keyGate';
import type { KeyParts } from './keyParts';
import { describeOverBudget } from './keyText';

interface Asking {
  /** How many requests the answer is for. */
  count: number;
  /** The question stands on the screen, with the number it had then. */
  isShown: boolean;
  readonly answer: Promise<OverBudgetAnswer>;
}

/** Asks whether requests go out beyond a spend cap: one question at a time for a key, about all that wait by then. */
export class OverBudget {
  readonly #parts: Pick<KeyParts, 'ledger' | 'log' | 'now'>;
  readonly #dialogs: KeyDialogs;
  readonly #asking = new Map<string, Asking>();

  constructor(parts: Pick<KeyParts, 'ledger' | 'log' | 'now'>, dialogs: KeyDialogs) {
    this.#parts = parts;
    this.#dialogs = dialogs;
  }

  async ask(key: KeyInfo, state: BudgetState): Promise<OverBudgetAnswer> {
    const asking = this.#asking.get(key.id);
    if (!asking) return this.#begin(key, state).answer;
    if (!asking.isShown) {
      asking.count += 1;
      return asking.answer;
    }
    // A yes to those that were counted says nothing about one that has come since.
    const answer = await asking.answer;
    return answer === 'once' ? this.ask(key, state) : answer;
  }

  #begin(key: KeyInfo, state: BudgetState): Asking {
    const answer = Promise.withResolvers<OverBudgetAnswer>();
    const asking: Asking = { count: 1, isShown: false, answer: answer.promise };
    this.#asking.set(key.id, asking);
    const show = async () => {
      // Those that are held back together ask one after the other, in one turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
      asking.isShown = true;
      return this.#show(key, state, asking.count);
    };
    show()
      .finally(() => this.#asking.delete(key.id))
      .then(answer.resolve, answer.reject);
    return asking;
  }

  async #show(key: KeyInfo, state: BudgetState, count: number): Promise<OverBudgetAnswer> {
    const once = count === 1 ? l10n.t('Send This One') : l10n.t('Send All {0}', count);
    const today = l10n.t('Allow for Today');
    const lifted = l10n.t(
      'Allowed for today, neither the daily nor the monthly cap holds it back, in this window only.',
    );
    const answer = await this.#dialogs.ask(
      l10n.t('The spend cap of “{0}” is reached. Send all the same?', key.label),
      `${describeOverBudget(state, this.#parts.now())}\n\n${lifted}`,
      once,
      today,
    );
    if (answer !== once && answer !== today) return 'no';
    const detail = answer === today ? 'for the day' : count === 1 ? 'once' : `once, for ${count} requests`;
    recordKeyEvent(this.#parts, key, 'budgetOverridden', detail);
    return answer === once ? 'once' : 'today';
  }
}
