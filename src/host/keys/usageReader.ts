import type { Ledger } from '../usage/ledger';
import type { KeysSnapshot } from './keysSnapshot';

type UsageByKey = KeysSnapshot['usage'];
type UsageSource = Pick<Ledger, 'usageOf' | 'onDidChange'>;

/** What other windows have used is seen after so long. */
const usageKeptMs = 5_000;

/**
 * A month of use is read and added up for it, while the view is drawn anew with every change of a limit: it is read when
 * something was recorded here, and now and then for what others do.
 */
export function createUsageReader(now: () => number): (ledger: UsageSource | undefined) => UsageByKey {
  let known: { readonly at: number; readonly usage: UsageByKey } | undefined;
  let watched: UsageSource | undefined;
  return (ledger) => {
    if (!ledger) return new Map();
    if (ledger !== watched) {
      watched = ledger;
      // The ledger goes with the window, as does whoever reads it here.
      ledger.onDidChange(() => (known = undefined));
    }
    const age = known ? now() - known.at : Infinity;
    if (!known || age < 0 || age >= usageKeptMs)
      known = { at: now(), usage: new Map(ledger.usageOf().map((usage) => [usage.keyId, usage])) };
    return known.usage;
  };
}
