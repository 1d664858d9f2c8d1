import assert from 'node:assert/strict';
import { Turns } from '../../../src/client/turns';
import type { UserLimits } from '../../../src/client/types';
import { createStage } from '../../simulation/stage';
import type { Stage } from '../../simulation/stage';

const models = ['claude-sonnet-5-5', 'claude-opus-5-5', 'claude-haiku-5-5'] as const;

const counted = (order: readonly (string | undefined)[]) =>
  models.map((model) => order.filter((each) => each === model).length);

describe('models that wait for the same cap of the user', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  /** The models in the order in which so many requests of each arrived at the server, all asked for at once. */
  async function orderOf(limits: UserLimits, count: number, inputTokens: Readonly<Record<string, number>> = {}) {
    stage = createStage({}, { limits });
    const { send, time, server } = stage;
    for (const model of models) await time.until(send({ model }).outcome);
    await time.pass(60_000);
    const before = server.log.messages.length;
    const runs = models.flatMap((model) =>
      Array.from({ length: count }, () =>
        send({ model, messages: [{ role: 'user', content: 'word '.repeat(inputTokens[model] ?? 1) }] }),
      ),
    );
    await time.until(Promise.all(runs.map(({ outcome }) => outcome)));
    return server.log.messages.slice(before).map(({ model }) => model);
  }

  it('take turns for the places', async () => {
    const order = await orderOf({ maxConcurrent: 1 }, 12);
    assert.deepEqual(counted(order), [12, 12, 12]);
    const counts = counted(order.slice(0, 15));
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${counts.join(', ')} of the first fifteen`);
  });

  it('share what becomes free at once', async () => {
    const order = await orderOf({ requestsPerMinute: 9 }, 12);
    // The first minute's worth was there for whoever asked first, before the others did.
    const counts = counted(order.slice(9, 18));
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${counts.join(', ')} of the nine after the first nine`);
  });

  it('are measured by what they take, not by how often', async () => {
    const order = await orderOf({ inputTokensPerMinute: 6_000 }, 16, {
      'claude-opus-5-5': 1_000,
      'claude-haiku-5-5': 1_000,
    });
    const [light = 0] = counted(order.slice(0, 24));
    assert.equal(light, 16, 'the light ones are not held up by the heavy');
  });
});

describe('turns', () => {
  it('are for who had least, and who wanted nothing has saved nothing up', () => {
    const [one, other, late] = [{}, {}, {}];
    const turns = new Turns<object>();
    turns.see(new Set([one, other]));
    turns.charge(one, 5);
    turns.charge(other, 3);
    assert.equal(turns.first([one, other]), other);
    turns.see(new Set([one, other, late]));
    assert.equal(turns.first([one, other, late]), other);
    turns.charge(other, 1);
    assert.equal(turns.first([one, other, late]), late, 'level with who had least');
    turns.charge(late, 1.5);
    assert.equal(turns.first([one, other, late]), other);
  });

  it('are nobody\u2019s when nobody waits', () => assert.equal(new Turns<object>().first([]), undefined));
});
