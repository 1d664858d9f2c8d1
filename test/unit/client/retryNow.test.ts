import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { createStage } from '../../simulation/stage';
import type { Stage } from '../../simulation/stage';

const minuteMs = 60_000;

describe('a run that is to be sent now', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('does not wait out what the server asked for, and goes before those who came earlier', async () => {
    stage = createStage();
    const { send, server, time } = stage;
    await time.until(send().outcome);
    server.faults.add({ kind: 'rateLimited', retryAfter: 50 });
    const first = send();
    await time.pass(500);
    const second = send();
    await time.pass(2_000);
    assert.equal(server.log.messages.length, 2);
    assert.equal(second.run.retryNow(), true);
    const outcome = await time.until(second.outcome);
    assert.ok(!(outcome instanceof ClientError));
    assert.ok((second.at('done') ?? Infinity) < 10_000);
    await time.until(first.outcome);
    assert.ok((first.at('done') ?? 0) > (second.at('done') ?? 0));
  });

  it('frees the others too, once the server has taken it on', async () => {
    stage = createStage();
    const { send, server, time } = stage;
    await time.until(send().outcome);
    server.faults.add({ kind: 'rateLimited', retryAfter: 900 });
    const first = send();
    await time.pass(2_000);
    assert.equal(first.run.retryNow(), true);
    await time.until(first.outcome);
    const second = send();
    await time.until(second.outcome);
    assert.ok((second.at('done') ?? Infinity) < minuteMs);
  });

  it('does not wait for the end of an overload', async () => {
    stage = createStage();
    const { send, server, time } = stage;
    server.faults.add({ kind: 'overloaded', headers: { 'retry-after': '40' } });
    const run = send();
    await time.pass(2_000);
    assert.equal(run.run.retryNow(), true);
    await time.until(run.outcome);
    assert.ok((run.at('done') ?? Infinity) < 10_000);
  });

  it('waits all the same for the own cap', async () => {
    stage = createStage({}, { limits: { requestsPerMinute: 1 } });
    const { send, time } = stage;
    await time.until(send().outcome);
    const run = send();
    await time.pass(1_000);
    run.run.retryNow();
    await time.until(run.outcome);
    assert.ok((run.at('started') ?? 0) >= minuteMs);
  });

  it('is told apart from one that is not waiting', async () => {
    stage = createStage();
    const { send, time, server } = stage;
    const run = send();
    await time.pass(100);
    assert.equal(run.run.retryNow(), false, 'while it runs');
    await time.until(run.outcome);
    assert.equal(run.run.retryNow(), false, 'when it is done');
    const wrong = send({ maxTokens: 0 });
    assert.equal(wrong.run.retryNow(), false, 'when it was never sent');
    await time.until(wrong.outcome);
    assert.equal(server.log.messages.length, 1);
  });
});
