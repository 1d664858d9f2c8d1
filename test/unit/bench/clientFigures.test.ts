import assert from 'node:assert/strict';
import { clientFigures } from '../../bench/clientFigures';
import type { Answer } from '../../workloads/contender';
import type { Submission } from '../../workloads/workload';

const startedAt = 1_000_000;

function answered(submission: Partial<Submission>, answer: Partial<Answer> | undefined) {
  return {
    submission: {
      id: 'chat-1',
      atMs: 0,
      source: 'chat',
      priority: 'interactive' as const,
      body: { model: 'm', maxTokens: 1, messages: [] },
      ...submission,
    },
    answer: answer && { ok: true, firstTextAt: undefined, endedAt: startedAt + 1_000, ...answer },
  };
}

describe('The figures without a log', () => {
  it('count what was answered in time and what failed, and share the processor time among the answers', () => {
    const answers = [
      answered({}, {}),
      answered({}, { endedAt: startedAt + 10_000 }),
      answered({}, { endedAt: startedAt + 10_001 }),
      answered({}, { ok: false }),
      answered({}, undefined),
    ];
    const { completed, failed, cpuMsPerAnswer } = clientFigures({ answers, startedAt, durationMs: 10_000 }, 30);
    assert.deepEqual({ completed, failed, cpuMsPerAnswer }, { completed: 2, failed: 1, cpuMsPerAnswer: 15 });
  });

  it('time the first text of people alone, from when they asked', () => {
    const answers = [
      answered({ atMs: 500 }, { firstTextAt: startedAt + 1_100 }),
      answered({ priority: 'background' }, { firstTextAt: startedAt + 9_000 }),
    ];
    assert.equal(clientFigures({ answers, startedAt, durationMs: 10_000 }, 0).firstTextMsP95, 600);
  });

  it('are missing where there is nothing to measure', () => {
    assert.deepEqual(clientFigures({ answers: [], startedAt, durationMs: 10_000 }, 5), { completed: 0, failed: 0 });
  });
});
