import * as l10n from '@vscode/l10n';
import type { KeyBudget, KeyInfo } from '../../keys/key';
import type { Spent } from '../../usage/usageTotals';
import { formatUsd } from '../format';
import { recordKeyEvent } from './keyAudit';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeCaps } from './keyText';
import { pickKey } from './pickKey';
import { parseUsd } from './usd';

interface CapQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeHolder: string;
  readonly cap: number | undefined;
}

/** How much a key may spend in a day and in a month, in US dollars. */
export class KeyBudgetFlow {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;

  constructor(parts: KeyParts, dialogs: KeyDialogs) {
    this.#parts = parts;
    this.#dialogs = dialogs;
  }

  async set(id?: string): Promise<void> {
    const { ring } = this.#parts;
    const key = await pickKey(ring, this.#dialogs, id, {
      title: l10n.t('Set Spend Cap of API Key'),
      placeHolder: l10n.t('Choose the key to cap'),
      accepts: ({ health }) => health !== 'revoked',
    });
    if (!key) return;
    const budget = await this.#ask(key, await this.#spentOf(key.id));
    if (!budget) return;
    const { dailyUsd, monthlyUsd } = key.budget;
    if (budget.dailyUsd === dailyUsd && budget.monthlyUsd === monthlyUsd) return;
    await ring.setBudget(key.id, budget);
    recordKeyEvent(this.#parts, key, 'budget', detailOf(budget));
    const caps = describeCaps(budget);
    const message =
      caps === '' ? l10n.t('“{0}” has no spend cap.', key.label) : l10n.t('Spend cap of “{0}”: {1}.', key.label, caps);
    void this.#dialogs.tell('info', message);
  }

  async #ask({ label, budget }: KeyInfo, spent: Spent | undefined): Promise<KeyBudget | undefined> {
    const daily = await this.#askCap({
      title: l10n.t('Spend Cap of “{0}” (1/2)', label),
      prompt: spent
        ? l10n.t('US dollars a day; empty for no cap. Spent today: {0}.', formatUsd(spent.todayUsd))
        : l10n.t('US dollars a day; empty for no cap.'),
      placeHolder: l10n.t('Daily cap'),
      cap: budget.dailyUsd,
    });
    if (!daily) return undefined;
    const monthly = await this.#askCap({
      title: l10n.t('Spend Cap of “{0}” (2/2)', label),
      prompt: spent
        ? l10n.t('US dollars a month; empty for no cap. Spent this month: {0}.', formatUsd(spent.monthUsd))
        : l10n.t('US dollars a month; empty for no cap.'),
      placeHolder: l10n.t('Monthly cap'),
      cap: budget.monthlyUsd,
    });
    return monthly && { dailyUsd: daily.cap, monthlyUsd: monthly.cap };
  }

  async #askCap({ title, prompt, placeHolder, cap }: CapQuestion): Promise<{ cap: number | undefined } | undefined> {
    const typed = await this.#dialogs.input({
      title,
      prompt,
      placeHolder,
      value: cap === undefined ? '' : String(cap),
      check: (value) =>
        value.trim() === '' || parseUsd(value) !== undefined
          ? undefined
          : l10n.t('An amount above 0 with at most two decimals, such as 12.50; no sign between thousands.'),
    });
    if (typed === undefined) return undefined;
    return { cap: typed.trim() === '' ? undefined : parseUsd(typed) };
  }

  /** A cap can be set where no account can be read. */
  async #spentOf(keyId: string): Promise<Spent | undefined> {
    try {
      return (await this.#parts.ledger()).spentOf(keyId);
    } catch (error) {
      this.#parts.log.error('Failed to read what a key has spent', error);
      return undefined;
    }
  }
}

function detailOf({ dailyUsd, monthlyUsd }: KeyBudget): string {
  return `a day: ${amountOf(dailyUsd)}, a month: ${amountOf(monthlyUsd)}`;
}

function amountOf(usd: number | undefined): string {
  return usd === undefined ? 'none' : formatUsd(usd);
}
