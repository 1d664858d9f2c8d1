import assert from 'node:assert/strict';
import { runApart } from '../workloads/apart';
import type { SeedReport } from '../workloads/apart';
import { workloads } from '../workloads/catalogue';
import { goalsOf, isMet } from '../workloads/goals';
import { shortfallOf } from '../workloads/shortfalls';
import { medianFigures } from '../workloads/statistics';
import type { Workload } from '../workloads/workload';

/** Over all workloads more than two hundred runs. */
const seedsPerWorkload = 15;
const longestRunMs = 600_000;

describe('the workloads in virtual time', function () {
  this.timeout(longestRunMs);
  let reports: ReadonlyMap<string, Promise<readonly SeedReport[]>>;
  before(() => {
    reports = runApart(workloads, seedsPerWorkload);
  });

  const reportsOf = async ({ name }: Workload) => (await reports.get(name)) ?? [];

  for (const workload of workloads) {
    describe(workload.title, () => {
      it('lets every run end, and none fail or be refused that need not', async () => {
        const all = await reportsOf(workload);
        assert.equal(all.length, seedsPerWorkload);
        assert.deepEqual(
          all.flatMap(({ seed, broken }) => broken.map((invariant) => `seed ${seed}: ${invariant}`)),
          [],
        );
      });

      for (const goal of goalsOf(workload)) {
        const { figure, title, atLeast, atMost } = goal;
        const known = shortfallOf(workload, figure);
        if (known) {
          it(`does not yet keep ${title} at most ${atMost}, but at most ${known.atMost}: ${known.because}`, async () => {
            const value = medianFigures((await reportsOf(workload)).map(({ figures }) => figures))[figure];
            assert.ok(value !== undefined && value <= known.atMost, `${value}`);
            assert.ok(!isMet(goal, value), 'it keeps it: take it off the list of shortfalls');
          });
          continue;
        }
        it(`keeps ${title} ${atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`}`, async () => {
          const value = medianFigures((await reportsOf(workload)).map(({ figures }) => figures))[figure];
          assert.ok(isMet(goal, value), `${value}`);
        });
      }
    });
  }
});
