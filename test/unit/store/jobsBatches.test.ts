import assert from 'node:assert/strict';
import type { JobStore } from '../../../src/store/jobStore';
import { StoreError } from '../../../src/store/storeError';
import { addJob, batch } from './jobSetup';
import { noon, setUpDesk, type Desk } from './setup';

let desk: Desk;
let jobs: JobStore;
beforeEach(() => {
  desk = setUpDesk();
  ({ jobs } = desk.openStore());
});
afterEach(() => desk.clear());

describe('What is decided for a job', () => {
  it('is what was said first, whoever says it', () => {
    const id = addJob(jobs);
    const other = desk.openStore('other').jobs;
    assert.equal(jobs.decisionOf(id, 'size'), undefined);
    assert.equal(jobs.decide(id, 'size', '4000'), '4000');
    assert.equal(other.decide(id, 'size', '9000'), '4000');
    assert.equal(other.decide(id, 'way', ''), '');
    assert.deepEqual([jobs.decisionOf(id, 'size'), jobs.decisionOf(id, 'way')], ['4000', '']);
  });

  it('is given back as it will be read', () => {
    const id = addJob(jobs);
    assert.equal(jobs.decide(id, 'a\0', 'b\0\ud800'), 'b\ufffd');
    assert.equal(jobs.decide(id, 'a\0', 'other'), 'b\ufffd');
  });

  it('is each job’s own, and none of one that is gone', () => {
    const [one, two] = [addJob(jobs), addJob(jobs, { identity: 'two' })];
    jobs.decide(one, 'size', '1');
    assert.equal(jobs.decide(two, 'size', '2'), '2');
    jobs.remove(one);
    assert.equal(jobs.decisionOf(one, 'size'), undefined);
    assert.throws(
      () => jobs.decide(one, 'size', '3'),
      (error) => StoreError.is(error, 'gone'),
    );
  });
});

describe('A batch', () => {
  it('is written down before it has an id, and crossed out when it is over', () => {
    const id = addJob(jobs);
    const later = batch(id, { token: 'second', createdAt: noon + 1, customIds: [] });
    jobs.addBatch(later);
    jobs.addBatch(batch(id));
    assert.deepEqual([jobs.batchesOf(id), jobs.knownBatchIds()], [[batch(id), later], []]);
    jobs.setBatchId('token', 'batch-1');
    assert.deepEqual(jobs.batchesOf(id), [batch(id, { batchId: 'batch-1' }), later]);
    jobs.removeBatch('second');
    assert.deepEqual(jobs.batchesOf(id), [batch(id, { batchId: 'batch-1' })]);
    jobs.removeBatch('second');
    jobs.setBatchId('second', 'batch-2');
    assert.deepEqual(jobs.knownBatchIds(), ['batch-1']);
  });

  it('is known whosever job it is', () => {
    for (const name of ['a', 'b']) {
      jobs.addBatch(batch(addJob(jobs, { identity: name }), { token: name, batchId: `batch-${name}` }));
    }
    assert.deepEqual(desk.openStore('other').jobs.knownBatchIds().toSorted(), ['batch-a', 'batch-b']);
  });

  it('keeps its job until it is collected, and is not added to one that is gone, nor twice', () => {
    const id = addJob(jobs);
    jobs.addBatch(batch(id, { batchId: 'batch-1' }));
    assert.throws(
      () => jobs.addBatch(batch(id)),
      (error) => StoreError.is(error, 'failed'),
    );
    jobs.remove(id);
    jobs.clear();
    assert.deepEqual(jobs.knownBatchIds(), ['batch-1'], 'what it brings is paid for');
    jobs.removeBatch(batch(id).token);
    jobs.remove(id);
    assert.deepEqual([jobs.find(id), jobs.knownBatchIds()], [undefined, []]);
    assert.throws(
      () => jobs.addBatch(batch(id)),
      (error) => StoreError.is(error, 'gone'),
    );
  });
});
