import assert from 'node:assert/strict';
import { systemClock } from '../../../src/client/clock';
import { ClientError } from '../../../src/client/errors';
import { EventLog } from '../../../src/client/run';
import { Task } from '../../../src/client/task';
import type { RunEvent } from '../../../src/client/types';

function setup() {
  const failures: ClientError[] = [];
  const task = new Task<number>(
    {
      model: undefined,
      rawInputTokens: 0,
      maxOutputTokens: 0,
      perform: () => Promise.resolve(1),
      failed: (error) => failures.push(error()),
    },
    { clock: systemClock, sequence: 1, priority: 'normal', maxWaitMs: Infinity },
  );
  return { task, failures };
}

describe('a task', () => {
  it('has one result, whether it is asked for before its end or after', async () => {
    const { task } = setup();
    const { result } = task;
    task.fail('cancelled', 'The run was cancelled');
    assert.equal(task.result, result);
    await assert.rejects(result, (error) => ClientError.is(error, 'cancelled'));
  });

  it('rejects with the error that its events end with, though the result is asked for late', async () => {
    const { task, failures } = setup();
    task.fail('cancelled', 'The run was cancelled');
    task.fail('closed', 'too late to matter');
    await assert.rejects(task.result, (error) => error === failures[0]);
    assert.equal(failures.length, 1);
  });

  it('leaves no rejection behind that nobody handles', async () => {
    const unhandled: unknown[] = [];
    const keep = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', keep);
    try {
      const early = setup().task;
      void early.result;
      early.fail('closed', 'asked for before');
      const late = setup().task;
      late.fail('closed', 'asked for after');
      void late.result;
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', keep);
    }
  });

  it('tells each who asked of its end, also those who ask after it', () => {
    const { task } = setup();
    const told: string[] = [];
    task.onSettled(() => told.push('first'));
    task.onSettled(() => told.push('second'));
    task.fail('closed', 'The client was closed');
    task.onSettled(() => told.push('late'));
    assert.deepEqual(told, ['first', 'second', 'late']);
  });
});

function waitingUntil(until: number): RunEvent {
  return { type: 'waiting', reason: 'requests', until };
}

function text(content: string): RunEvent {
  return { type: 'text', text: content };
}

describe('the events of a run', () => {
  it('come in order, and an unread wait gives way to a newer one', async () => {
    const log = new EventLog();
    for (const event of [waitingUntil(1), waitingUntil(2), text('a'), waitingUntil(3), text('b')]) log.push(event);
    log.end();
    const read: RunEvent[] = [];
    for await (const event of log) read.push(event);
    assert.deepEqual(read, [waitingUntil(2), text('a'), waitingUntil(3), text('b')]);
  });

  it('reach those who read ahead, and one of them the error', async () => {
    const log = new EventLog();
    const iterator = log[Symbol.asyncIterator]();
    const ahead = [iterator.next(), iterator.next(), iterator.next()];
    log.push(text('a'));
    log.end(() => new ClientError('cancelled', 'The run was cancelled'));
    const [first, second, third] = await Promise.allSettled(ahead);
    assert.deepEqual(first, { status: 'fulfilled', value: { done: false, value: text('a') } });
    assert.equal(second?.status, 'rejected');
    assert.deepEqual(third, { status: 'fulfilled', value: { done: true, value: undefined } });
  });

  it('are dropped when their reader leaves, and whoever read ahead is let go', async () => {
    const log = new EventLog();
    const iterator = log[Symbol.asyncIterator]();
    const ahead = iterator.next();
    await iterator.return?.();
    log.push(text('a'));
    assert.equal((await ahead).done, true);
    assert.equal((await iterator.next()).done, true);
  });
});
