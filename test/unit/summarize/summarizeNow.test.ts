import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import type { LaneSnapshot } from '../../../src/client/types';
import type { SummaryProgress } from '../../../src/jobs/directAsker';
import { estimateTokens } from '../../../src/summarize/pieceSize';
import { summarizeNow } from '../../../src/summarize/summarizeNow';
import { ScriptedClient, settled, type ScriptedRun } from '../scriptedClient';
import { model, sourceOf, specOf } from './summaryJob';

/** Of an input limit, for one piece. */
const share = 0.4;

function laneWith(inputLimit: number): LaneSnapshot {
  const inputTokens = { limit: inputLimit, remaining: inputLimit, resetAt: 0, observedAt: 1 };
  return {
    organization: 'demo',
    group: model,
    requests: undefined,
    inputTokens,
    outputTokens: undefined,
    queued: 0,
    running: 0,
    held: undefined,
  };
}

function setup(text: string, inputTokenCap?: number) {
  const client = new ScriptedClient();
  const abort = new AbortController();
  const progress: SummaryProgress[] = [];
  const spec = specOf({ subject: 'text', name: 'big.ts', focus: 'Why does it retry?' });
  const sources = [sourceOf('big.ts', text)];
  const start = () =>
    summarizeNow(
      client,
      { spec, sources, priority: 'normal', source: 'parts-1', inputTokenCap, signal: abort.signal },
      (now) => progress.push(now),
    );
  return { client, abort, progress, start };
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `const line${index} = ${index};\n`).join('');
}

/** What stands between the last markers of a prompt. */
function tokensIn({ prompt }: ScriptedRun): number {
  return estimateTokens(/.*<text>\n(.*)\n<\/text>$/s.exec(prompt)?.[1] ?? assert.fail(), model);
}

/** Answers all, those that follow as well, until none is left; the latest of those under way first. */
async function answerAll(client: ScriptedClient, answer: (run: ScriptedRun) => void): Promise<void> {
  const answered = new Set<ScriptedRun>();
  for (;;) {
    await settled();
    await settled();
    const next = client.runs.findLast((run) => !answered.has(run));
    if (!next) return;
    answered.add(next);
    answer(next);
  }
}

describe('A summary that is wanted now', () => {
  it('goes to the client as what it is, and tells what it is doing', async () => {
    const { client, progress, start } = setup('retry();');
    const summary = start();
    await settled();
    const { request, prompt } = client.latest;
    assert.deepEqual([request.model, request.priority, request.source], [model, 'normal', 'parts-1']);
    assert.match(prompt, /Why does it retry\?/);
    client.latest.emit({ type: 'waiting', reason: 'inputTokens', until: 7_000 });
    await settled();
    assert.deepEqual(progress.at(-1)?.last, { type: 'waiting', reason: 'inputTokens', until: 7_000 });
    client.latest.finish(' Notes.\n');
    assert.deepEqual((await summary).draft, { overview: 'Notes.', sections: [], flaws: [] });
  });

  it('is cut by the limit that its first answer brings, and counts its parts', async () => {
    const { client, progress, start } = setup(lines(4_000));
    const summary = start();
    await settled();
    await settled();
    assert.equal(client.runs.length, 1, 'nothing else is sent before the limit is known');
    assert.ok(tokensIn(client.latest) <= 3_000);
    client.lanes = [laneWith(30_000)];
    await answerAll(client, (run) => run.finish(`answer ${run.id}`));
    const { draft, failure } = await summary;
    assert.equal(failure, undefined);
    assert.equal(draft.overview, `answer ${client.latest.id}`);
    const rest = client.runs.slice(1).filter(({ prompt }) => !prompt.startsWith('Write one'));
    assert.ok(rest.some((run) => tokensIn(run) > 3_000) && rest.every((run) => tokensIn(run) <= 30_000 * share));
    assert.equal(progress.at(-1)?.done, client.runs.length);
    assert.equal(progress.at(-1)?.total, client.runs.length);
  });

  it('is cut by the user’s own cap where that is the smaller limit, also while no other is known', async () => {
    for (const lanes of [[laneWith(30_000)], []]) {
      const cap = 2_000;
      const { client, start } = setup(lines(1_000), cap);
      client.lanes = lanes;
      const summary = start();
      await answerAll(client, (run) => run.finish(`answer ${run.id}`));
      await summary;
      assert.ok(client.runs.length > 3);
      for (const run of client.runs) assert.ok(tokensIn(run) <= cap * share);
    }
    const { client, start } = setup(lines(1_000), 1_000_000);
    void start().catch(() => {});
    await settled();
    assert.ok(tokensIn(client.latest) <= 3_000, 'a large cap tells no limit');
  });

  it('keeps the parts it has when one fails for all, and cancels those beside it', async () => {
    const { client, start } = setup(lines(5_000));
    client.lanes = [laneWith(10_000)];
    const summary = start();
    await settled();
    await settled();
    const [first, second, ...others] = client.runs;
    first?.finish('first');
    await settled();
    const error = new ClientError('billing', 'no money');
    second?.fail(error);
    const { draft, failure } = await summary;
    assert.equal(failure, error);
    assert.equal(draft.overview, 'first');
    assert.ok(others.every(({ isCancelled }) => isCancelled));
    const sent = client.runs.length;
    await settled();
    assert.equal(client.runs.length, sent, 'nothing is sent after the failure');
  });

  it('ends when it is cancelled: with what there is, or with nothing', async () => {
    const { client, abort, start } = setup(lines(5_000));
    client.lanes = [laneWith(10_000)];
    const summary = start();
    await settled();
    await settled();
    client.runs[0]?.finish('first');
    await settled();
    abort.abort();
    const { draft, failure } = await summary;
    assert.equal(draft.overview, 'first');
    assert.ok(ClientError.is(failure, 'cancelled'));
    assert.ok(client.runs.slice(1).every(({ isCancelled }) => isCancelled));

    const none = setup('text');
    const nothing = none.start();
    await settled();
    none.abort.abort();
    await assert.rejects(nothing, (rejection) => ClientError.is(rejection, 'cancelled'));
  });
});
