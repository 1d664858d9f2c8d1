import assert from 'node:assert/strict';
import { canSendNow, describeQueue, describeWait, type Wait } from '../../../src/host/waitText';
import { describeProgress } from '../../../src/host/summarize/progressText';
import { now } from './snapshots';

/** What is said of every reason, and whose doing it is; one that is added later does not compile until it is here. */
const told: Readonly<Record<Wait['reason'], readonly [title: string, explanation: string | undefined]>> = {
  requests: ['Waiting for the request limit', 'Sent by itself as soon as there is room'],
  inputTokens: ['Waiting for input tokens', 'Sent by itself as soon as there is room'],
  outputTokens: ['Waiting for output tokens', 'Sent by itself as soon as there is room'],
  concurrency: ['Waiting for a running request to end', undefined],
  userLimit: ['Waiting for your own limit', 'Set in the settings'],
  rateLimited: ['Waiting for the rate limit', 'Sent by itself as soon as there is room'],
  rampLimited: ['Slowing down: usage grew too fast', 'Sent by itself as soon as there is room'],
  overloaded: ['Anthropic is overloaded: waiting', 'Not your limit'],
  network: ['No connection to the API: waiting', 'Not your limit'],
  stalled: ['The API broke off: waiting', 'Not your limit'],
  incomplete: ['The API broke off: waiting', 'Not your limit'],
  turn: ['Waiting for its turn', undefined],
  key: ['Waiting for a key that works', 'Sent by itself once you replace the key or choose another one in “API Keys”'],
  budget: [
    'Waiting: the spend cap of the key is reached',
    'Sent by itself then, or once you raise the cap in “API Keys”',
  ],
};

function isReason(name: string): name is Wait['reason'] {
  return name in told;
}

function waitFor(reason: string, wait: Partial<Wait> = {}): Wait {
  assert.ok(isReason(reason));
  return { reason, until: undefined, position: undefined, attempt: 1, ...wait };
}

describe('A wait', () => {
  for (const [reason, [title, explanation]] of Object.entries(told)) {
    it(`for ${reason} says what it is for and whose doing it is`, () => {
      assert.equal(describeWait(waitFor(reason), now), title);
      assert.equal(describeQueue(waitFor(reason)), explanation);
    });
  }

  it('says when it ends, to the second', () => {
    assert.equal(
      describeWait(waitFor('inputTokens', { until: now + 20_000 }), now),
      'Waiting for input tokens until 14:05:40',
    );
  });

  it('can be ended before its time unless it is for an own cap or for others, and is long enough to press a button', () => {
    const hurried = Object.keys(told).filter((reason) => canSendNow(waitFor(reason, { until: now + 20_000 }), now));
    assert.deepEqual(hurried, [
      'requests',
      'inputTokens',
      'outputTokens',
      'rateLimited',
      'rampLimited',
      'overloaded',
      'network',
      'stalled',
      'incomplete',
    ]);
    for (const until of [undefined, now - 1, now + 1_000]) assert.ok(!canSendNow(waitFor('requests', { until }), now));
  });

  it('does not name an end that has passed', () => {
    assert.equal(describeWait(waitFor('turn', { until: now }), now), 'Waiting for its turn');
  });

  it('tells the place in line from the second on, and the attempt from the second on', () => {
    assert.equal(describeQueue(waitFor('turn', { position: 1, attempt: 1 })), undefined);
    assert.equal(describeQueue(waitFor('turn', { position: 2, attempt: 1 })), 'number 2 in line');
    assert.equal(
      describeQueue(waitFor('overloaded', { position: 4, attempt: 3 })),
      'Not your limit · number 4 in line · attempt 3',
    );
  });
});

describe('The progress of a summary', () => {
  it('starts with reading', () => {
    assert.equal(describeProgress({ done: 0, total: undefined, last: undefined }, now), 'reading…');
  });

  it('counts the parts, and never more than there are', () => {
    const last = { type: 'started', attempt: 1 } as const;
    assert.equal(describeProgress({ done: 1, total: 4, last }, now), '1 of 4 parts');
    assert.equal(describeProgress({ done: 6, total: 4, last }, now), '4 of 4 parts');
  });

  it('tells what is waited for, and until when', () => {
    const until = now + 1_000;
    const wait = { type: 'waiting', reason: 'requests', until } as const;
    const pause = { type: 'retrying', reason: 'overloaded', until, attempt: 2 } as const;
    const queued = { type: 'queued', position: 3, readyAt: until } as const;
    assert.equal(
      describeProgress({ done: 1, total: 4, last: wait }, now),
      '1 of 4 parts · Waiting for the request limit until 14:05:21',
    );
    assert.equal(
      describeProgress({ done: 0, total: undefined, last: pause }, now),
      'Anthropic is overloaded: waiting until 14:05:21',
    );
    assert.equal(describeProgress({ done: 0, total: undefined, last: queued }, now), 'number 3 in line');
  });
});
