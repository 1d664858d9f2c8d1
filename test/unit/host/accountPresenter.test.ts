import assert from 'node:assert/strict';
import type { AnswerAccount, AnswerTurn } from '../../../src/conversation/turn';
import { presentAccount } from '../../../src/host/chat/accountPresenter';
import { answer, done } from '../store/setup';
import { now } from './snapshots';

const account: AnswerAccount = {
  usage: { inputTokens: 1_000, outputTokens: 950, cacheReadTokens: 8_000, cacheWriteTokens: 1_000 },
  costUsd: 0.0042,
  waitedMs: 12_000,
  firstTextMs: 900,
  totalMs: 21_000,
  attempts: 2,
};

function present(more: Partial<AnswerAccount> = {}, state: AnswerTurn['state'] = done) {
  return presentAccount({ ...answer('b', 'Because', 'a', state), at: now, account: { ...account, ...more } }, now);
}

function labels(more: Partial<AnswerAccount>): readonly string[] {
  return present(more).facts.map(({ label }) => label);
}

describe('What an answer took', () => {
  it('is said in short, cached input included', () => {
    assert.equal(present().note, '10k in · 950 out · about $0.0042');
  });

  it('is said at length for whoever asks', () => {
    const facts = Object.fromEntries(present().facts.map(({ label, value }) => [label, value]));
    assert.equal(facts['Model'], 'm');
    assert.equal(facts['Asked'], '14:05:20');
    assert.equal(facts['Input'], `${(10_000).toLocaleString()} tokens`);
    assert.equal(facts['From the cache'], `${(8_000).toLocaleString()} tokens, 80 %`);
    assert.equal(facts['Into the cache'], `${(1_000).toLocaleString()} tokens`);
    assert.equal(facts['Output'], '950 tokens');
    assert.equal(facts['Cost'], 'about $0.0042');
    assert.equal(facts['Attempts'], '2');
    for (const label of ['Waited', 'First word after', 'Took']) assert.match(facts[label] ?? '', /\d/, label);
  });

  it('leaves out what there was none of', () => {
    const usage = { ...account.usage, cacheReadTokens: 0, cacheWriteTokens: 0 };
    assert.deepEqual(labels({ usage, firstTextMs: undefined, attempts: 1 }), [
      'Model',
      'Asked',
      'Input',
      'Output',
      'Cost',
      'Waited',
      'Took',
    ]);
  });

  it('does not pretend to have cost nothing when nobody knows the price', () => {
    assert.match(present({ costUsd: undefined }).note ?? '', /cost unknown$/);
  });

  it('is not said before the end, nor of what used nothing', () => {
    const nothing = { note: undefined, facts: [] };
    assert.deepEqual(present({}, { kind: 'streaming' }), nothing);
    assert.deepEqual(presentAccount(answer('b', '', 'a', done), now), nothing);
  });
});
