import assert from 'node:assert/strict';
import type { ContenderName } from '../../bench/contenders/names';
import type { Measured } from '../../bench/figures';
import { findWorkload } from '../../bench/findWorkload';
import { judgeGoals } from '../../bench/goals';
import type { Verdict } from '../../bench/goals';
import { writeGoalsTable } from '../../bench/goalsTable';

function judge(sluice: Measured, peers: Partial<Record<Exclude<ContenderName, 'sluice'>, Measured>> = {}) {
  const contenders = new Map<ContenderName, Measured>([['sluice', sluice]]);
  for (const name of ['sdk', 'p-limit', 'bottleneck'] as const) {
    const figures = peers[name];
    if (figures !== undefined) contenders.set(name, figures);
  }
  return judgeGoals([{ workload: 'mixed', contenders }], findWorkload);
}

function verdictOn(title: RegExp, goals: ReturnType<typeof judge>): Verdict | undefined {
  return goals.find((goal) => title.test(goal.title))?.verdicts[0];
}

describe('The goals of the benchmark', () => {
  it('are those of the workload, for what was measured', () => {
    const goals = judge({ goodput: 0.981, failed: 1 });
    assert.equal(verdictOn(/goodput of/, goals)?.isReached, true);
    assert.equal(verdictOn(/failed/, goals)?.isReached, false);
    assert.equal(verdictOn(/fairness/, goals), undefined);
  });

  it('ask for a twentieth of the refusals of the best peer that uses the limit up', () => {
    const peers = {
      sdk: { goodput: 0.4, refusedShare: 0.01 },
      'p-limit': { goodput: 0.99, refusedShare: 0.4 },
      bottleneck: { goodput: 0.985, refusedShare: 0.2 },
    };
    const few = verdictOn(/1\/20/, judge({ refusedShare: 0.01 }, peers));
    assert.deepEqual([few?.isReached, few?.bound], [true, 0.01]);
    assert.equal(verdictOn(/1\/20/, judge({ refusedShare: 0.011 }, peers))?.isReached, false);
  });

  it('ask for nothing beside peers that do not use the limit up', () => {
    const goals = judge({ refusedShare: 0.5 }, { sdk: { goodput: 0.4, refusedShare: 0.9 } });
    assert.equal(verdictOn(/1\/20/, goals), undefined);
  });

  it('hold the processor time against that of p-limit(4)', () => {
    const peers = { 'p-limit': { cpuMsPerAnswer: 4 }, sdk: { cpuMsPerAnswer: 1 } };
    assert.equal(verdictOn(/CPU/, judge({ cpuMsPerAnswer: 4 }, peers))?.isReached, true);
    assert.equal(verdictOn(/CPU/, judge({ cpuMsPerAnswer: 4.1 }, peers))?.isReached, false);
  });

  it('tell in their table where they are missed, and by how much', () => {
    const table = writeGoalsTable(judge({ goodput: 0.95, failed: 0 }));
    assert.match(table, /\| goodput of the physical bound +\| not reached +\| +0 of 1 \| mixed \(0\.95, 0\.98\)/);
    assert.match(table, /\| failed requests +\| reached +\| +1 of 1 \|/);
  });
});
