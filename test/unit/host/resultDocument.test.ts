import assert from 'node:assert/strict';
import { composeDocument, readDraft, type DocumentContext } from '../../../src/host/summarize/resultDocument';
import { endedJob, hourMs, jobView, draft } from './jobViews';
import { now } from './snapshots';

const because = { reason: 'overloaded' };
const context: DocumentContext = { now, explain: ({ reason }) => `Because: ${reason}.` };

function linesOf(...given: Parameters<typeof composeDocument>): readonly string[] {
  return composeDocument(...given).split('\n');
}

function pausedDocument(job: Parameters<typeof jobView>[0]): string {
  return composeDocument(jobView({ state: 'paused', ...job }), undefined, context);
}

function linkOf(uri: string): string | undefined {
  return uri.startsWith('file:') ? uri.replace('file:///work/', '../') : undefined;
}

describe('The document of a summary', () => {
  it('has a heading and the text where that is all', () => {
    const text = composeDocument(endedJob(), draft({ overview: 'Good.\n', sections: [] }), context);
    assert.equal(text, '# Summary of src\n\nGood.\n');
  });

  it('has a section for each source, under its name', () => {
    assert.deepEqual(linesOf(endedJob(), draft(), context), [
      '# Summary of src',
      '',
      'All of it.',
      '',
      '## src/retry.ts',
      '',
      'It tries again.',
      '',
      '## a chat',
      '',
      'They talk.',
      '',
    ]);
  });

  it('says while it is made how far it is, and until when', () => {
    assert.deepEqual(linesOf(jobView(), undefined, context), [
      '# Summary of src',
      '',
      '*Being made: 34 of 120 · until 14:32:20*',
      '',
    ]);
    const unknown = jobView({ total: 0, endsAt: undefined });
    assert.equal(composeDocument(unknown, undefined, context), '# Summary of src\n\n*Being made:*\n');
    assert.equal(
      linesOf(jobView({ isStuck: true }), undefined, context)[2]?.split('.')[0],
      '*On hold, since answers cannot be saved',
    );
  });

  it('says that it is paused, until when and why', () => {
    assert.equal(pausedDocument({}), '# Summary of src\n\n*Paused. 34 of 120*\n');
    assert.match(pausedDocument({ pausedUntil: now + hourMs }), /\*Paused until 15:05:20\. 34 of 120\*/);
    assert.match(pausedDocument({ failure: 'billing' }), /\n\n---\n\n\*\*Incomplete:\*\*\n\n- Because: billing\.\n$/);
  });

  it('says in its heading that it is incomplete, and at its end what is missing and why', () => {
    const flaws = [
      { kind: 'uncombined', name: 'src', because },
      { kind: 'missing', name: 'a.ts', parts: 1, of: 1, because },
      { kind: 'missing', name: 'b.ts', parts: 2, of: 5, because },
      { kind: 'cut', name: 'c.ts' },
    ] as const;
    const job = endedJob({ state: 'incomplete', failure: 'overloaded' });
    const lines = linesOf(job, draft({ overview: 'Part of it.', sections: [], flaws: [...flaws] }), context);
    assert.deepEqual(lines, [
      '# Summary of src (incomplete)',
      '',
      'Part of it.',
      '',
      '---',
      '',
      '**Incomplete:**',
      '',
      '- src: the parts were not put together. Because: overloaded.',
      '- a.ts is missing. Because: overloaded.',
      '- b.ts: 2 of 5 parts are missing. Because: overloaded.',
      '- c.ts: an answer was cut at its length limit.',
      '',
    ]);
  });

  it('says why there is nothing, where there is nothing', () => {
    const text = composeDocument(endedJob({ state: 'failed', failure: 'network' }), undefined, context);
    assert.equal(text, '# Summary of src (failed)\n\n---\n\n**Incomplete:**\n\n- Because: network.\n');
  });

  it('says that it was cancelled, as far as it is', () => {
    const text = composeDocument(endedJob({ state: 'cancelled', failure: 'cancelled' }), draft(), context);
    assert.match(text, /^# Summary of src \(incomplete\)\n\nAll of it\./);
    assert.match(text, /\*\*Incomplete:\*\*\n\n- It was cancelled before it was whole\.\n$/);
  });

  it('tells at its end what was done to come to an end, and what was left out', () => {
    const job = endedJob({ easings: ['cheaperModel', 'batch'] });
    const text = composeDocument(job, draft({ leftOut: { lockFile: 2, binary: 0, minified: 12 } }), context);
    assert.deepEqual(text.split('\n').slice(-9), [
      '---',
      '',
      '**Made sooner or cheaper:**',
      '',
      '- A cheaper model has read what was left.',
      '- What was left went out as a batch.',
      '',
      'Left out: 2 lock files, 12 minified.',
      '',
    ]);
  });

  it('keeps names as they are, and one section out of another', () => {
    const sections = [
      { source: 0, name: '__init__.py\n# x', uri: 'file:///a', text: '```py\nprint(1)' },
      { source: 1, name: 'my_file<b>.md', text: '~~~~\n```\n' },
    ];
    assert.deepEqual(linesOf(endedJob({ title: '*x*' }), draft({ overview: 'So:\n```', sections }), context), [
      '# Summary of \\*x\\*',
      '',
      'So:',
      '```',
      '```',
      '',
      '## \\_\\_init\\_\\_.py \\# x',
      '',
      '```py',
      'print(1)',
      '```',
      '',
      '## my_file\\<b\\>.md',
      '',
      '~~~~',
      '```',
      '~~~~',
      '',
    ]);
  });

  it('leads to its sources where it lies elsewhere', () => {
    const text = composeDocument(endedJob({ title: 'all[1]' }), draft({ uri: 'file:///work/all%5B1%5D' }), {
      ...context,
      linkOf,
    });
    assert.match(text, /^# Summary of \[all\\\[1\\\]\]\(\.\.\/all%5B1%5D\)\n/);
    assert.match(text, /\n## \[src\/retry\.ts\]\(\.\.\/src\/retry\.ts\)\n/);
    assert.match(text, /\n## a chat\n/);
  });
});

describe('What is kept of a summary', () => {
  it('is read again', () => assert.deepEqual(readDraft(JSON.stringify(draft())), draft()));

  it('is nothing where it is broken, of another version, or not there', () => {
    for (const json of [undefined, '', '{', 'null', '{"sections":[{"text":1}],"flaws":[]}'])
      assert.equal(readDraft(json), undefined);
  });
});
