import assert from 'node:assert/strict';
import { Gate } from '../../../src/client/gate';
import { installVirtualTime } from '../../support/virtualTime';

function setup(maxConcurrent?: number) {
  const time = installVirtualTime();
  const gate = new Gate(maxConcurrent);
  const started: string[] = [];
  const job = (name: string, end: Promise<void> = Promise.resolve()) => {
    return () => {
      started.push(name);
      return end;
    };
  };
  return { time, gate, started, job };
}

describe('the gate', () => {
  it('lets a job pass at once: a person would feel every timer on the way', async () => {
    const { time, gate, started, job } = setup();
    try {
      const passed = gate.pass('interactive', job('one'));
      await time.pass(1);
      assert.deepEqual(started, ['one']);
      await time.until(passed);
    } finally {
      time.uninstall();
    }
  });

  it('holds a slot until its job has ended, and then lets the more urgent go first', async () => {
    const { time, gate, started, job } = setup(1);
    try {
      const { promise, resolve } = Promise.withResolvers<void>();
      const all = [
        gate.pass('background', job('first', promise)),
        gate.pass('background', job('last')),
        gate.pass('interactive', job('second')),
      ];
      await time.pass(1_000);
      assert.deepEqual(started, ['first']);
      resolve();
      await time.until(Promise.all(all));
      assert.deepEqual(started, ['first', 'second', 'last']);
    } finally {
      time.uninstall();
    }
  });

  it('fails with its job', async () => {
    const { time, gate } = setup();
    try {
      const passing = gate.pass('normal', () => Promise.reject(new Error('broken')));
      await assert.rejects(time.until(passing), { message: 'broken' });
    } finally {
      time.uninstall();
    }
  });
});
