import assert from 'node:assert/strict';
import { createUsageReader } from '../../../src/host/keys/usageReader';
import { noUsage } from '../../../src/usage/usageTotals';

function setup() {
  let now = 1_000_000;
  let reads = 0;
  const listeners = new Set<() => void>();
  const nothing = { today: noUsage, week: noUsage, month: noUsage, models: [], unusual: undefined, lastUsedAt: 1 };
  const ledger = {
    usageOf: () => {
      reads++;
      return [{ keyId: 'a', ...nothing }];
    },
    onDidChange: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
  return {
    ledger,
    read: createUsageReader(() => now),
    readCount: () => reads,
    pass: (ms: number) => (now += ms),
    record: () => {
      for (const listener of listeners) listener();
    },
    listeners,
  };
}

describe('The use that the view of the keys shows', () => {
  it('is nothing before the ledger is open', () => {
    assert.equal(setup().read(undefined).size, 0);
  });

  it('is read once for all that is drawn in a while', () => {
    const { read, ledger, pass, readCount, listeners } = setup();
    for (let draw = 0; draw < 9; draw++) {
      assert.ok(read(ledger).has('a'));
      pass(500);
    }
    assert.equal(readCount(), 1);
    assert.equal(listeners.size, 1);
  });

  it('is read anew when something was recorded, when others may have, and when the clock was set back', () => {
    const { read, ledger, pass, record, readCount } = setup();
    read(ledger);
    record();
    read(ledger);
    assert.equal(readCount(), 2);
    pass(5_000);
    read(ledger);
    assert.equal(readCount(), 3);
    pass(-60_000);
    read(ledger);
    assert.equal(readCount(), 4);
  });
});
