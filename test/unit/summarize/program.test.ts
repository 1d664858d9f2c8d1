import assert from 'node:assert/strict';
import { ClientError } from '../../../src/client/errors';
import { NoAnswerError } from '../../../src/jobs/noAnswerError';
import { keyOf, type QuestionRequest } from '../../../src/jobs/question';
import { estimateTokens } from '../../../src/summarize/pieceSize';
import type { SummaryDraft } from '../../../src/summarize/spec';
import { ScriptedAsker, type Reply } from './scriptedAsker';
import { assertDone, model, noLimits, obedient, run, smallTier, sourceOf, specOf } from './summaryJob';

const text = specOf({ subject: 'text', name: 'big.ts' });
const wide = { ...smallTier, requestsPerMinute: 4_000 };

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `const line${index} = ${index};\n`).join('');
}

function files(...names: readonly string[]) {
  // Too many for one request, each by itself.
  return names.map((name) => sourceOf(name, `text of ${name}\n${lines(250)}`));
}

/** What stands between the markers of a prompt. */
function quoted({ prompt }: QuestionRequest): string {
  return /<text>\n(.*)\n<\/text>$/s.exec(prompt)?.[1] ?? assert.fail('The prompt quotes no text');
}

function isCombining({ prompt }: QuestionRequest): boolean {
  return prompt.startsWith('Write one summary');
}

function fileOf({ prompt }: QuestionRequest): string {
  return /text of (\S+)/.exec(prompt)?.[1] ?? 'all';
}

const nothingLonger = (limit: number) => (request: QuestionRequest) =>
  !isCombining(request) && quoted(request).length > limit ? new ClientError('tooLarge', 'much') : obedient(request);

describe('A summary of one text', () => {
  it('takes one request where it fits', async () => {
    const asker = new ScriptedAsker({ reply: () => 'A summary.' });
    const { draft } = await run({ spec: text, sources: [sourceOf('src/retry.ts', 'retry();')], asker });
    assert.deepEqual(draft, { overview: 'A summary.', sections: [], flaws: [] });
    const [request, ...others] = asker.asked;
    assert.equal(others.length, 0);
    assert.equal(request?.model, model);
    assert.match(request?.prompt ?? '', /src\/retry\.ts/);
    assert.equal(asker.expected, 1);
  });

  it('lets the API count only where the estimate leaves it open whether one request is enough', async () => {
    let counted = 0;
    const sizes = [10, 120, 330, 2_000];
    const counts: number[] = [];
    for (const tokens of [0, 1_000_000]) {
      for (const size of sizes) {
        const asker = new ScriptedAsker({ reply: obedient });
        const countTokens = async () => {
          counted += 1;
          return tokens;
        };
        const sources = [sourceOf('big.ts', lines(size * 3))];
        assertDone(await run({ spec: text, sources, asker, countTokens }));
        counts.push(asker.asked.length);
      }
    }
    assert.ok(counted >= 2 && counted < sizes.length * 2, `${counted} counted`);
    assert.equal(counts[0], 1);
    assert.ok((counts[3] ?? 0) > 2);
    assert.notDeepEqual(counts.slice(0, 4), counts.slice(4), 'the count decides');
  });

  it('is put together out of parts that fit, in their order, and shows them while they come', async () => {
    const drafts: SummaryDraft[] = [];
    const asker = new ScriptedAsker({ reply: obedient });
    const source = sourceOf('big.ts', lines(6_000));
    const ran = await run({ spec: text, sources: [source], asker, onPublish: (draft) => drafts.push(draft) });
    assertDone(ran);
    const parts = asker.asked.filter((request) => !isCombining(request));
    assert.ok(parts.length > 4);
    for (const part of parts) assert.ok(estimateTokens(quoted(part), model) <= 12_000);
    const last = asker.asked.findLast(isCombining);
    assert.equal(ran.draft.overview, last && obedient(last));
    assert.deepEqual(ran.draft.sections, []);
    assert.ok(drafts.length > 0);
    assert.deepEqual(
      drafts[0]?.sections.map(({ source, name }) => [source, name]),
      [[0, 'big.ts']],
    );
    assert.equal(asker.expected, asker.done);
  });

  it('is sent a small part first while no limit is known, and the rest by the limit that its answer brought', async () => {
    let limits = noLimits;
    const asker: ScriptedAsker = new ScriptedAsker({
      reply: (request) => {
        if (asker.paid.length === 0) assert.equal(asker.asked.length, 1, 'nothing else is sent before it is known');
        limits = smallTier;
        return obedient(request);
      },
    });
    assertDone(await run({ spec: text, sources: [sourceOf('big.ts', lines(3_000))], asker, limits: () => limits }));
    const [first, ...others] = asker.asked.map((request) => estimateTokens(quoted(request), model));
    assert.ok((first ?? 0) <= 3_000);
    assert.ok(others.some((tokens) => tokens > 6_000));
    assert.equal(asker.expected, asker.done);
  });

  it('is read from its beginning to its end where it is prose of a few parts', async () => {
    const asker = new ScriptedAsker({ reply: obedient });
    const spec = specOf({ subject: 'conversation', name: 'chat', preset: 'bullets' });
    const ran = await run({ spec, sources: [sourceOf('chat', lines(1_500))], asker });
    assertDone(ran);
    assert.ok(asker.asked.length >= 2 && asker.asked.length <= 5);
    for (const [at, request] of asker.asked.entries()) {
      const before = asker.asked[at - 1];
      if (before) assert.ok(request.prompt.includes(obedient(before)), 'each has the summary so far');
      assert.equal(request.prompt.includes('bullet points'), at === asker.asked.length - 1);
    }
    assert.equal(ran.draft.overview, obedient(asker.asked.at(-1) ?? assert.fail()));
  });

  it('goes on in parts where it proves too large, and gives up where they become small', async () => {
    const source = sourceOf('dense.ts', lines(150));
    const most = source.text.length / 3;
    for (const spec of [text, specOf({ subject: 'conversation' })]) {
      const asker = new ScriptedAsker({ reply: nothingLonger(most) });
      assertDone(await run({ spec, sources: [source], asker }));
      const parts = asker.paid.filter((request) => !isCombining(request));
      const texts = parts
        .map((part) => quoted(part))
        .toSorted((a, b) => source.text.indexOf(a) - source.text.indexOf(b));
      assert.equal(texts.join(''), source.text);
      assert.equal(asker.expected, asker.done);
    }
    const asker = new ScriptedAsker({ reply: nothingLonger(0) });
    await assert.rejects(run({ spec: text, sources: [source], asker }), (error) => ClientError.is(error, 'tooLarge'));
  });

  it('is marked where an answer was cut at its length limit', async () => {
    const asker = new ScriptedAsker({ reply: () => ({ text: 'It lists', isCut: true }) });
    const { draft, isComplete } = await run({ spec: text, sources: [sourceOf('a.ts', 'text')], asker });
    assert.deepEqual([draft.overview, draft.flaws, isComplete], ['It lists', [{ kind: 'cut', name: 'a.ts' }], false]);
  });
});

const refuseNext = (request: QuestionRequest) =>
  request.prompt.includes('next part') ? new NoAnswerError('refused') : obedient(request);

describe('A summary that fails', () => {
  it('rejects with the error where there is nothing', async () => {
    for (const error of [new ClientError('overloaded', 'full'), new NoAnswerError('refused')]) {
      for (const spec of [text, specOf(), specOf({ subject: 'conversation' })]) {
        const asker = new ScriptedAsker({ reply: () => error });
        const sources = [sourceOf('a.ts', lines(2_000)), ...(spec.subject === 'files' ? files('b.ts', 'c.ts') : [])];
        await assert.rejects(run({ spec, sources, asker }), (rejection) => rejection === error);
      }
    }
  });

  it('keeps the parts it has, and says how many are missing', async () => {
    const error = new ClientError('spendLimit', 'spent', { until: 5_000 });
    let count = 0;
    const asker = new ScriptedAsker({ reply: (request) => (++count > 2 ? error : obedient(request)) });
    const ran = await run({ spec: text, sources: [sourceOf('big.ts', lines(5_000))], asker });
    assert.equal(ran.failure, error);
    assert.ok(!ran.isComplete);
    assert.equal(ran.draft.overview, asker.paid.map(obedient).length === 2 ? ran.draft.overview : '');
    for (const request of asker.paid) assert.ok(ran.draft.overview?.includes(obedient(request)));
    const [missing, uncombined] = ran.draft.flaws;
    const because = { reason: 'spendLimit', until: 5_000 };
    assert.ok(missing?.kind === 'missing' && missing.of - missing.parts === 2);
    assert.deepEqual(missing.because, because);
    assert.deepEqual(uncombined, { kind: 'uncombined', name: 'big.ts', because });
  });

  it('ends at once: what is under way is not waited for, and nothing is asked any more', async () => {
    const asker: ScriptedAsker = new ScriptedAsker({
      reply: () => new ClientError('billing', 'no money'),
      stopAfter: 1,
    });
    const sources = files('a.ts', 'b.ts', 'c.ts', ...Array.from({ length: 20 }, (_, at) => `${at}.ts`));
    await assert.rejects(run({ spec: specOf(), sources, asker, limits: wide }), (error) =>
      ClientError.is(error, 'billing'),
    );
    assert.equal(asker.asked.length, sources.length);
  });

  it('passes over a part of a running summary that fails for itself', async () => {
    const spec = specOf({ subject: 'conversation' });
    const source = sourceOf('chat', lines(1_500));
    const whole = new ScriptedAsker({ reply: obedient });
    await run({ spec, sources: [source], asker: whole });
    const { draft, failure } = await run({ spec, sources: [source], asker: new ScriptedAsker({ reply: refuseNext }) });
    assert.equal(failure, undefined);
    assert.ok(draft.overview);
    const of = whole.asked.length;
    const because = { reason: 'refused' };
    assert.deepEqual(draft.flaws, [{ kind: 'missing', name: 'chat', parts: of - 2, of, because }]);
  });
});

const withoutFirstAndAll = (request: QuestionRequest) =>
  obedient(request)
    .replace(/<summary id="1">/, '')
    .replace(/<summary id="all">/, '');

const refuseToCombine = (request: QuestionRequest): Reply =>
  isCombining(request) ? new NoAnswerError('refused') : 'fine';

describe('A summary of several files', () => {
  const names = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'f.ts', 'g.ts'];

  it('takes one request where they are small and few', async () => {
    const asker = new ScriptedAsker({ reply: obedient });
    const sources = [sourceOf('a.ts', 'alpha();'), sourceOf('b.ts', 'beta();')];
    const ran = await run({ spec: specOf({ leftOut: { binary: 2 } }), sources, asker });
    assertDone(ran);
    assert.equal(asker.asked.length, 1);
    assert.deepEqual(
      ran.draft.sections.map(({ source, name, uri }) => [source, name, uri]),
      [
        [0, 'a.ts', 'file:///w/a.ts'],
        [1, 'b.ts', 'file:///w/b.ts'],
      ],
    );
    assert.ok(ran.draft.overview);
    assert.deepEqual(ran.draft.leftOut, { binary: 2 });
    assert.equal(asker.expected, asker.done);
  });

  it('asks alone for what one request did not bring, and puts together what it did', async () => {
    const asker = new ScriptedAsker({ reply: withoutFirstAndAll });
    const sources = [sourceOf('a.ts', 'alpha();'), sourceOf('b.ts', 'beta();')];
    const ran = await run({ spec: specOf(), sources, asker });
    assertDone(ran);
    assert.deepEqual(
      asker.asked.slice(1).map(({ prompt }) => prompt.slice(0, 15)),
      ['Summarize "a.ts', 'Write one summa'],
    );
    assert.equal(ran.draft.sections.length, 2);
  });

  it('has a section for each in their order, and an overview of all', async () => {
    const drafts: SummaryDraft[] = [];
    const asker = new ScriptedAsker({ reply: (request) => `about ${fileOf(request)}`, seed: 5 });
    const onPublish = (draft: SummaryDraft) => drafts.push(draft);
    const ran = await run({ spec: specOf(), sources: files(...names), asker, limits: wide, onPublish });
    assertDone(ran);
    assert.deepEqual(
      ran.draft.sections.map(({ name, text }) => [name, text]),
      names.map((name) => [name, `about ${name}`]),
    );
    assert.equal(ran.draft.overview, 'about all');
    assert.ok(drafts.length > 0 && drafts.every(({ flaws }) => flaws.length === 0));
    assert.equal(asker.expected, asker.done);
    assert.equal(asker.asked.length, names.length + 1);
  });

  it('gives a large one a section of its own out of its parts', async () => {
    const asker = new ScriptedAsker({ reply: obedient });
    const sources = [sourceOf('large.ts', lines(4_000)), ...files('a.ts', 'b.ts')];
    const ran = await run({ spec: specOf(), sources, asker, limits: wide });
    assertDone(ran);
    const section = asker.asked.find(({ prompt }) => prompt.startsWith('Write one summary of "large.ts"'));
    assert.equal(ran.draft.sections[0]?.text, section && obedient(section));
    assert.equal(asker.expected, asker.done);
  });

  it('leaves out those that fail for themselves, and names them', async () => {
    const errors: Readonly<Record<string, Error>> = {
      'b.ts': new ClientError('tooLarge', 'too much'),
      'c.ts': new ClientError('invalid', 'odd'),
      'e.ts': new NoAnswerError('refused'),
    };
    const sources = files(...names).map((each) => ({ ...each, text: each.text.slice(0, 700) }));
    const big = sources.map((each) =>
      each.name === 'a.ts' ? sourceOf('a.ts', `text of a.ts\n${lines(1_500)}`) : each,
    );
    const reply = (request: QuestionRequest): Reply => errors[isCombining(request) ? '' : fileOf(request)] ?? 'fine';
    const { draft, failure } = await run({
      spec: specOf(),
      sources: big,
      asker: new ScriptedAsker({ reply }),
      limits: wide,
    });
    assert.equal(failure, undefined);
    assert.deepEqual(
      draft.sections.map(({ name }) => name),
      ['a.ts', 'd.ts', 'f.ts', 'g.ts'],
    );
    assert.ok(draft.overview);
    assert.deepEqual(
      draft.flaws.map((flaw) => [flaw.kind, flaw.name, flaw.kind === 'missing' && flaw.because.reason]),
      [
        ['missing', 'b.ts', 'tooLarge'],
        ['missing', 'c.ts', 'invalid'],
        ['missing', 'e.ts', 'refused'],
      ],
    );
  });

  it('keeps the sections when they cannot be put together', async () => {
    const { draft } = await run({
      spec: specOf(),
      sources: files(...names),
      asker: new ScriptedAsker({ reply: refuseToCombine }),
      limits: wide,
    });
    assert.equal(draft.sections.length, names.length);
    assert.equal(draft.overview, undefined);
    assert.deepEqual(draft.flaws, [{ kind: 'uncombined', name: 'src', because: { reason: 'refused' } }]);
  });

  it('shares requests where they are short, and asks alone for what comes out of none', async () => {
    const sources = Array.from({ length: 40 }, (_, at) => sourceOf(`${at}.ts`, `const x = ${at};`));
    const asker = new ScriptedAsker({ reply: obedient });
    assertDone(await run({ spec: specOf(), sources, asker }));
    assert.ok(asker.asked.length < 25, `${asker.asked.length} requests`);
    for (const reply of [() => 'Sorry, I mixed them up.', () => new ClientError('tooLarge', 'much')]) {
      const moody = new ScriptedAsker({
        reply: (request) => (request.prompt.startsWith('Summarize each') ? reply() : obedient(request)),
      });
      const ran = await run({ spec: specOf(), sources, asker: moody });
      assertDone(ran);
      assert.equal(ran.draft.sections.length, sources.length);
      assert.equal(moody.expected, moody.done);
    }
  });

  it('is put together in rounds where they are many, and always comes to an end', async () => {
    const sources = Array.from({ length: 300 }, (_, at) => sourceOf(`src/${at}.ts`, `const x = ${at};`));
    for (const limits of [smallTier, { ...smallTier, inputTokensPerMinute: 500 }]) {
      const long = new ScriptedAsker({
        reply: (request) => (isCombining(request) ? `${'long '.repeat(2_000)}${keyOf(request)}` : obedient(request)),
      });
      const ran = await run({ spec: specOf(), sources, asker: long, limits });
      assert.ok(ran.draft.overview);
      assert.equal(long.expected, long.done);
    }
  });
});
