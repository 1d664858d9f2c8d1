import assert from 'node:assert/strict';
import { describeNotReady } from '../../../src/host/notReadyText';
import { describeProblem, type ProblemContext } from '../../../src/host/problemText';
import { allReasons } from '../conversation/turns';
import { now } from './snapshots';

const until = new Date(2026, 3, 1, 0, 0, 0).getTime();

function setup(context: Partial<ProblemContext> = {}) {
  const full = { until: undefined, model: 'claude-demo', hasPartialText: false, now, ...context };
  return { describe: (reason: (typeof allReasons)[number]) => describeProblem(reason, full) };
}

describe('A problem', () => {
  for (const reason of allReasons) {
    it(`of the kind "${reason}" has a title of its own and tells what to do or what was kept`, () => {
      const { title, detail, actions } = setup().describe(reason);
      const others = allReasons.filter((other) => other !== reason).map((other) => setup().describe(other).title);
      assert.match(title, /^[A-Z]/);
      assert.ok(!others.includes(title));
      assert.ok(!/undefined|\{\d\}/.test(title + detail), title + detail);
      assert.ok(detail !== '' || actions.length > 0);
      assert.ok(actions.every(({ label }) => label !== ''));
      assert.equal(new Set(actions.map(({ id }) => id)).size, actions.length);
    });
  }

  it('tells that a broken answer is cut off and that what arrived is kept', () => {
    for (const reason of ['overloaded', 'network', 'stalled', 'incomplete', 'closed'] as const) {
      const whole = setup().describe(reason);
      const part = setup({ hasPartialText: true }).describe(reason);
      assert.match(whole.title, /^No answer: /);
      assert.doesNotMatch(whole.detail, /kept/);
      assert.match(part.title, /^The answer was cut off: /);
      assert.match(part.detail, /What arrived is kept\.$/);
    }
    assert.match(setup({ hasPartialText: true }).describe('cancelled').detail, /kept/);
  });

  it('names the time when it may be tried again, to the second and with its day', () => {
    const { describe } = setup({ until });
    assert.equal(describe('spendLimit').title, 'The spend limit is reached until 2026-04-01 00:00:00');
    assert.equal(
      setup({ until: now + 61_000 }).describe('rateLimited').title,
      'The rate limit leaves no room until 14:06:21',
    );
  });

  it('names no time that nobody knows', () => {
    const { describe } = setup();
    assert.equal(describe('spendLimit').title, 'The spend limit is reached');
    assert.equal(describe('rateLimited').title, 'The rate limit leaves no room yet');
  });

  it('names the model that is unknown or not allowed', () => {
    const { describe } = setup();
    assert.match(describe('notFound').title, /claude-demo/);
    assert.match(describe('permission').detail, /claude-demo/);
  });

  it('does not blame the API, or the typing, for a key that ended in the midst of an answer', () => {
    const { describe } = setup({ hasPartialText: true });
    assert.equal(describe('authentication').title, 'The answer was cut off: its key was revoked');
    assert.equal(
      describe('authentication').detail,
      'Go on with another key, or replace this one. What arrived is kept.',
    );
  });

  it('offers what helps first', () => {
    const { describe } = setup();
    const firstAction = (reason: (typeof allReasons)[number]) => describe(reason).actions[0]?.id;
    assert.equal(firstAction('authentication'), 'manageKeys');
    assert.equal(firstAction('notFound'), 'openSettings');
    assert.equal(firstAction('network'), 'retry');
    assert.equal(firstAction('tooLarge'), undefined, 'the same again would be too large again');
  });
});

describe('Not being ready to send', () => {
  it('names the host that the key may not go to', () => {
    assert.match(describeNotReady('hostRefused', 'https://proxy.example:8443/v1'), /proxy\.example:8443\./);
    assert.match(describeNotReady('hostRefused', 'not an address'), /not an address/);
  });

  it('quotes an unsafe address, but not a whole file of it', () => {
    assert.match(describeNotReady('baseUrl', 'http://example.org'), /“http:\/\/example\.org” is not safe/);
    assert.ok(describeNotReady('baseUrl', 'x'.repeat(10_000)).length < 500);
  });

  it('says what to do about the key', () => {
    assert.equal(describeNotReady('noKey', ''), 'Add an API key first.');
    assert.match(describeNotReady('keyUnreadable', ''), /Unlock it/);
  });
});
