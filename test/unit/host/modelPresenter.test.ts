import assert from 'node:assert/strict';
import type { ModelInfo } from '../../../src/client/types';
import { modelName, presentModels, readModelId, type ModelChoice } from '../../../src/host/chat/modelPresenter';
import { bucketOf, laneOf, now } from './snapshots';

function listedModel(id: string, more: Partial<ModelInfo> = {}): ModelInfo {
  return { id, displayName: '', maxInputTokens: undefined, maxOutputTokens: undefined, ...more };
}

function choiceOf(more: Partial<ModelChoice> = {}): ModelChoice {
  return {
    current: 'claude-sonnet-5-5',
    listed: undefined,
    tableIds: ['claude-sonnet-5-5', 'claude-haiku-4-5'],
    lanes: [],
    cacheLossOf: () => undefined,
    ...more,
  };
}

describe('The name of a model', () => {
  it('is what people call it', () => {
    assert.equal(modelName('claude-sonnet-5-5'), 'Sonnet 5.5');
    assert.equal(modelName('claude-opus-5'), 'Opus 5');
    assert.equal(modelName('claude-haiku-4-5-20251001'), 'Haiku 4.5');
    assert.equal(modelName('claude-opus-5-20260301'), 'Opus 5');
  });

  it('is that of the API where it tells one', () => {
    assert.equal(modelName('claude-x', 'Claude Sonnet 5.5 (preview)'), 'Sonnet 5.5 (preview)');
  });

  it('is the id where nobody knows better', () => {
    for (const id of ['claude-3-5-sonnet-20241022', 'my-gateway/model', 'claude-sonnet-latest']) {
      assert.equal(modelName(id, '  '), id);
    }
  });
});

describe('A typed model id', () => {
  it('is taken as it is, without the spaces around it', () => {
    assert.equal(readModelId(' claude-opus-5-5 '), 'claude-opus-5-5');
  });

  it('has no spaces within, and an end', () => {
    for (const typed of ['', '   ', 'two words', 'x'.repeat(201)]) assert.equal(readModelId(typed), undefined);
  });
});

describe('The rows of the model picker', () => {
  it('come from the dated table while there is no list', () => {
    const rows = presentModels(choiceOf());
    assert.deepEqual(rows[0], {
      id: 'claude-sonnet-5-5',
      label: '$(check) Sonnet 5.5',
      description: 'claude-sonnet-5-5 · in use',
      detail: '1M window · $2.00 in, $10.00 out a million tokens · limits not known yet',
      isCurrent: true,
    });
    assert.equal(rows[1]?.label, '$(blank) Haiku 4.5');
    assert.match(rows[1]?.detail ?? '', /^200k window · \$1\.00 in, \$5\.00 out/);
  });

  it('come from the API’s list where there is one, with its window and its name', () => {
    const listed = [listedModel('claude-sonnet-5-5', { displayName: 'Claude Sonnet 5.5', maxInputTokens: 500_000 })];
    const rows = presentModels(choiceOf({ listed }));
    assert.deepEqual(
      rows.map(({ id }) => id),
      ['claude-sonnet-5-5'],
    );
    assert.match(rows[0]?.detail ?? '', /^500k window · \$2\.00 in/);
  });

  it('hold the model in use first when it is on no list', () => {
    const rows = presentModels(choiceOf({ current: 'my-own-model', listed: [listedModel('claude-opus-5')] }));
    assert.deepEqual(
      rows.map(({ id, isCurrent }) => [id, isCurrent]),
      [
        ['my-own-model', true],
        ['claude-opus-5', false],
      ],
    );
    assert.equal(rows[0]?.detail, 'price unknown · limits not known yet');
  });

  it('tell what is left in the lane of each, and never that of another', () => {
    const lanes = [
      laneOf({
        group: 'claude-sonnet-5-5',
        requests: bucketOf(47, 50),
        inputTokens: bucketOf(9_200, 30_000),
        outputTokens: bucketOf(7_100, 8_000),
      }),
    ];
    const [sonnet, haiku] = presentModels(choiceOf({ lanes }));
    assert.match(sonnet?.detail ?? '', / · left: Requests 47, Input tokens 9\.2k, Output tokens 7\.1k$/);
    assert.match(haiku?.detail ?? '', / · limits not known yet$/);
  });

  it('take models that share a limit for one lane, and of two organizations the one heard of last', () => {
    const lanes = [
      laneOf({ group: 'opus-4.x', organization: 'old', requests: bucketOf(1, 50, 0, now - 60_000) }),
      laneOf({ group: 'opus-4.x', organization: 'new', requests: bucketOf(2, 50, 0, now) }),
    ];
    const rows = presentModels(choiceOf({ lanes, tableIds: ['claude-opus-4-6', 'claude-opus-4-8'] }));
    for (const { detail } of rows.slice(1)) assert.match(detail, /left: Requests 2$/);
  });

  it('warn of a switch that drops a warm cache, and not of staying', () => {
    const rows = presentModels(choiceOf({ cacheLossOf: () => ({ tokens: 12_300 }) }));
    assert.doesNotMatch(rows[0]?.detail ?? '', /cache/);
    assert.match(rows[1]?.detail ?? '', /^\$\(warning\) Drops 12k cached tokens · /);
  });

  it('tell of a price that rises with the prompt', () => {
    const rows = presentModels(choiceOf({ tableIds: ['claude-haiku-5-5'] }));
    assert.match(rows[1]?.detail ?? '', /\$0\.10 in, \$0\.50 out a million tokens \(5 times as much above 100k\)/);
  });
});
