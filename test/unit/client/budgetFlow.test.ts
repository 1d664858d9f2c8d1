import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Budget } from '../../../src/client/budget';
import { noAmounts } from '../../../src/client/dimensions';
import type { Amounts } from '../../../src/client/dimensions';
import { readHeaders } from '../../../src/client/headers';
import type { Reservation } from '../../../src/client/reservation';
import { addShares, dominantOf, noShares, sharesOf, subtractShares } from '../../../src/client/shares';
import { Streams } from '../../../src/client/streams';

const ordinary = { headroom: noAmounts, isUrgent: false };
const urgent = { ...ordinary, isUrgent: true };
const outputLimit = 12_000;
/** What flows in: 0.2 tokens a millisecond. */
const refillPerMs = outputLimit / 60_000;

function answerOf(outputTokens: number): Amounts {
  return { requests: 0, inputTokens: 0, outputTokens };
}

/** A budget of output whose bucket is full at 0. */
function createBudget(): Budget {
  const budget = new Budget();
  const probe = budget.reserve(noAmounts, 0);
  probe.sent(0);
  const headers = new Headers({
    'anthropic-ratelimit-output-tokens-limit': String(outputLimit),
    'anthropic-ratelimit-output-tokens-remaining': String(outputLimit),
  });
  probe.observe(readHeaders(headers, 0), true, 0, 0);
  probe.end('served', 0);
  return budget;
}

/** An answer that is written between two moments. */
function write(budget: Budget, tokens: number, from: number, to: number): void {
  const answer = budget.reserve(answerOf(tokens), from);
  answer.sent(from);
  answer.produced(0, from);
  answer.produced(tokens, to);
  answer.end('served', to);
}

/**
 * `level` is left when an answer of 1,000 tokens has shown how fast answers are written. It took ten seconds: half as
 * fast as the bucket fills.
 */
function setup(level: number, now = 10_000) {
  const budget = createBudget();
  write(budget, 1_000, 0, now);
  write(budget, outputLimit - 1_000 - level, now, now);
  assert.equal(budget.snapshot('outputTokens', now)?.remaining, level);
  return { budget, now };
}

describe('an answer', () => {
  it('waits until all of it is there while nobody knows how fast answers are written', () => {
    const budget = createBudget();
    write(budget, outputLimit - 600, 0, 0);
    assert.deepEqual(budget.findShortage(answerOf(1_000), ordinary, 0), { reason: 'outputTokens', at: 2_000 });
  });

  it('may begin when what is missing flows in while it is written', () => {
    const { budget, now } = setup(300);
    assert.equal(budget.findShortage(answerOf(1_000), ordinary, now), undefined);
  });

  it('begins with a quarter of it there, however much flows in', () => {
    const { budget, now } = setup(200);
    assert.deepEqual(budget.findShortage(answerOf(1_000), ordinary, now), { reason: 'outputTokens', at: now + 250 });
    assert.equal(budget.findShortage(answerOf(800), ordinary, now), undefined);
  });

  it('waits for what those under way still need and does not flow in', () => {
    const { budget, now } = setup(1_000);
    // Three are written half as fast again as the bucket fills: a third of 3,000 must be there, and no more.
    for (let each = 0; each < 2; each++) budget.reserve(answerOf(1_000), now).sent(now);
    assert.equal(budget.findShortage(answerOf(1_000), ordinary, now), undefined);
    const shortage = budget.findShortage(answerOf(1_030), ordinary, now);
    assert.equal(shortage?.reason, 'outputTokens');
    // 10 are missing, and three draw on what flows in.
    assert.ok(Math.abs(shortage.at - (now + 150)) < 1e-6, `${shortage.at - now}`);
  });

  it('needs less in the bucket the further those under way have come', () => {
    const { budget, now } = setup(1_100);
    const [first, second] = [0, 0].map(() => budget.reserve(answerOf(1_500), now));
    for (const answer of [first, second]) answer?.sent(now);
    assert.ok(budget.findShortage(answerOf(1_000), ordinary, now));
    for (const answer of [first, second]) answer?.produced(150, now + 1_500);
    assert.ok(budget.findShortage(answerOf(1_000), ordinary, now + 1_500));
    for (const answer of [first, second]) answer?.produced(1_400, now + 14_000);
    assert.equal(budget.findShortage(answerOf(1_000), ordinary, now + 14_000), undefined);
  });

  it('for a person does not wait for what others may yet need', () => {
    // Twice as fast as the bucket fills: half of an answer must be there.
    const { budget, now } = setup(600, 2_500);
    for (let each = 0; each < 3; each++) budget.reserve(answerOf(1_000), now).sent(now);
    assert.ok(budget.findShortage(answerOf(1_000), ordinary, now));
    assert.equal(budget.findShortage(answerOf(1_000), urgent, now), undefined);
  });

  it('for a person waits for what is not there', () => {
    const { budget, now } = setup(100);
    const shortage = budget.findShortage(answerOf(1_000), urgent, now);
    assert.deepEqual(shortage, { reason: 'outputTokens', at: now + 750 });
  });

  it('leaves the headroom on top of what it needs', () => {
    const { budget, now } = setup(300);
    const headroom = { ...noAmounts, outputTokens: 50 };
    assert.equal(budget.findShortage(answerOf(1_000), { ...ordinary, headroom }, now), undefined);
    const more = { ...noAmounts, outputTokens: 60 };
    assert.deepEqual(budget.findShortage(answerOf(1_000), { ...ordinary, headroom: more }, now), {
      reason: 'outputTokens',
      at: now + 50,
    });
  });

  it('that no bucket can hold begins at a full one', () => {
    const budget = createBudget();
    assert.equal(budget.findShortage(answerOf(50_000), ordinary, 0), undefined);
    write(budget, 2_000, 0, 0);
    assert.deepEqual(budget.findShortage(answerOf(50_000), ordinary, 0), { reason: 'outputTokens', at: 10_000 });
  });
});

describe('answers that begin as soon as they may', () => {
  const stepMs = 250;

  interface Answer {
    readonly reservation: Reservation;
    written: number;
  }

  it('never empty the bucket if they are as long and as quick as expected, and all come to their turn', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: outputLimit }),
        (tokensPerSecond, steps, spent) => {
          const budget = createBudget();
          const perStep = (tokensPerSecond * stepMs) / 1_000;
          const tokens = perStep * steps;
          write(budget, tokensPerSecond, 0, 1_000);
          write(budget, Math.max(spent - tokensPerSecond, 0), 1_000, 1_000);
          let server = outputLimit - Math.max(spent, tokensPerSecond);
          let running: Answer[] = [];
          let waiting = 12;
          for (let now = 1_000; waiting > 0 || running.length > 0; now += stepMs) {
            assert.ok(now < 3_600_000, 'somebody waits for ever');
            while (waiting > 0 && !budget.findShortage(answerOf(tokens), ordinary, now)) {
              const reservation = budget.reserve(answerOf(tokens), now);
              reservation.sent(now);
              reservation.produced(0, now);
              running.push({ reservation, written: 0 });
              waiting--;
            }
            const then = now + stepMs;
            server = Math.min(server + refillPerMs * stepMs, outputLimit);
            for (const answer of running) {
              answer.written += perStep;
              server -= perStep;
              answer.reservation.produced(answer.written, then);
              if (answer.written >= tokens) answer.reservation.end('served', then);
            }
            running = running.filter(({ written }) => written < tokens);
            // What is written within a step is not looked at more closely than that.
            assert.ok(server >= -perStep, `${server} at ${then}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the answers under way', () => {
  it('need all of their output beforehand until one has shown how fast they are', () => {
    const streams = new Streams();
    streams.learn(0, 1_000);
    streams.learn(1_000, 0);
    assert.equal(streams.shareNeeded(1, 100), 1);
    streams.learn(1_000, 10_000);
    assert.equal(streams.shareNeeded(1, 0.05), 0.5);
    assert.equal(streams.shareNeeded(2, 0.05), 0.75);
    assert.equal(streams.shareNeeded(1, 0.3), 0);
  });

  it('are taken to be as fast as the last ones, a single one changing little', () => {
    const streams = new Streams();
    streams.learn(1_000, 10_000);
    streams.learn(6_000, 10_000);
    // 0.1, and then a fifth of the way to 0.6.
    assert.ok(Math.abs(streams.shareNeeded(1, 0.1) - 0.5) < 1e-9);
  });

  it('need the more, the more they are, and the less, the more flows in', () => {
    const rate = fc.double({ min: 0.001, max: 10, noNaN: true });
    fc.assert(
      fc.property(rate, rate, rate, fc.integer({ min: 1, max: 50 }), (speed, refill, more, count) => {
        const streams = new Streams();
        streams.learn(speed * 1_000, 1_000);
        const share = streams.shareNeeded(count, refill);
        assert.ok(share >= 0 && share <= 1);
        assert.ok(streams.shareNeeded(count + 1, refill) >= share);
        assert.ok(streams.shareNeeded(count, refill + more) <= share);
      }),
    );
  });

  it('are counted', () => {
    const streams = new Streams();
    streams.opened();
    streams.opened();
    streams.closed();
    assert.equal(streams.count, 1);
  });
});

describe('the share of a source', () => {
  it('is on one scale for all limits, and the largest of them counts', () => {
    const shares = sharesOf({ requests: 5, inputTokens: 3_000, outputTokens: 100 }, (dimension) =>
      dimension === 'requests' ? 50 : dimension === 'inputTokens' ? 30_000 : 200,
    );
    assert.deepEqual(shares, { requests: 0.1, inputTokens: 0.1, outputTokens: 0.5 });
    assert.equal(dominantOf(shares), 0.5);
  });

  it('is measured by common limits where none is known', () => {
    const shares = sharesOf({ requests: 10, inputTokens: 5_000, outputTokens: 1_000 }, () => undefined);
    assert.deepEqual(shares, { requests: 0.01, inputTokens: 0.01, outputTokens: 0.01 });
  });

  it('comes to nothing when all that was charged is given back', () => {
    const eighths = fc.nat({ max: 8_000 }).map((count) => count / 8);
    const shares = fc.record({ requests: eighths, inputTokens: eighths, outputTokens: eighths });
    fc.assert(
      fc.property(fc.array(shares), (charged) => {
        const sum = charged.reduce(addShares, noShares);
        assert.deepEqual(charged.reduce(subtractShares, sum), noShares);
        assert.ok(charged.every((each) => dominantOf(each) <= dominantOf(sum)));
      }),
    );
  });
});
