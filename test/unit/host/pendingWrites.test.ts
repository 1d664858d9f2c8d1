import assert from 'node:assert/strict';
import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { PendingWrites } from '../../../src/host/chat/pendingWrites';

const secondMs = 1_000;
const retryMs = 5_000;

function setup(mend?: (error: unknown) => boolean) {
  const written: string[] = [];
  const problems: unknown[] = [];
  const disk: { failure: Error | undefined } = { failure: undefined };
  const writes = new PendingWrites({ onProblem: (error) => problems.push(error), mend });
  const put = (text: string) => () => {
    if (disk.failure) throw disk.failure;
    written.push(text);
  };
  return { writes, written, problems, disk, put };
}

describe('Pending writes', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.uninstall());

  it('are written at once or within a second, as they are asked for', () => {
    const { writes, written, problems, put } = setup();
    writes.soon('a', put('a1'));
    assert.deepEqual(written, []);
    assert.ok(!writes.isEmpty && writes.has('a'));
    clock.tick(secondMs);
    writes.now('b', put('b1'));
    assert.deepEqual(written, ['a1', 'b1']);
    assert.ok(writes.isEmpty && !writes.has('a'));
    assert.deepEqual(problems, []);
    assert.equal(clock.countTimers(), 0);
  });

  it('are the newest of each thing, and not put off for ever', () => {
    const { writes, written, put } = setup();
    for (let count = 1; count <= 25; count++) {
      writes.soon('a', put(`a${count}`));
      clock.tick(100);
    }
    assert.deepEqual(written, ['a10', 'a20']);
  });

  it('keep the order in which things were first asked for, with what is at once', () => {
    const { writes, written, put } = setup();
    writes.soon('a', put('a1'));
    writes.soon('b', put('b1'));
    writes.soon('a', put('a2'));
    writes.now('c', put('c1'));
    assert.deepEqual(written, ['a2', 'b1', 'c1']);
  });

  it('leave out what was dropped', () => {
    const { writes, written, put } = setup();
    writes.soon('a', put('a1'));
    writes.drop('a');
    clock.tick(secondMs);
    assert.deepEqual(written, []);
  });

  it('that failed are tried again in their order, each with its newest, and the problem is told and taken back', () => {
    const { writes, written, problems, disk, put } = setup();
    disk.failure = new Error('full');
    writes.now('a', put('a1'));
    writes.now('b', put('b1'));
    writes.now('a', put('a2'));
    assert.deepEqual(written, []);
    assert.deepEqual(new Set(problems), new Set([disk.failure]));
    const before = problems.length;
    clock.tick(retryMs);
    assert.equal(problems.length, before + 1, 'it is told each time');
    disk.failure = undefined;
    clock.tick(retryMs);
    assert.deepEqual(written, ['a2', 'b1']);
    assert.equal(problems.at(-1), undefined);
    clock.runAll();
    assert.equal(problems.filter((problem) => problem === undefined).length, 1);
  });

  it('that are asked for by a write come in their turn, also of the same thing', () => {
    const { writes, written, put } = setup();
    writes.now('a', () => {
      written.push('a1');
      writes.now('b', put('b1'));
      writes.now('a', put('a2'));
    });
    assert.deepEqual(written, ['a1', 'a2', 'b1']);
    assert.ok(writes.isEmpty);
  });

  it('that are asked for when a problem is told do not get lost', () => {
    const written: string[] = [];
    let hasFailed = false;
    const writes = new PendingWrites({
      onProblem: (error) => {
        if (error !== undefined) writes.now('b', () => written.push('b'));
      },
    });
    writes.now('a', () => {
      if (!hasFailed) {
        hasFailed = true;
        throw new Error('full');
      }
      written.push('a');
    });
    clock.tick(retryMs);
    assert.deepEqual(written, ['a', 'b']);
  });

  it('that could be mended are those asked for anew, in that order', () => {
    const { writes, written, problems, put } = setup(() => {
      writes.drop('a');
      writes.now('b', put('b2'));
      writes.now('a', put('a2'));
      return true;
    });
    writes.now('a', () => {
      throw new Error('gone');
    });
    assert.deepEqual(written, ['b2', 'a2']);
    assert.deepEqual(problems, []);
    writes.now('c', () => {
      throw new Error('gone');
    });
    assert.ok(writes.isEmpty, 'what was not asked for again is not needed any more');
  });

  it('survive a mending that fails', () => {
    const { writes, problems, disk, put } = setup(() => {
      throw new Error('neither');
    });
    disk.failure = new Error('gone');
    writes.now('a', put('a1'));
    assert.equal(String(problems[0]), 'Error: neither');
    assert.ok(!writes.isEmpty);
  });

  it('are tried a last time at the end, and leave no timer', () => {
    const { writes, written, disk, put } = setup();
    writes.soon('a', put('a1'));
    writes.dispose();
    assert.deepEqual(written, ['a1']);
    disk.failure = new Error('closed');
    writes.now('b', put('b1'));
    writes.soon('c', put('c1'));
    assert.equal(clock.countTimers(), 0);
  });

  it('that are given up are not written, not even when that happens while one fails', () => {
    const { writes, written, problems, put } = setup(() => {
      writes.abandon();
      return false;
    });
    writes.soon('b', put('b1'));
    writes.now('a', () => {
      throw new Error('gone');
    });
    assert.deepEqual({ written, problems }, { written: ['b1'], problems: [] });
    assert.ok(writes.isEmpty);
    assert.equal(clock.countTimers(), 0);
  });
});
