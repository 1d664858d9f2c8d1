import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Lexer } from 'marked';
import { findSourceLinks, leadsOf, relativeLink } from '../../../src/host/summarize/headings';
import { linkTo, spellName } from '../../../src/host/summarize/markdownText';
import { composeDocument } from '../../../src/host/summarize/resultDocument';
import { jobIdAt, savedName, summaryAddress } from '../../../src/host/summarize/summaryPath';
import { draft, endedJob } from './jobViews';
import { now } from './snapshots';

const explain = () => '';

function linksIn(title: string, some: Parameters<typeof draft>[0], state: 'done' | 'incomplete' = 'done') {
  const given = draft(some);
  const text = composeDocument(endedJob({ title, state }), given, { now, explain });
  const lines = text.split('\n');
  return findSourceLinks(text, leadsOf(title, given)).map(({ line, from, to, uri }) => [
    lines[line]?.slice(from, to),
    uri,
  ]);
}

function place(path: string, authority = '', scheme = 'file') {
  return { scheme, authority, path };
}

describe('The headings of a summary', () => {
  it('lead to the sources that lie somewhere', () => {
    assert.deepEqual(linksIn('src', {}), [['src/retry.ts', 'file:///work/src/retry.ts']]);
  });

  it('lead to the only source from the title', () => {
    const uri = 'file:///work/of';
    assert.deepEqual(linksIn('of', { sections: [], uri }), [['of', uri]]);
    assert.deepEqual(linksIn('a_b', { sections: [], uri }, 'incomplete'), [['a_b', uri]]);
  });

  it('are found however a file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(spellName(name) !== '');
        const sections = [{ source: 0, name, uri: 'file:///x', text: 'Text.' }];
        assert.deepEqual(linksIn('all', { sections }), [[spellName(name), 'file:///x']]);
      }),
    );
  });

  it('are not what an answer quotes in a code block', () => {
    const text = '# Summary of src\n\n```\n## a.ts\n```\n\n## a.ts\n\nText.\n';
    const leads = { whole: undefined, sections: [{ name: 'a.ts', uri: 'file:///a.ts' }] };
    assert.deepEqual(
      findSourceLinks(text, leads).map(({ line }) => line),
      [6],
    );
  });

  it('never run a command', () => {
    const sections = [{ source: 0, name: 'a', uri: 'Command:workbench.action.quit', text: '' }];
    assert.deepEqual(linksIn('x', { sections, uri: 'command:x' }), []);
  });
});

describe('A saved summary', () => {
  it('leads to its sources from where it lies', () => {
    const source = place('/work/src/a b/retry(1).ts');
    assert.equal(relativeLink(place('/work'), source), 'src/a%20b/retry%281%29.ts');
    assert.equal(relativeLink(place('/work/docs/summaries'), source), '../../src/a%20b/retry%281%29.ts');
    assert.equal(relativeLink(place('/work/src/a b'), source), 'retry%281%29.ts');
    assert.equal(relativeLink(place('/'), place('/a:b.ts')), 'a%3Ab.ts');
    assert.equal(relativeLink(place('/work/src'), place('/work/src')), '../src');
  });

  it('says the name alone of what no relative path leads to', () => {
    assert.equal(relativeLink(place('/work'), place('/work/a', '', 'untitled')), undefined);
    assert.equal(relativeLink(place('/work', 'one'), place('/work/a', 'two')), undefined);
    assert.equal(relativeLink(place('/c:/work'), place('/d:/work/a')), undefined);
    assert.equal(relativeLink(place('/c:/work'), place('/c:/a')), '../a');
  });

  it('has links that markdown reads as one, with the name as their text', () => {
    const unit = fc.constantFrom(...Array.from('[]()*_`<>&~#$|!\\ /.ab\n'));
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1 }), (path) => {
        const name = path.replace(/\s+/g, ' ').trim();
        fc.pre(/[ab]/.test(name));
        const target = relativeLink(place('/work'), place(`/work/${path}/x`));
        const [token] = Lexer.lexInline(linkTo(name, target ?? ''));
        assert.equal(token?.type, 'link');
        assert.equal('href' in token && token.href, target);
      }),
    );
  });

  it('has a name that every file system takes', () => {
    assert.equal(savedName('src'), 'src.summary.md');
    assert.equal(savedName('src/retry.ts:12–48'), 'src-retry.ts 12–48.summary.md');
    assert.equal(savedName('.github'), 'github.summary.md');
    assert.equal(savedName('con'), 'text con.summary.md');
    assert.equal(savedName('???'), 'text.summary.md');
    assert.equal(savedName('x'.repeat(300)).length, 80 + '.summary.md'.length);
  });
});

describe('The address of a summary', () => {
  it('says which job it is of, whatever that is about', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (title) => {
        assert.equal(jobIdAt(summaryAddress('0f3c-1', title)), '0f3c-1');
      }),
    );
    assert.deepEqual(summaryAddress('j1', 'src'), { authority: 'j1', path: '/Summary of src.md' });
  });

  it('is that of no job where it is another one', () => {
    for (const path of ['', '/', '/a/', '/a/b', 'a']) assert.equal(jobIdAt({ authority: 'j1', path }), undefined, path);
    assert.equal(jobIdAt({ authority: '', path: '/a.md' }), undefined);
  });
});
