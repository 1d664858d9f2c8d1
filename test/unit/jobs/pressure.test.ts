import assert from 'node:assert/strict';
import type { Easing } from '../../../src/jobs/job';
import { offersOf, type Pressure } from '../../../src/jobs/pressure';
import { ScriptedClient } from '../scriptedClient';
import { createDeskStage, newJob, numbered, type DeskStage } from './deskStage';

const minuteMs = 60_000;

const pressure = (job: Partial<Pressure['job']> = {}, more: Partial<Pressure> = {}): Pressure => ({
  job: { state: 'running', priority: 'background', delivery: 'direct', easings: [], done: 0, total: 9, ...job },
  endsAt: 11 * minuteMs,
  longestWaitMs: 0,
  canBecome: () => true,
  now: 0,
  ...more,
});

describe('Under pressure', () => {
  it('a background job that takes long, or waits long, is offered all that applies', () => {
    const all: readonly Easing[] = ['cheaperModel', 'shorter', 'batch', 'later'];
    assert.deepEqual(offersOf(pressure()), all);
    assert.deepEqual(offersOf(pressure({}, { endsAt: undefined, longestWaitMs: 2 * minuteMs + 1 })), all);
    assert.deepEqual(offersOf(pressure({}, { canBecome: (easing) => easing === 'shorter' })), [
      'shorter',
      'batch',
      'later',
    ]);
    assert.deepEqual(offersOf(pressure({ done: 5, easings: ['shorter'] })), ['cheaperModel', 'later']);
  });

  it('nothing is offered to one that is in good order, or that goes first, or that cannot be faster', () => {
    assert.deepEqual(offersOf(pressure({}, { endsAt: 9 * minuteMs })), []);
    assert.deepEqual(offersOf(pressure({}, { endsAt: undefined, longestWaitMs: minuteMs })), []);
    assert.deepEqual(offersOf(pressure({ priority: 'interactive' })), []);
    assert.deepEqual(offersOf(pressure({ delivery: 'batch' })), []);
    assert.deepEqual(offersOf(pressure({ state: 'paused' })), []);
  });

  describe('a desk', () => {
    let stage: DeskStage;
    beforeEach(() => (stage = createDeskStage()));
    afterEach(() => stage.close());

    const begin = async (easeBySetting: () => 'ask' | 'wait' | Easing) => {
      const client = new ScriptedClient();
      const specs: string[] = [];
      const window = stage.open('window-1', client, {
        easeBySetting,
        cheaperThan: () => 'claude-haiku-5-5',
        applyEasing: (spec, easing) => (spec.includes(easing) ? undefined : spec.replace('}', `"${easing}"}`)),
        program: async (context) => {
          specs.push(context.spec);
          context.asker.expectMore(context.sources.length);
          await Promise.all(context.sources.map(({ text }) => context.countTokens({ model: text, messages: [] })));
          return { result: '', isComplete: true, failure: undefined };
        },
      });
      client.countTokens = () => new Promise(() => {});
      const bucket = { limit: 1_000, remaining: 0, resetAt: 0, observedAt: 0 };
      client.lanes = [
        {
          organization: undefined,
          group: 'claude-haiku-5-5',
          requests: undefined,
          inputTokens: bucket,
          outputTokens: undefined,
          queued: 0,
          running: 0,
          held: undefined,
        },
      ];
      const expected = { requests: 9, inputTokens: 20_000, outputTokens: 1 };
      const started = window.jobs.start(newJob({ priority: 'background', expected }), numbered(9));
      assert.ok(started);
      await stage.time.pass(11_000);
      return { ...window, id: started.job.id, specs };
    };

    it('offers what helps, and does it when the person says so', async () => {
      const { jobs, id, specs } = await begin(() => 'ask');
      assert.deepEqual(jobs.find(id)?.offers, ['cheaperModel', 'shorter', 'batch', 'later']);
      jobs.ease(id, 'shorter');
      await stage.time.flush();
      assert.deepEqual([jobs.find(id)?.easings, jobs.find(id)?.isMine], [['shorter'], true]);
      assert.deepEqual(specs, ['{}', '{"shorter"}']);
      jobs.ease(id, 'batch');
      assert.equal(jobs.find(id)?.delivery, 'batch');
      jobs.ease(id, 'later');
      assert.deepEqual([jobs.find(id)?.state, jobs.find(id)?.pausedUntil], ['paused', stage.now() + 60 * minuteMs]);
      assert.deepEqual(jobs.find(id)?.easings, ['shorter', 'batch', 'later']);
    });

    it('does by itself what the setting says, once', async () => {
      const { jobs, id, specs } = await begin(() => 'cheaperModel');
      await stage.time.pass(60_000);
      assert.deepEqual(jobs.find(id)?.easings, ['cheaperModel']);
      assert.equal(specs.length, 2);
    });

    it('lets it wait where the setting says so', async () => {
      const { jobs, id } = await begin(() => 'wait');
      assert.deepEqual([jobs.find(id)?.offers, jobs.find(id)?.easings], [[], []]);
    });
  });
});
