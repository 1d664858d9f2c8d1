import assert from 'node:assert/strict';
import { createAnswering } from '../../bench/contenders/answering';
import { estimateInputTokens } from '../../bench/contenders/estimate';
import { bottleneckPriority, urgencyOf } from '../../bench/contenders/urgency';
import type { Submission } from '../../workloads/workload';

const submission: Submission = {
  id: 'chat-1',
  atMs: 0,
  source: 'chat',
  priority: 'interactive',
  body: { model: 'm', maxTokens: 1, messages: [{ role: 'user', content: 'Hello there' }] },
};

async function done(): Promise<void> {}

describe('A peer of the benchmark', () => {
  it('answers for what it could not do', async () => {
    const peer = createAnswering('peer', () => Promise.reject(new Error('refused')), done);
    const { ok, reason, firstTextAt } = await peer.send(submission);
    assert.deepEqual([ok, reason, firstTextAt], [false, 'refused', undefined]);
  });

  it('tells when its first text came', async () => {
    const peer = createAnswering('peer', async (_submission, onFirstText) => onFirstText(), done);
    const { ok, firstTextAt, endedAt } = await peer.send(submission);
    assert.ok(ok && firstTextAt !== undefined && firstTextAt <= endedAt);
  });

  it('lets people go first, whichever way its queue counts', () => {
    assert.ok(urgencyOf('interactive') > urgencyOf('background'));
    assert.ok(bottleneckPriority('interactive') < bottleneckPriority('background'));
  });

  it('estimates tokens by all characters that are sent', () => {
    const plain = estimateInputTokens(submission.body);
    const system = [{ type: 'text', text: 'Be brief. '.repeat(100) }];
    assert.ok(plain >= 1);
    assert.ok(estimateInputTokens({ ...submission.body, system }) > plain + 300);
  });
});
