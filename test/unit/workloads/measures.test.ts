import assert from 'node:assert/strict';
import type { AttemptRecord } from '../../simulator/log';
import { defaultLimits } from '../../simulator/limits';
import { boundOf } from '../../workloads/bound';
import type { Answer } from '../../workloads/contender';
import { latenciesOf, measure } from '../../workloads/measures';
import type { Trace } from '../../workloads/trace';
import type { Submission, Workload } from '../../workloads/workload';

/** Ten times a minute's worth of 60: a token a second. */
const limits = { ...defaultLimits, requestsPerMinute: 60, inputTokensPerMinute: 60, outputTokensPerMinute: 60 };
const startedAt = 1_000_000;
const durationMs = 60_000;

function workloadOf(some: Partial<Workload> = {}): Workload {
  return {
    name: 'made by hand',
    title: 'made by hand',
    kind: 'alone',
    tightest: 'inputTokens',
    durationMs,
    limits,
    server: () => ({}),
    submissions: () => [],
    changes: () => [],
    ...some,
  };
}

/** Times from the start. */
interface Sent {
  readonly id?: string;
  readonly at: number;
  readonly firstByte?: number;
  readonly end?: number;
  readonly input?: number;
  readonly cacheReads?: number;
  readonly output?: number;
  readonly status?: number;
  readonly outcome?: AttemptRecord['outcome'];
  readonly text?: string;
}

function attemptOf({ id = 'job-1', at, status = 200, text = '', ...sent }: Sent, index: number): AttemptRecord {
  const { firstByte = at, end = at, outcome = status === 200 ? 'completed' : 'refused' } = sent;
  const { input: inputTokens = 0, output: outputTokens = 0, cacheReads: cacheReadTokens = 0 } = sent;
  return {
    number: index + 1,
    requestId: `req-${index}`,
    at: startedAt + at,
    method: 'POST',
    path: '/v1/messages',
    auth: 'bearer',
    headers: {},
    body: { messages: [{ role: 'user', content: `${id} ${text}` }] },
    keyId: 'key-1',
    organization: 'org',
    group: 'group',
    model: 'model',
    isStream: true,
    status,
    errorType: undefined,
    errorCode: undefined,
    shortage: undefined,
    fault: undefined,
    usage: status === 200 ? { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens: 0 } : undefined,
    firstByteAt: startedAt + firstByte,
    endedAt: startedAt + end,
    outcome,
  };
}

function submissionOf(id: string, atMs: number, priority: Submission['priority'] = 'background'): Submission {
  const source = id.slice(0, id.lastIndexOf('-'));
  return { id, atMs, source, priority, body: { model: 'model', maxTokens: 1, messages: [] } };
}

/** Times from the start. */
function answerOf(end: number, more: Partial<Answer> = {}): Answer {
  return { ok: true, firstTextAt: startedAt + end, endedAt: startedAt + end, ...more };
}

function traceOf(sent: readonly Sent[], some: Partial<Trace> = {}): Trace {
  return {
    workload: workloadOf(),
    seed: 1,
    durationMs,
    startedAt,
    closedAt: startedAt + durationMs + 5_000,
    answers: [],
    attempts: sent.map(attemptOf),
    neverEnded: 0,
    ...some,
  };
}

const figuresOf = (trace: Trace) => measure(trace, new Map());

/** Two sources with two jobs each that wait from the start; one is served so often, the other so often. */
const share = (first: number, second: number) => {
  const ids = ['a-1', 'a-2', 'b-1', 'b-2'];
  return traceOf(
    [
      { id: 'a-1', at: 10_000, input: first },
      { id: 'b-1', at: 10_000, input: second },
    ],
    { answers: ids.map((id) => ({ submission: submissionOf(id, 0), answer: undefined })) },
  );
};

/** A request of two tokens a second, as the new limit allows, from some time on. */
const pacedFrom = (fromMs: number) =>
  Array.from({ length: 60 }, (_, second) => second * 1_000)
    .filter((at) => at >= fromMs || at % 2_000 === 0)
    .map((at): Sent => ({ at, firstByte: at + 100, input: 2 }));

const waited = (estimatedAt: number, readyAt: number, at: number) => ({
  submission: submissionOf('job-1', 0),
  answer: answerOf(at, {
    estimatedAt: startedAt + estimatedAt,
    readyAt: startedAt + readyAt,
    startedAt: startedAt + at,
  }),
});

const asked = (ends: readonly (number | undefined)[], atOf = (index: number) => index) =>
  ends.map((end, index) => ({
    submission: submissionOf(`chat-${index}`, atOf(index), 'interactive'),
    answer:
      end === undefined ? undefined : answerOf(atOf(index) + end, { firstTextAt: startedAt + atOf(index) + end / 2 }),
  }));

const outages = () => [{ fromMs: 10_000, toMs: 20_000 }];

const changes = [
  { fromMs: 15_000, forMs: 30_000, limits: { inputTokensPerMinute: 30 } },
  { fromMs: 45_000, foreignShare: 0.4 },
];

describe('The physical bound', () => {
  it('is the bucket and what flows in', () => {
    assert.equal(boundOf(workloadOf(), 'inputTokens', durationMs), 120);
  });

  it('follows changes of the limit, leaves out what others take, and knows small buckets', () => {
    // 15 at the full rate, 15 at half of it, 9 beside the others; on a bucket of 15.
    const workload = workloadOf({ changes: () => changes, limits: { ...limits, burstShare: 0.25 } });
    assert.ok(Math.abs(boundOf(workload, 'inputTokens', durationMs) - 54) < 1e-9);
    assert.ok(Math.abs(boundOf(workload, 'requests', durationMs) - 69) < 1e-9);
  });
});

describe('Goodput', () => {
  it('counts what completed requests took of the tightest dimension, cache reads left out', () => {
    const trace = traceOf([
      { at: 0, input: 40, cacheReads: 1_000 },
      { at: 1_000, input: 20 },
      { at: 2_000, input: 60, outcome: 'broken' },
      { at: 3_000, status: 429 },
    ]);
    assert.equal(figuresOf(trace).goodput, 0.5);
  });

  it('counts of requests that run across the end what they had taken by then', () => {
    const sent = [
      { at: 50_000, firstByte: 50_000, end: 70_000, input: 24, output: 48 },
      { at: 60_000, end: 61_000, input: 24, output: 48 },
    ];
    assert.equal(figuresOf(traceOf(sent)).goodput, 0.2);
    const output = traceOf(sent, { workload: workloadOf({ tightest: 'outputTokens' }) });
    assert.equal(figuresOf(output).goodput, 0.2);
    const requests = traceOf(sent, { workload: workloadOf({ tightest: 'requests' }) });
    assert.equal(figuresOf(requests).goodput, 1 / 120);
  });
});

describe('Refusals and waste', () => {
  it('are counted in the measured time, and apart after the first headers came', () => {
    const trace = traceOf([
      { at: 0, firstByte: 500, end: 900 },
      { at: 100, status: 429 },
      { at: 600, status: 429 },
      { at: 700, status: 529 },
      { at: 60_500, status: 429 },
    ]);
    const { refusedShare, attempts } = figuresOf(trace);
    assert.equal(attempts, 4);
    assert.equal(refusedShare, 0.5);
  });

  it('after the probe are those sent once headers are known', () => {
    const trace = traceOf([
      { at: 0, firstByte: 500, end: 900 },
      { at: 600, status: 429 },
      { at: 700, status: 429 },
    ]);
    assert.equal(figuresOf(trace).refusedAfterProbe, 2);
    const before = traceOf([
      { at: 0, firstByte: 500, end: 900 },
      { at: 100, firstByte: 700, status: 429 },
    ]);
    assert.equal(figuresOf(before).refusedAfterProbe, 0);
  });

  it('wasted input is what was sent in vain, by its length; what closing cut off was not in vain', () => {
    const text = 'x'.repeat(100);
    const trace = traceOf([
      { at: 0, text },
      { at: 1, text, status: 529 },
      { at: 2, text, outcome: 'broken' },
      { at: 3, text, outcome: 'aborted', end: 66_000 },
    ]);
    assert.equal(figuresOf(trace).wastedInputShare, 0.5);
    assert.equal(figuresOf(traceOf([])).wastedInputShare, 0);
  });

  it('failed is who was told so; who still waited at the end was not', () => {
    const answers = [
      { submission: submissionOf('job-1', 0), answer: answerOf(5) },
      { submission: submissionOf('job-2', 0), answer: answerOf(5, { ok: false }) },
      { submission: submissionOf('job-3', 0), answer: undefined },
      { submission: submissionOf('job-4', 0), answer: answerOf(61_000) },
    ];
    const { failed, completed } = figuresOf(traceOf([], { answers }));
    assert.deepEqual({ failed, completed }, { failed: 1, completed: 1 });
  });
});

describe('Interactive waits', () => {
  it('are percentiles over those of the same requests alone', () => {
    const alone = latenciesOf(traceOf([], { answers: asked([100, 100, 100, 200]) }));
    const { firstTextP50, answerP50, answerP95 } = measure(
      traceOf([], { answers: asked([100, 110, 120, 900]) }),
      alone,
    );
    assert.deepEqual([firstTextP50, answerP50, answerP95], [1.1, 1.1, 4.5]);
  });

  it('of who has no answer yet last until the end', () => {
    const alone = latenciesOf(traceOf([], { answers: asked([100]) }));
    assert.equal(measure(traceOf([], { answers: asked([undefined]) }), alone).answerP95, 650);
  });

  it('of bulk work, and of who asked in an outage, do not count', () => {
    const answers = [
      ...asked([100, 5_000], (index) => index * 15_000),
      { submission: submissionOf('job-1', 0), answer: answerOf(50_000) },
    ];
    const alone = latenciesOf(traceOf([], { answers: asked([100, 100], (index) => index * 15_000) }));
    const workload = workloadOf({ outages });
    assert.equal(measure(traceOf([], { answers, workload }), alone).answerP95, 1);
    assert.equal(measure(traceOf([], { answers }), alone).answerP95, 50);
  });
});

describe('Fairness', () => {
  it('is 1 where both were served the same, and falls to a half where one had all', () => {
    assert.equal(figuresOf(share(30, 30)).fairness, 1);
    assert.equal(figuresOf(share(30, 0)).fairness, 0.5);
    assert.ok(Math.abs((figuresOf(share(30, 10)).fairness ?? 0) - 0.8) < 1e-9);
  });

  it('looks only at the time in which all have work waiting', () => {
    const sent = [
      { id: 'a-1', at: 10_000, input: 10 },
      { id: 'a-2', at: 20_000, input: 10 },
      { id: 'b-1', at: 10_000, input: 20 },
      { id: 'b-2', at: 50_000, input: 500 },
    ];
    const answers = ['a-1', 'a-2', 'b-1', 'b-2'].map((id) => ({ submission: submissionOf(id, 0), answer: undefined }));
    assert.equal(figuresOf(traceOf(sent, { answers })).fairness, 1);
  });

  it('is not told of one source, of no time in common, or of interactive work', () => {
    const alone = ['a-1', 'a-2'].map((id) => ({ submission: submissionOf(id, 0), answer: undefined }));
    assert.equal(figuresOf(traceOf([], { answers: alone })).fairness, undefined);
    const people = ['a-1', 'a-2', 'b-1', 'b-2'].map((id) => ({
      submission: submissionOf(id, 0, 'interactive'),
      answer: undefined,
    }));
    assert.equal(figuresOf(traceOf([], { answers: people })).fairness, undefined);
  });
});

describe('A change of limits', () => {
  const workload = workloadOf({
    changes: () => [{ fromMs: 20_000, limits: { inputTokensPerMinute: 120 } }],
  });
  it('is met in time when the new bound is used from the first answers on', () => {
    assert.equal(figuresOf(traceOf(pacedFrom(20_000), { workload })).changeLateMs, 0);
  });

  it('is met late by as much as the new bound is used late', () => {
    const late = figuresOf(traceOf(pacedFrom(35_000), { workload })).changeLateMs ?? 0;
    assert.ok(late > 8_000 && late < 13_000, `${late}`);
  });

  it('has caused the refusals that follow it', () => {
    const sent = [
      ...pacedFrom(20_000),
      { at: 19_000, status: 429 },
      { at: 21_000, status: 429 },
      { at: 22_000, status: 429 },
    ];
    assert.equal(figuresOf(traceOf(sent, { workload })).changeRefusals, 2);
    assert.equal(figuresOf(traceOf(sent)).changeRefusals, undefined);
  });
});

describe('The error of readyAt', () => {
  it('is relative to the wait, early or late, at the median', () => {
    const answers = [waited(0, 9_000, 10_000), waited(0, 12_000, 10_000), waited(5_000, 20_000, 10_000)];
    assert.equal(figuresOf(traceOf([], { answers })).readyAtError, 0.2);
  });

  it('leaves out who waited no longer than a second, and who was told nothing', () => {
    const answers = [waited(0, 5_000, 1_000), { submission: submissionOf('job-2', 0), answer: answerOf(50_000) }];
    assert.equal(figuresOf(traceOf([], { answers })).readyAtError, undefined);
  });
});
