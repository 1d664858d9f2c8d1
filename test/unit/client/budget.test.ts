import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Budget } from '../../../src/client/budget';
import { noAmounts } from '../../../src/client/dimensions';
import type { Amounts } from '../../../src/client/dimensions';
import type { HeaderReading } from '../../../src/client/headers';
import type { ClaimOutcome } from '../../../src/client/reservation';
import { readHeaders } from '../../../src/client/headers';

const ordinary = { headroom: noAmounts, isUrgent: false };
const amounts: Amounts = { requests: 1, inputTokens: 1_000, outputTokens: 500 };

function readingOf(requests: number, input: number, output: number): HeaderReading {
  return readHeaders(
    new Headers({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': String(requests),
      'anthropic-ratelimit-input-tokens-limit': '30000',
      'anthropic-ratelimit-input-tokens-remaining': String(input),
      'anthropic-ratelimit-output-tokens-limit': '8000',
      'anthropic-ratelimit-output-tokens-remaining': String(output),
    }),
    0,
  );
}

/** A budget that a first request has made known, with everything given back. */
function setup() {
  const budget = new Budget();
  const probe = budget.reserve({ requests: 0, inputTokens: 0, outputTokens: 0 }, 0);
  probe.sent(0);
  probe.observe(readingOf(50, 30_000, 8_000), true, 0, 1_000);
  probe.end('served', 0);
  const remaining = (now = 0) =>
    (['requests', 'inputTokens', 'outputTokens'] as const).map(
      (dimension) => budget.snapshot(dimension, now)?.remaining,
    );
  return { budget, remaining };
}

describe('a budget', () => {
  it('has nothing to say and refuses nothing before it is told', () => {
    const budget = new Budget();
    assert.equal(budget.isKnown, false);
    assert.equal(budget.findShortage(amounts, ordinary, 0), undefined);
    assert.equal(budget.snapshot('requests', 0), undefined);
  });

  it('names the dimension that takes longest, and until when', () => {
    const { budget } = setup();
    const big = budget.reserve({ requests: 1, inputTokens: 29_500, outputTokens: 100 }, 0);
    big.sent(0);
    const shortage = budget.findShortage(amounts, ordinary, 0);
    assert.equal(shortage?.reason, 'inputTokens');
    assert.equal(shortage.at, 1_000);
  });

  it('leaves headroom to those who go first', () => {
    const { budget } = setup();
    budget.reserve({ requests: 49, inputTokens: 0, outputTokens: 0 }, 0).sent(0);
    assert.equal(budget.findShortage(amounts, ordinary, 0), undefined);
    assert.equal(
      budget.findShortage(amounts, { ...ordinary, headroom: { ...noAmounts, requests: 2 } }, 0)?.reason,
      'requests',
    );
  });

  it('holds what is reserved, and settles it by the usage', () => {
    const { budget, remaining } = setup();
    const reservation = budget.reserve(amounts, 0);
    assert.deepEqual(remaining(), [50, 30_000, 8_000], 'nothing is spent before it leaves');
    assert.equal(budget.pledged, 1_501);
    reservation.sent(0);
    assert.deepEqual(remaining(), [49, 29_000, 8_000]);
    reservation.settleInput(400, 0);
    assert.deepEqual(remaining(), [49, 29_600, 8_000]);
    reservation.produced(120, 0);
    assert.deepEqual(remaining(), [49, 29_600, 7_880]);
    reservation.end('served', 0);
    assert.deepEqual(remaining(), [49, 29_600, 7_880]);
    assert.equal(budget.pledged, 0);
  });

  it('takes nothing for a refusal', () => {
    const { budget, remaining } = setup();
    const reservation = budget.reserve(amounts, 0);
    reservation.sent(0);
    reservation.end('refused', 0);
    assert.deepEqual(remaining(), [50, 30_000, 8_000]);
  });

  it('is not raised by what an earlier request gives back before the headers of a later one come', () => {
    const { budget, remaining } = setup();
    const earlier = budget.reserve({ requests: 1, inputTokens: 10_000, outputTokens: 0 }, 0);
    const later = budget.reserve({ requests: 1, inputTokens: 100, outputTokens: 0 }, 0);
    earlier.sent(0);
    later.sent(0);
    earlier.settleInput(4_000, 0);
    later.observe(readingOf(48, 26_000, 8_000), true, 0, 0);
    assert.deepEqual(remaining().slice(0, 2), [48, 25_900]);
  });

  it('is not raised by the headers of a refusal and by what it gives back', () => {
    const { budget, remaining } = setup();
    budget.reserve({ requests: 40, inputTokens: 15_000, outputTokens: 0 }, 0).sent(0);
    const refused = Array.from({ length: 8 }, () => budget.reserve(amounts, 0));
    for (const reservation of refused) reservation.sent(0);
    for (const reservation of refused) {
      reservation.observe(readingOf(10, 15_000, 8_000), false, 0, 0);
      reservation.end('refused', 0);
    }
    const [requests, input] = remaining();
    assert.equal(requests, 10);
    assert.ok(Math.abs((input ?? 0) - 15_000) <= 500, `${input} is within the rounding`);
  });

  it('is told of a request that seems too large only when nothing else can have been the reason', () => {
    const { budget } = setup();
    const large = { ...amounts, inputTokens: 31_000 };
    assert.equal(budget.isBeyondCapacity(large, readingOf(10, 30_000, 8_000)), true);
    assert.equal(budget.isBeyondCapacity(large, readingOf(0, 30_000, 8_000)), false);
    assert.equal(budget.isBeyondCapacity(large, readingOf(10, 30_000, 0)), false);
    assert.equal(budget.isBeyondCapacity(large, readingOf(10, 20_000, 8_000)), false);
    assert.equal(budget.isBeyondCapacity(amounts, readingOf(10, 30_000, 8_000)), false);
  });

  it('takes nothing for a request that never left', () => {
    const { budget, remaining } = setup();
    budget.reserve(amounts, 0).end('refused', 0);
    assert.deepEqual(remaining(), [50, 30_000, 8_000]);
  });

  it('is not misled by headers about requests that were reserved before but left later', () => {
    const { budget, remaining } = setup();
    const first = budget.reserve(amounts, 0);
    const second = budget.reserve(amounts, 0);
    first.sent(0);
    second.sent(10);
    first.observe(readingOf(49, 29_000, 8_000), true, 20, 0);
    assert.deepEqual(remaining(20).slice(0, 2), [48, 28_010]);
  });

  it('finds the dimension of a refusal, and none where the headers do not tell', () => {
    const { budget } = setup();
    assert.equal(budget.findRefusedDimension(amounts, readingOf(10, 0, 8_000)), 'inputTokens');
    assert.equal(budget.findRefusedDimension(amounts, readingOf(0, 30_000, 8_000)), 'requests');
    assert.equal(budget.findRefusedDimension(amounts, readingOf(10, 30_000, 0)), 'outputTokens');
    assert.equal(budget.findRefusedDimension(amounts, readingOf(10, 30_000, 8_000)), undefined);
    assert.equal(budget.findRefusedDimension(amounts, undefined), undefined);
  });

  it('leaks nothing, whatever becomes of its reservations and in whatever order', () => {
    const life = fc.record({
      isSent: fc.boolean(),
      input: fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }),
      outputs: fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 4 }),
      outcome: fc.constantFrom<ClaimOutcome>('served', 'refused', 'failed'),
      isEndedTwice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(life, { maxLength: 30 }), (lives) => {
        const { budget } = setup();
        const reservations = lives.map((each) => ({ ...each, reservation: budget.reserve(amounts, 0) }));
        for (const { isSent, reservation } of reservations) if (isSent) reservation.sent(0);
        let spent = 0;
        for (const { isSent, input, outputs, outcome, isEndedTwice, reservation } of reservations) {
          if (isSent && input !== undefined) reservation.settleInput(input, 0);
          for (const output of outputs) if (isSent) reservation.produced(output, 0);
          reservation.end(outcome, 0);
          if (isEndedTwice) reservation.end('refused', 0);
          reservation.settleInput(9_999, 0);
          if (isSent) spent += input ?? (outcome === 'served' ? amounts.inputTokens : 0);
        }
        assert.equal(budget.pledged, 0);
        const remaining = budget.snapshot('inputTokens', 0)?.remaining;
        assert.equal(remaining, Math.max(30_000 - spent, 0));
      }),
    );
  });
});
