import assert from 'node:assert/strict';
import type { BudgetState } from '../../../src/usage/budgetState';
import { noUsage, type KeyUsage } from '../../../src/usage/usageTotals';
import { installVirtualTime } from '../../support/virtualTime';
import { MemoryVault } from '../keys/memoryVault';
import { CopiedMemento, firstKey, flush, secondKey, setupKeyDesk } from './keyDesk';

const dayMs = 86_400_000;
const until = Date.UTC(2026, 10, 18);

async function setup() {
  const desk = setupKeyDesk();
  const { id } = await desk.add(firstKey, 'Work');
  return { ...desk, id, notices: desk.flows.notices };
}

/** Two windows of one person, open at the same time. */
async function setupTwoWindows(given: { readonly memento?: CopiedMemento } = {}) {
  const shared = { vault: new MemoryVault(), claims: new Map<string, number>(), ...given };
  const here = setupKeyDesk(shared);
  const there = setupKeyDesk(shared);
  const { id } = await here.add(firstKey, 'Work');
  await there.ring.refresh();
  return { here, there, id };
}

function budget(change: Partial<BudgetState>): BudgetState {
  return { kind: 'near', period: 'day', spentUsd: 8.1, capUsd: 10, until, ...change };
}

function usage(keyId: string, unusual: KeyUsage['unusual']): KeyUsage {
  return { keyId, lastUsedAt: 0, today: noUsage, week: noUsage, month: noUsage, models: [], unusual };
}

describe('A key that the API refuses', () => {
  it('is told once, with a way to replace it and one to use another', async () => {
    const { notices, person, add, ring, id, events } = await setup();
    await add(secondKey, 'Other');
    await ring.markInvalid(id, 'authentication');
    notices.onKeyInvalid(id);
    notices.onKeyInvalid(id);
    await flush();
    assert.equal(person.told.length, 1);
    assert.match(person.messages.join('\n'), /^The API refuses “Work”/);
    assert.deepEqual(person.told[0]?.buttons, ['Replace…', 'Use Another…']);
    assert.deepEqual(await events(), ['invalid | Work | authentication']);
  });

  it('offers no other one where there is none', async () => {
    const { notices, person, id } = await setup();
    notices.onKeyInvalid(id);
    await flush();
    assert.deepEqual(person.told[0]?.buttons, ['Replace…']);
  });

  it('is replaced', async () => {
    const { notices, person, ring, id } = await setup();
    await ring.markInvalid(id, 'authentication');
    person.pressed.push('Replace…');
    person.typed.push(secondKey);
    notices.onKeyInvalid(id);
    await flush();
    assert.equal(ring.find(id)?.health, 'good');
  });

  it('gives way to another one, with all that stands with it', async () => {
    const { notices, person, add, ring, clients, id } = await setup();
    const other = await add(secondKey, 'Other');
    await ring.makeDefault(id);
    await ring.markInvalid(id, 'authentication');
    clients.runs.set(id, { waiting: 1, running: 0, parked: 2 });
    person.pressed.push('Use Another…');
    person.picked.push('Other');
    notices.onKeyInvalid(id);
    await flush();
    assert.equal(ring.active()?.id, other.id);
    assert.deepEqual(clients.moves, [{ from: id, to: other.id }]);
  });

  it('is not told again by another window', async () => {
    const { here, there, id } = await setupTwoWindows();
    here.flows.notices.onKeyInvalid(id);
    there.flows.notices.onKeyInvalid(id);
    await flush();
    assert.deepEqual([here.person.told.length, there.person.told.length], [1, 0]);
  });

  it('is told again when it has been good in between', async () => {
    const { notices, person, ring, id, pass } = await setup();
    notices.onKeyInvalid(id);
    await flush();
    await ring.replace(id, secondKey, undefined);
    notices.onKeyInvalid(id);
    await flush();
    pass(2 * 3_600_000);
    notices.onKeyInvalid(id);
    await flush();
    assert.equal(person.told.length, 3);
  });

  it('is nobody’s business once it is gone', async () => {
    const { notices, person, ring, id } = await setup();
    await ring.remove(id);
    notices.onKeyInvalid(id);
    await flush();
    assert.deepEqual(person.told, []);
  });
});

describe('A spend cap', () => {
  it('is warned of once a period, and again when it has been changed', async () => {
    const { notices, person, find, id, events } = await setup();
    const key = find(id);
    notices.onBudget(key, budget({ kind: 'ok', spentUsd: 5 }));
    notices.onBudget(key, budget({}));
    notices.onBudget(key, budget({ spentUsd: 8.5 }));
    await flush();
    assert.deepEqual(person.messages, ['“Work” has spent $8.10 of its $10.00 for today.']);
    notices.onBudget(key, budget({ until: until + dayMs }));
    await flush();
    notices.onBudget(key, budget({ capUsd: 9 }));
    await flush();
    assert.equal(person.told.length, 3);
    assert.equal((await events())[0], 'budgetNear | Work | $8.10 of $10.00 a day');
  });

  it('that is reached is noted, and told only if it was not told before', async () => {
    const { notices, person, find, id, events } = await setup();
    const reached = budget({ kind: 'reached', spentUsd: 10.5 });
    notices.onBudget(find(id), budget({}));
    notices.onBudget(find(id), reached);
    notices.onBudget(find(id), reached);
    await flush();
    assert.equal(person.told.length, 1);
    assert.deepEqual(await events(), [
      'budgetNear | Work | $8.10 of $10.00 a day',
      'budgetReached | Work | $10.50 of $10.00 a day',
    ]);
    notices.onBudget(find(id), budget({ kind: 'reached', period: 'month', spentUsd: 60, capUsd: 50 }));
    await flush();
    assert.match(person.messages.at(-1) ?? '', /its cap is \$50\.00 for this month\. Background work waits until/);
  });

  it('can be changed from there', async () => {
    const { notices, person, find, id } = await setup();
    person.pressed.push('Change the Cap…');
    person.typed.push('20', '');
    notices.onBudget(find(id), budget({}));
    await flush();
    assert.equal(find(id).budget.dailyUsd, 20);
  });

  it('is not warned of twice by two windows', async () => {
    const { here, there, id } = await setupTwoWindows();
    here.flows.notices.onBudget(here.find(id), budget({}));
    there.flows.notices.onBudget(there.find(id), budget({}));
    await flush();
    assert.deepEqual([here.person.told.length, there.person.told.length], [1, 0]);
  });
});

describe('A request beyond the spend cap', () => {
  const reached = budget({ kind: 'reached', spentUsd: 10.5 });

  it('asks the person, naming cap and spend', async () => {
    const { notices, person, find, id, events } = await setup();
    person.pressed.push('Send This One');
    assert.equal(await notices.askOverBudget(find(id), reached), 'once');
    person.pressed.push('Allow for Today');
    assert.equal(await notices.askOverBudget(find(id), reached), 'today');
    assert.equal(await notices.askOverBudget(find(id), reached), 'no');
    assert.match(
      `${person.asked[0]?.message} ${person.asked[0]?.detail}`,
      /“Work” is reached.*\$10\.50 today.*\$10\.00/,
    );
    assert.deepEqual(await events(), ['budgetOverridden | Work | once', 'budgetOverridden | Work | for the day']);
  });

  it('asks once for all that wait at the same time, and says how many they are', async () => {
    const { notices, person, find, id, events } = await setup();
    person.pressed.push('Send All 3');
    const answers = await Promise.all([1, 2, 3].map(() => notices.askOverBudget(find(id), reached)));
    assert.deepEqual(answers, ['once', 'once', 'once']);
    assert.equal(person.asked.length, 1);
    assert.deepEqual(await events(), ['budgetOverridden | Work | once, for 3 requests']);
  });

  it('asks anew for what has come while the person was asked, unless it was allowed for the day', async () => {
    const { notices, person, find, id } = await setup();
    const late: Promise<string>[] = [];
    const come = () => void late.push(...[1, 2].map(() => notices.askOverBudget(find(id), reached)));
    person.beforeAnswer = () => {
      if (late.length === 0) come();
    };
    person.pressed.push('Send This One');
    assert.equal(await notices.askOverBudget(find(id), reached), 'once');
    assert.deepEqual(await Promise.all(late), ['no', 'no']);
    assert.deepEqual(
      person.asked.map(({ buttons }) => buttons[0]),
      ['Send This One', 'Send All 2'],
    );
    late.length = 0;
    person.pressed.push('Allow for Today');
    assert.equal(await notices.askOverBudget(find(id), reached), 'today');
    assert.deepEqual(await Promise.all(late), ['today', 'today']);
    assert.equal(person.asked.length, 3);
  });

  it('says what is allowed with the day', async () => {
    const { notices, person, find, id } = await setup();
    await notices.askOverBudget(find(id), reached);
    assert.match(person.asked[0]?.detail ?? '', /neither the daily nor the monthly cap .* in this window only/);
  });
});

describe('The reminder to rotate', () => {
  it('comes for one key at a time, and for none twice', async () => {
    const { notices, person, add, pass } = await setup();
    await add(secondKey, 'Other');
    notices.remind();
    await flush();
    assert.deepEqual(person.told, []);
    pass(91 * dayMs);
    person.isHolding = true;
    notices.remind();
    notices.remind();
    await flush();
    assert.equal(person.told.length, 1);
    assert.match(person.messages[0] ?? '', /^“Work” is 91 days old/);
    person.release();
    await flush();
    notices.remind();
    await flush();
    assert.match(person.messages[1] ?? '', /^“Other” is 91 days old/);
    person.release();
    await flush();
    pass(200 * dayMs);
    notices.remind();
    await flush();
    assert.equal(person.told.length, 2, 'it nags');
  });

  it('comes again in two weeks, if the person wants that', async () => {
    const { notices, person, pass, find, id, now } = await setup();
    pass(91 * dayMs);
    person.pressed.push('Remind Me in Two Weeks');
    notices.remind();
    await flush();
    assert.equal(find(id).remindAt, now() + 14 * dayMs);
    notices.remind();
    await flush();
    assert.equal(person.told.length, 1);
    pass(14 * dayMs);
    person.pressed.push('Don’t Remind Me Again');
    notices.remind();
    await flush();
    assert.equal(person.told.length, 2);
    assert.equal(find(id).remindAt, null);
  });

  it('leads to the new key', async () => {
    const { notices, person, pass, ring, id } = await setup();
    pass(91 * dayMs);
    person.pressed.push('Rotate…');
    person.typed.push(secondKey);
    notices.remind();
    await flush();
    assert.equal(ring.secretOf(id), secondKey);
  });

  it('is looked for at the start and once a day', async () => {
    const { notices, person, pass } = await setup();
    const time = installVirtualTime();
    try {
      notices.start();
      pass(91 * dayMs);
      await time.pass(dayMs - 1);
      assert.equal(person.told.length, 0);
      await time.pass(1);
      assert.equal(person.told.length, 1);
      notices.dispose();
    } finally {
      time.uninstall();
    }
  });

  it('is not shown by two windows', async () => {
    const { here, there } = await setupTwoWindows();
    for (const { flows, pass } of [here, there]) {
      pass(91 * dayMs);
      flows.notices.remind();
    }
    await flush();
    assert.deepEqual([here.person.told.length, there.person.told.length], [1, 0]);
  });
});

describe('A notice, where no database says which window shows it', () => {
  it('is not shown again by a window that opens later', async () => {
    const memento = new CopiedMemento();
    const { here, there } = await setupTwoWindows({ memento });
    for (const { flows, pass, ledger } of [here, there]) {
      ledger.isKept = false;
      pass(91 * dayMs);
      flows.notices.remind();
      await flush();
    }
    assert.deepEqual([here.person.told.length, there.person.told.length], [1, 0]);
  });

  it('is shown all the same when the account cannot be opened', async () => {
    const { add, flows, person, pass, logged } = setupKeyDesk({ hasLedger: false });
    await add(firstKey, 'Work');
    pass(91 * dayMs);
    flows.notices.remind();
    await flush();
    assert.equal(person.told.length, 1);
    assert.match(logged.join('\n'), /another window has told it/);
  });
});

describe('Unusual use', () => {
  it('is told once per key and day, with a way to revoke the key', async () => {
    const { notices, person, ledger, pass, find, id, events } = await setup();
    ledger.usage = [usage(id, { todayUsd: 12, averageUsd: 1.5 }), usage('gone', { todayUsd: 12, averageUsd: 1.5 })];
    person.pressed.push('Revoke Now…', 'Revoke');
    await notices.handleUsage();
    await flush();
    assert.deepEqual(person.messages[0], '“Work” has spent $12.00 today; $1.50 is usual. Is that you?');
    assert.equal(find(id).health, 'revoked');
    pass(120_000);
    await notices.handleUsage();
    await flush();
    assert.deepEqual(
      (await events()).filter((event) => event.startsWith('unusual')),
      ['unusual | Work | $12.00 today, usually $1.50'],
    );
    pass(dayMs);
    await notices.handleUsage();
    await flush();
    assert.equal((await events()).filter((event) => event.startsWith('unusual')).length, 2);
  });

  it('shows the keys', async () => {
    const { notices, person, ledger, id } = await setup();
    ledger.usage = [usage(id, { todayUsd: 12, averageUsd: 1.5 })];
    person.pressed.push('Show Keys');
    await notices.handleUsage();
    await flush();
    assert.deepEqual(person.opened, ['keys']);
  });

  it('is not looked for after every answer, nor told where no account can be read', async () => {
    const { notices, person, ledger, id } = await setup();
    await notices.handleUsage();
    ledger.usage = [usage(id, { todayUsd: 12, averageUsd: 1.5 })];
    await notices.handleUsage();
    await flush();
    assert.deepEqual(person.told, []);
    const without = setupKeyDesk({ hasLedger: false });
    await without.flows.notices.handleUsage();
    assert.match(without.logged.join('\n'), /unusual use/);
  });
});
