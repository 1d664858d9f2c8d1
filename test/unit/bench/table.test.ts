import assert from 'node:assert/strict';
import { writeTable } from '../../bench/table';
import { writeWorkloadTable } from '../../bench/workloadTable';

describe('A table of the benchmark', () => {
  it('stands in columns', () => {
    const columns = [
      { title: 'contender', align: 'left' },
      { title: '429s', align: 'right' },
    ] as const;
    assert.equal(
      writeTable(columns, [
        ['a', '1'],
        ['a longer one', '12.5 %'],
      ]),
      [
        '| contender    |   429s |',
        '| ------------ | -----: |',
        '| a            |      1 |',
        '| a longer one | 12.5 % |',
      ].join('\n'),
    );
  });

  it('shows a contender a line, a dash for what it has no figure of, and no column that nobody has', () => {
    const table = writeWorkloadTable({
      workload: 'mixed',
      contenders: new Map([
        ['sluice', { goodput: 0.991, firstTextP95: 1.25, cpuMsPerAnswer: 4.25 }],
        ['sdk', { goodput: 0.35 }],
      ]),
    });
    assert.deepEqual(table.split('\n'), [
      '| contender      | goodput | chat p95 | CPU a request |',
      '| -------------- | ------: | -------: | ------------: |',
      '| Sluice         |  99.1 % |   1.25 × |        4.3 ms |',
      '| SDK, 2 retries |  35.0 % |        – |             – |',
    ]);
  });

  it('shows times as they are where a server has no log', () => {
    const table = writeWorkloadTable({
      workload: 'mixed',
      contenders: new Map([['sluice', { completed: 3, firstTextMsP50: 612.4 }]]),
    });
    assert.match(table, /first text p50/);
    assert.match(table, /612 ms/);
    assert.doesNotMatch(table, /goodput/);
  });
});
