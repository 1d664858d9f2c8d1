import assert from 'node:assert/strict';
import { defaultLimits, type Limits } from '../simulator/limits';
import { installVirtualTime } from '../support/virtualTime';
import { changeSome, readPackage } from '../workloads/summaries/sourceTree';
import { openStageStore, playSummary } from '../workloads/summaries/summaryStage';

const seed = 1;
const tree = readPackage('lodash');

/** As the first published tier has them. */
const startTier: Limits = {
  ...defaultLimits,
  requestsPerMinute: 1_000,
  inputTokensPerMinute: 2_000_000,
  outputTokensPerMinute: 400_000,
};

describe('A summary of a package of more than a thousand files', function () {
  this.timeout(120_000);

  for (const [name, limits] of [
    ['small limits', defaultLimits],
    ['the limits of the first tier', startTier],
  ] as const) {
    it(`is made at ${name} nearly as fast as anybody could, beside a chat, and costs only what has changed the next time`, async () => {
      assert.ok(tree.files >= 1_000);
      const time = installVirtualTime();
      const store = openStageStore();
      try {
        const common = { time, store, title: tree.name, limits, seed };
        const first = await playSummary({ ...common, sources: tree.sources });
        assert.equal(first.job.state, 'done');
        assert.equal(first.broken, 0, 'requests that brought nothing');
        assert.ok(first.refusals <= 0.01 * first.attempts, `${first.refusals} of ${first.attempts} refused`);
        assert.ok(first.makespanMs <= 1.03 * first.boundMs, `${first.makespanMs} ms, at best ${first.boundMs} ms`);
        assert.ok(first.makespanMs >= first.boundMs, 'nobody is faster than possible');

        const second = await playSummary({ ...common, sources: changeSome(tree.sources, 0.01, seed) });
        assert.equal(second.job.state, 'done');
        assert.ok(second.tokens <= 0.03 * first.tokens, `${second.tokens} of ${first.tokens} tokens`);

        const third = await playSummary({ ...common, sources: tree.sources, hasChat: false });
        assert.equal(third.job.state, 'done');
        assert.equal(third.requests, 0, 'all of it is known');
        assert.equal(third.plan.requests, 0);
      } finally {
        store.close();
        time.uninstall();
      }
    });
  }
});
