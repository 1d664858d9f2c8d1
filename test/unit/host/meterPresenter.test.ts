import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Lexer, type Token } from 'marked';
import { commands } from '../../../src/contributions';
import {
  follow,
  presentMeter,
  tooltipCommands,
  type Hysteresis,
  type MeterInput,
} from '../../../src/host/meterPresenter';
import { bucketOf, laneOf, now } from './snapshots';

const lane = laneOf({
  requests: bucketOf(47, 50, 3_000),
  inputTokens: bucketOf(9_250, 30_000, 41_000),
  outputTokens: bucketOf(8_000, 8_000),
  queued: 2,
  running: 1,
});
const held = { ...lane, held: { reason: 'inputTokens', until: now + 12_000 } } as const;

function setup(input: Partial<MeterInput> = {}) {
  return presentMeter({
    key: { label: 'Work', lastCharacters: 'good', isRefused: false },
    lanes: [lane],
    model: 'claude-sonnet-5-5',
    now,
    isHeldBack: false,
    ...input,
  });
}

/** Every token of a markdown text, however deep. */
function tokensOf(markdown: string): readonly Token[] {
  const deep = (tokens: readonly Token[]): Token[] =>
    tokens.flatMap((token) => [token, ...deep('tokens' in token ? (token.tokens ?? []) : [])]);
  return deep(Lexer.lex(markdown));
}

function linksOf(markdown: string): readonly string[] {
  return tokensOf(markdown).flatMap((token) => (token.type === 'link' ? [String(token['href'])] : []));
}

describe('The meter', () => {
  it('offers to add a key where there is none', () => {
    const view = setup({ key: undefined });
    assert.equal(view.text, '$(key) Add Claude Key');
    assert.equal(view.command, commands.addKey);
    assert.equal(view.level, 'normal');
    assert.match(view.label, /no API key/);
  });

  it('is an error when the API refuses the key, whatever else is known', () => {
    const view = setup({ key: { label: 'Work', lastCharacters: 'good', isRefused: true }, isHeldBack: true });
    assert.equal(view.text, '$(error) Claude Key Refused');
    assert.equal(view.level, 'error');
    assert.equal(view.command, commands.manageKeys);
    assert.match(view.tooltip, /“Work”/);
  });

  it('says so while nothing is known', () => {
    for (const lanes of [[], [laneOf()]]) {
      const view = setup({ lanes });
      assert.equal(view.text, '$(pulse) Limits unknown');
      assert.equal(view.level, 'normal');
      assert.match(view.tooltip, /tells its limits with the first answer/);
    }
  });

  it('shows the requests and the tighter tokens that are left', () => {
    const view = setup();
    assert.equal(view.text, '$(pulse) 47 RPM · 9.2k TPM');
    assert.equal(view.label, 'Sluice, left this minute: 47 RPM, 9.2k TPM');
    assert.equal(view.level, 'normal');
    assert.equal(view.command, commands.showQuota);
  });

  it('shows the half that is known', () => {
    assert.equal(setup({ lanes: [laneOf({ requests: bucketOf(3, 5) })] }).text, '$(pulse) 3 RPM');
    assert.equal(setup({ lanes: [laneOf({ outputTokens: bucketOf(800, 8_000) })] }).text, '$(pulse) 800 TPM');
  });

  it('warns and names the time while requests are held back', () => {
    const view = setup({ lanes: [held], isHeldBack: true });
    assert.equal(view.text, '$(watch) 47 RPM · until 14:05:32');
    assert.equal(view.label, 'Sluice, left this minute: 47 RPM, 9.2k TPM, until 14:05:32');
    assert.equal(view.level, 'warning');
    assert.match(view.tooltip, /2 waiting · 1 running · Waiting for input tokens until 14:05:32/);
  });

  it('keeps its colour, without a time, when the wait has just ended', () => {
    const view = setup({ isHeldBack: true });
    assert.equal(view.text, '$(watch) 47 RPM · 9.2k TPM');
    assert.equal(view.level, 'warning');
  });

  it('has all buckets, their resets and the queue in its tooltip', () => {
    // The gap between columns is a matter of looks.
    const rows = setup().tooltip.replaceAll('&nbsp;', '').split('\n');
    assert.ok(rows.includes('| Requests | 47 | 50 | 14:05:23 |'));
    assert.ok(rows.includes('| Input tokens | 9.2k | 30k | 14:06:01 |'));
    assert.ok(rows.includes('| Output tokens | 8k | 8k | now |'));
    assert.ok(rows.includes('The API last told its levels at 14:05:20.'));
    assert.ok(rows.includes('2 waiting · 1 running'));
    assert.ok(tokensOf(setup().tooltip).some(({ type }) => type === 'table'));
  });

  it('links to allowed commands only', () => {
    const allowed = tooltipCommands.map((id) => `command:${id}`);
    assert.deepEqual(linksOf(setup().tooltip).toSorted(), allowed.toSorted());
  });

  it('shows a label as plain text on one line, whatever it is', () => {
    const marks = fc.constantFrom(
      ...Array.from('[]()!*_`~<>|#$&\\\n\t :/'),
      'command:',
      'http://a',
      '$(zap)',
      '&lt;',
      '<img>',
      'a',
    );
    const plainKinds = new Set(tokensOf(setup().tooltip).map(({ type }) => type));
    fc.assert(
      fc.property(fc.string({ unit: marks, minLength: 1 }), fc.boolean(), (label, isRefused) => {
        const plain = setup({ key: { label: 'Work', lastCharacters: 'good', isRefused } }).tooltip;
        const { tooltip } = setup({ key: { label, lastCharacters: 'good', isRefused } });
        assert.equal(tooltip.split('\n').length, plain.split('\n').length);
        assert.deepEqual(
          linksOf(tooltip).filter((link) => link.startsWith('command:')),
          linksOf(plain),
        );
        const shown = tooltip.replaceAll(/\\[\s\S]/g, '');
        assert.doesNotMatch(shown, /\$\(|&(?!nbsp;)\w+;|<img/);
        assert.ok(tokensOf(tooltip).every(({ type }) => plainKinds.has(type) || ['escape', 'link'].includes(type)));
      }),
    );
  });

  it('never puts the label into the text of the status bar', () => {
    for (const key of [undefined, { label: '$(zap) label', lastCharacters: 'x', isRefused: true }]) {
      assert.doesNotMatch(setup({ key }).text, /label/);
    }
  });
});

describe('The colour of the meter', () => {
  const calm: Hysteresis = { isOn: false, since: undefined };
  const shown: Hysteresis = { isOn: true, since: undefined };

  it('comes after a second of holding back, not before', () => {
    const waiting = follow(calm, true, 10_000);
    assert.deepEqual(waiting, { isOn: false, since: 10_000 });
    assert.deepEqual(follow(waiting, true, 10_999), { isOn: false, since: 10_000 });
    assert.deepEqual(follow(waiting, true, 11_000), shown);
  });

  it('goes after two calm seconds, not before', () => {
    const calming = follow(shown, false, 20_000);
    assert.deepEqual(calming, { isOn: true, since: 20_000 });
    assert.deepEqual(follow(calming, false, 21_999), { isOn: true, since: 20_000 });
    assert.deepEqual(follow(calming, false, 22_000), calm);
  });

  it('does not flicker with a signal that does', () => {
    let state = calm;
    for (let at = 0; at < 30_000; at += 500) state = follow(state, (at / 500) % 2 === 0, at);
    assert.equal(state.isOn, false);
    state = shown;
    for (let at = 0; at < 30_000; at += 500) state = follow(state, (at / 500) % 2 === 0, at);
    assert.equal(state.isOn, true);
  });

  it('only ever turns to what has been signalled for the whole delay', () => {
    const signals = fc.array(fc.record({ isSignalled: fc.boolean(), afterMs: fc.integer({ min: 1, max: 1_500 }) }));
    fc.assert(
      fc.property(signals, (script) => {
        let at = 0;
        let state = calm;
        let changedAt = 0;
        let last = false;
        for (const { isSignalled, afterMs } of script) {
          at += afterMs;
          if (isSignalled !== last) changedAt = at;
          last = isSignalled;
          const before = state.isOn;
          state = follow(state, isSignalled, at);
          if (state.isOn !== before) assert.ok(at - changedAt >= (state.isOn ? 1_000 : 2_000));
        }
      }),
    );
  });
});
