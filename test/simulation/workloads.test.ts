import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { UserLimits } from '../../src/client/types';
import type { AttemptRecord } from '../simulator/log';
import { createRandom } from '../support/random';
import { workloads } from '../workloads/catalogue';
import type { Trace } from '../workloads/trace';
import { submissionIdOf } from '../workloads/traffic';
import { createVirtualSluice, playVirtually } from '../workloads/virtual';
import type { Workload } from '../workloads/workload';

const minuteMs = 60_000;
/** What the log tells of output is when it began and ended: so much may lie on the wrong side of an edge. */
const outputSlack = 40;

function find(name: string): Workload {
  const found = workloads.find((workload) => workload.name === name);
  assert.ok(found);
  return found;
}

function hashOf({ attempts, startedAt }: Trace): string {
  const lines = attempts.map(({ at, status, outcome, endedAt = 0, body }) =>
    [at - startedAt, status, outcome, endedAt - startedAt, submissionIdOf(body)].join(' '),
  );
  return createHash('sha1').update(lines.join('\n')).digest('hex');
}

/** Any minute that could hold the most begins with one of these, or ends with it. */
function mostInAMinute(times: readonly number[], amountIn: (fromAt: number, toAt: number) => number): number {
  const windows = times.flatMap((at) => [at, at - minuteMs]);
  return Math.max(0, ...windows.map((fromAt) => amountIn(fromAt, fromAt + minuteMs)));
}

function outputIn(attempt: AttemptRecord, fromAt: number, toAt: number): number {
  const { usage, firstByteAt, endedAt } = attempt;
  if (usage === undefined || firstByteAt === undefined || endedAt === undefined) return 0;
  const overlapMs = Math.min(endedAt, toAt) - Math.max(firstByteAt, fromAt);
  return overlapMs <= 0 ? 0 : (usage.outputTokens * overlapMs) / (endedAt - firstByteAt);
}

function randomLimits(seed: number) {
  const random = createRandom(seed * 31);
  const between = (least: number, most: number) => Math.round(least + (most - least) * random());
  return {
    requestsPerMinute: between(8, 40),
    inputTokensPerMinute: between(6_000, 24_000),
    outputTokensPerMinute: between(1_500, 6_000),
  } satisfies UserLimits;
}

describe('a workload in virtual time', function () {
  this.timeout(60_000);

  for (const name of ['mixed', 'storm', 'ramp', 'headerless', 'halved']) {
    it(`leaves the same trace for the same seed, and another for another (${name})`, async () => {
      const [first, again, other] = [
        await playVirtually(find(name), 3),
        await playVirtually(find(name), 3),
        await playVirtually(find(name), 4),
      ];
      assert.equal(hashOf(first), hashOf(again));
      assert.notEqual(hashOf(first), hashOf(other));
      assert.ok(first.attempts.length > 30);
    });
  }

  for (const name of ['mixed', 'output', 'requests', 'drain']) {
    for (const seed of [1, 2, 3]) {
      it(`starves nobody: what fits well into the time ends in it (${name}, seed ${seed})`, async () => {
        const { answers, startedAt, durationMs } = await playVirtually(find(name), seed);
        const waiting = answers.filter(
          ({ submission }) => submission.priority === 'background' && submission.atMs === 0,
        );
        const late = [...Map.groupBy(waiting, ({ submission }) => submission.source).values()].flatMap((jobs) => {
          // Together 70 % of the bound are there at the start; three quarters of that leave room for chance.
          const fitting = jobs.slice(0, Math.floor(jobs.length * 0.75));
          return fitting.filter(({ answer }) => !answer?.ok || answer.endedAt > startedAt + durationMs);
        });
        assert.deepEqual(
          late.map(({ submission }) => submission.id),
          [],
        );
      });
    }
  }

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`holds the user's own caps over any minute (seed ${seed})`, async () => {
      const limits = randomLimits(seed);
      const { attempts } = await playVirtually(find('mixed'), seed, createVirtualSluice({ limits }));
      const starts = attempts.map(({ at }) => at);
      const sumOf = (amountOf: (attempt: AttemptRecord) => number) => (fromAt: number, toAt: number) =>
        attempts.filter(({ at }) => at >= fromAt && at < toAt).reduce((sum, each) => sum + amountOf(each), 0);
      assert.ok(
        mostInAMinute(
          starts,
          sumOf(() => 1),
        ) <= limits.requestsPerMinute,
      );
      const input = mostInAMinute(
        starts,
        sumOf(({ usage }) => (usage === undefined ? 0 : usage.inputTokens + usage.cacheWriteTokens)),
      );
      assert.ok(input <= limits.inputTokensPerMinute, `${input} of ${limits.inputTokensPerMinute} input tokens`);
      const edges = attempts.flatMap(({ firstByteAt, endedAt }) => [firstByteAt ?? 0, endedAt ?? 0]);
      const output = mostInAMinute(edges, (fromAt, toAt) =>
        attempts.reduce((sum, attempt) => sum + outputIn(attempt, fromAt, toAt), 0),
      );
      assert.ok(output <= limits.outputTokensPerMinute + outputSlack, `${output} of ${limits.outputTokensPerMinute}`);
      assert.ok(attempts.length > 8);
    });
  }
});
