import assert from 'node:assert/strict';
import { commands, settingDefaults, settings } from '../../src/contributions';
import { api } from './support/api';
import { keyIdOf } from './support/keys';
import { sendMany } from './support/load';
import { restart, restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

const model = settingDefaults[settings.model];
/** Of the model that is used, by its published price of $10 for a million: $0.042, and a cap of $0.05. */
const mostOfTheCap = { outputTokens: 4_200 };
const restOfTheCap = { outputTokens: 1_200 };
const little = { outputTokens: 10 };

describe('keys with a spend cap', () => {
  afterEach(restoreDialogs);

  it('warn once when 80 % of it are spent, over a reload too', async () => {
    const sluice = await setUpCapped();
    await api.script(mostOfTheCap, little, little, little);
    await sluice.chat.ask('A long answer, please.');
    // What was said so far is paid for anew with each question.
    await sluice.run(commands.newChat);
    await sluice.chat.ask('And a short one.');
    await until('the warning', () => warnings(sluice).length > 0);
    await sluice.chat.ask('And one more.');
    assert.equal(warnings(sluice).length, 1);
    assert.match(warnings(sluice)[0] ?? '', /^“Test” has spent \$0\.04\d* of its \$0\.05\d* for today\.$/);

    const reloaded = await restart(sluice);
    await reloaded.chat.ask('Do you still know?');
    assert.deepEqual(warnings(reloaded), []);
    assert.equal((await api.messages()).length, 4);
  });

  it('ask before an answer that would go beyond it, and send nothing without a yes', async () => {
    const sluice = await setUpCapped();
    await spendAll(sluice);
    await sluice.chat.send('May I?');

    const { state } = await sluice.chat.answerOf('failed');
    assert.match(state.title, /^The spend limit is reached/);
    const questions = askedAbout(sluice);
    assert.equal(questions.length, 1);
    assert.deepEqual(questions[0]?.buttons, ['Send This One', 'Allow for Today']);
    assert.match(
      questions[0]?.detail ?? '',
      /^It has spent \$0\.0[5-9]\d* today; its cap is \$0\.05\d*\. The next day begins at/,
    );
    assert.equal((await api.messages()).length, 2);
  });

  it('let one answer through when the person says so, and ask again for the next', async () => {
    const sluice = await setUpCapped();
    await spendAll(sluice);
    sluice.dialogs.press('Send This One');
    await sluice.chat.ask('Just this one?');
    assert.equal(askedAbout(sluice).length, 1);

    await sluice.chat.send('And another?');
    await sluice.chat.answerOf('failed');
    assert.equal(askedAbout(sluice).length, 2);
    assert.equal((await api.messages()).length, 3);
  });

  it('ask no more for the day when the person says so', async () => {
    const sluice = await setUpCapped();
    await spendAll(sluice);
    sluice.dialogs.press('Allow for Today');
    await sluice.chat.ask('For today?');
    await sluice.chat.ask('And this?');

    assert.equal(askedAbout(sluice).length, 1);
    assert.equal((await api.messages()).length, 4);
  });

  it('park background work until the next day, which goes on by itself when the cap is raised', async () => {
    const sluice = await setUpCapped();
    await spendAll(sluice);
    const client = await sluice.clients.acquire();
    const load = sendMany(client, 5, { model, priority: 'background' });
    await until('all to be parked', () => load.runs.every(({ parkedBy }) => parkedBy === 'budget'));
    assert.ok(load.runs.every(({ parkedUntil }) => parkedUntil === nextMidnight()));
    assert.deepEqual(askedAbout(sluice), [], 'background work asks');
    assert.equal((await api.messages()).length, 2);

    await setCap(sluice, '5');
    await load.untilEnded();
    assert.equal(load.done.length, 5);
    assert.equal((await api.messages()).length, 7);
  });

  it('hold nothing back once the cap is taken away', async () => {
    const sluice = await setUpCapped();
    await spendAll(sluice);
    await setCap(sluice, '');
    await sluice.chat.ask('Is it free again?');
    assert.deepEqual(askedAbout(sluice), []);
  });

  it('take no cap that is no amount', async () => {
    const sluice = await setup();
    await setCap(sluice, '5');
    const complaintAbout = (value: string) => sluice.dialogs.complaintAbout('Daily cap', value);
    for (const wrong of ['0', '-1', 'much', '1,000,000', '0.001']) {
      assert.match((await complaintAbout(wrong)) ?? '', /An amount above 0/, wrong);
    }
    assert.equal(await complaintAbout('12.50'), undefined);
    assert.equal(await complaintAbout(''), undefined);
  });
});

async function setUpCapped(): Promise<Sluice> {
  const sluice = await setup();
  await api.liftLimits();
  await setCap(sluice, '0.05');
  sluice.dialogs.messages.length = 0;
  return sluice;
}

async function setCap(sluice: Sluice, daily: string): Promise<void> {
  sluice.dialogs.type(daily, '');
  await sluice.run(commands.setKeyBudget, await keyIdOf(sluice, 'Test'));
}

async function spendAll({ chat, dialogs }: Sluice): Promise<void> {
  await api.script(mostOfTheCap, restOfTheCap);
  await chat.ask('A long answer, please.');
  await chat.ask('And the rest of it.');
  await until('the first warning', () => dialogs.textsOf('warning').length > 0);
  dialogs.messages.length = 0;
}

function warnings({ dialogs }: Sluice): readonly string[] {
  return dialogs.textsOf('warning');
}

function askedAbout({ dialogs }: Sluice) {
  return dialogs.messages.filter(({ text }) => text === 'The spend cap of “Test” is reached. Send all the same?');
}

function nextMidnight(): number {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
}
