import assert from 'node:assert/strict';
import { parseUsd } from '../../../src/host/keys/usd';
import { firstKey, setupKeyDesk } from './keyDesk';

describe('An amount in US dollars', () => {
  it('is read as people write it', () => {
    const written = { '5': 5, '12.5': 12.5, '12,50': 12.5, '$ 3': 3, '3 $': 3, ' 0.01 ': 0.01, '1000000': 1_000_000 };
    for (const [typed, amount] of Object.entries(written)) assert.equal(parseUsd(typed), amount, typed);
  });

  it('is not guessed', () => {
    for (const typed of ['', '0', '0,00', '1,000', '1.000', '1.000,50', '-5', 'five', '1e3', '1000001', '1..5', '€5'])
      assert.equal(parseUsd(typed), undefined, typed);
  });
});

async function setup() {
  const desk = setupKeyDesk();
  const { id } = await desk.add(firstKey, 'Work');
  return { ...desk, id };
}

describe('The spend cap of a key', () => {
  it('is set for a day and for a month, beside what is spent', async () => {
    const { flows, person, ledger, find, id, events } = await setup();
    ledger.spent.set(id, { todayUsd: 1.2, monthUsd: 30 });
    person.typed.push('5', '50,5');
    await flows.setBudget();
    assert.deepEqual(find(id).budget, { dailyUsd: 5, monthlyUsd: 50.5 });
    assert.deepEqual(
      person.inputs.map(({ prompt }) => prompt),
      [
        'US dollars a day; empty for no cap. Spent today: $1.20.',
        'US dollars a month; empty for no cap. Spent this month: $30.00.',
      ],
    );
    assert.deepEqual(person.messages, ['Spend cap of “Work”: $5.00 a day, $50.50 a month.']);
    assert.deepEqual(await events(), ['budget | Work | a day: $5.00, a month: $50.50']);
  });

  it('is taken off again', async () => {
    const { flows, person, find, id } = await setup();
    person.typed.push('5', '50', '', '');
    await flows.setBudget(id);
    await flows.setBudget(id);
    assert.deepEqual(
      person.inputs.map(({ value }) => value),
      ['', '', '5', '50'],
    );
    assert.deepEqual(find(id).budget, { dailyUsd: undefined, monthlyUsd: undefined });
    assert.equal(person.messages.at(-1), '“Work” has no spend cap.');
  });

  it('stays as it is when the person gives up, types none, or changes nothing', async () => {
    const { flows, person, find, id, events } = await setup();
    person.typed.push('5', '50');
    await flows.setBudget(id);
    person.typed.push('7');
    await flows.setBudget(id);
    person.typed.push('1,000');
    await flows.setBudget(id);
    person.typed.push('5', '50');
    await flows.setBudget(id);
    assert.deepEqual(find(id).budget, { dailyUsd: 5, monthlyUsd: 50 });
    assert.equal(person.refusals.length, 1);
    assert.equal((await events()).length, 1);
  });

  it('can be set where no account can be read', async () => {
    const { flows, person, add, find } = setupKeyDesk({ hasLedger: false });
    const { id } = await add(firstKey, 'Work');
    person.typed.push('5', '');
    await flows.setBudget(id);
    assert.equal(find(id).budget.dailyUsd, 5);
    assert.equal(person.inputs[0]?.prompt, 'US dollars a day; empty for no cap.');
  });
});
