import assert from 'node:assert/strict';
import { summarize } from '../../bench/summary';

describe('The summary of a benchmark', () => {
  it('has the medians over the seeds, by workload and contender, in the order in which they came', () => {
    const runs = [0.97, 0.99, 0.98].flatMap((goodput) => [
      { workload: 'mixed', contender: 'sluice' as const, figures: { goodput } },
      { workload: 'mixed', contender: 'sdk' as const, figures: { goodput: goodput / 2 } },
      { workload: 'output', contender: 'sluice' as const, figures: { goodput: 1 } },
    ]);
    const [mixed, output] = summarize(runs);
    assert.deepEqual([mixed?.workload, output?.workload], ['mixed', 'output']);
    assert.deepEqual(
      [...(mixed?.contenders ?? [])],
      [
        ['sluice', { goodput: 0.98 }],
        ['sdk', { goodput: 0.49 }],
      ],
    );
    assert.deepEqual(output?.contenders.get('sluice'), { goodput: 1 });
  });

  it('takes a figure from those seeds that have it', () => {
    const runs = [{}, { fairness: 0.9 }, { fairness: 1 }].map((figures) => ({
      workload: 'mixed',
      contender: 'sluice' as const,
      figures,
    }));
    assert.deepEqual(summarize(runs)[0]?.contenders.get('sluice'), { fairness: 0.95 });
  });
});
