import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { AnswerState } from '../../../src/conversation/turn';
import { presentTurn } from '../../../src/host/chat/turnPresenter';
import { describeWait } from '../../../src/host/waitText';
import { repositoryRoot } from '../../support/paths';
import { findContentFaults } from '../../support/vsix';
import { now } from '../host/snapshots';
import { answer } from '../store/setup';
import { findL10nCalls, hidesL10nCalls } from './l10nCalls';
import { manifest, manifestTexts } from './manifest';
import { readSources } from './sourceFiles';

type Texts = Readonly<Record<string, string>>;

function readTexts(name: string): Texts {
  return v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync(join(repositoryRoot, name), 'utf8')));
}

/** Every English text of the code and of package.json with its translation. */
function pairs({ bundle, manifestBundle }: { bundle: Texts; manifestBundle: Texts }): readonly [string, string][] {
  const ofManifest = Object.entries(manifestTexts).map(([key, text]): [string, string] => [
    text,
    manifestBundle[key] ?? '',
  ]);
  return [...Object.entries(bundle), ...ofManifest];
}

/** `{0}` and what else is in braces, the command links of a walkthrough, and the marked code of a setting. */
function placeholders(text: string): readonly string[] {
  return [...new Set(text.match(/\{\w+\}|\]\(command:[^)]*\)|`[^`]*`/g))].toSorted();
}

function sorted(texts: Iterable<string>): readonly string[] {
  return [...texts].toSorted();
}

const sources = readSources();
const calls = sources.flatMap(({ path, text }) => findL10nCalls(text).map((call) => ({ ...call, path })));
const german = { bundle: readTexts('l10n/bundle.l10n.de.json'), manifestBundle: readTexts('package.nls.de.json') };
const germanPairs = pairs(german);

describe('The texts of the code', () => {
  it('are written out where they are translated', () => {
    assert.ok(calls.length > 300, 'the calls were not found');
    const loose = calls.filter(({ text }) => text === undefined).map(({ path, line }) => `${path}:${line}`);
    assert.deepEqual(loose, []);
    const hidden = sources.filter(({ text }) => hidesL10nCalls(text)).map(({ path }) => path);
    assert.deepEqual(hidden, []);
  });

  it('leave out no number of their values', () => {
    const gaps = calls
      .map(({ text = '' }) => ({ text, numbers: [...new Set(text.match(/(?<=\{)\d+(?=\})/g))].toSorted() }))
      .filter(({ numbers }) => numbers.some((number, index) => number !== String(index)));
    assert.deepEqual(gaps, []);
  });
});

describe('The German translation', () => {
  it('has every text of the code', () => {
    const missing = calls.filter(({ text }) => text !== undefined && german.bundle[text] === undefined);
    assert.deepEqual(
      missing.map(({ path, line, text }) => `${path}:${line} ${text}`),
      [],
    );
  });

  it('has no text that the code no longer has', () => {
    const used = new Set(calls.map(({ text }) => text));
    const left = Object.keys(german.bundle).filter((text) => !used.has(text));
    assert.deepEqual(left, []);
  });

  it('has the texts of package.json, and no others', () => {
    assert.deepEqual(sorted(Object.keys(german.manifestBundle)), sorted(Object.keys(manifestTexts)));
  });

  it('says something everywhere, with the same values, links and code in it', () => {
    for (const [english, text] of germanPairs) {
      assert.notEqual(text.trim(), '', english);
      assert.deepEqual(placeholders(text), placeholders(english), english);
      const isOpenEnded = /\s$/.test(english);
      assert.equal(/\s$/.test(text), isOpenEnded, `the space at the end of: ${english}`);
    }
  });

  it('quotes as German does, and as often as English', () => {
    for (const [english, text] of germanPairs) {
      assert.doesNotMatch(text, /["”’‘]/, text);
      const count = english.split('“').length;
      assert.deepEqual([text.split('„').length, text.split('“').length], [count, count], text);
    }
  });

  it('ends as the English does, sentences and titles that go on alike', () => {
    for (const [english, text] of germanPairs) {
      const end = /[.…?:]$/.exec(english)?.[0];
      if (end !== undefined) assert.equal(text.at(-1), end, english);
    }
  });

  it('calls a thing the same in a text and as a command', () => {
    const named = new Map<string, string>();
    for (const [english, text] of germanPairs) {
      assert.equal(named.get(english) ?? text, text, english);
      named.set(english, text);
    }
    for (const [english, text] of germanPairs) {
      for (const [, name = ''] of english.matchAll(/“([^”]+)”/g)) {
        const translated = named.get(name) ?? name;
        if (!name.includes('{')) assert.ok(text.includes(`„${translated}“`), `${text} does not name „${translated}“`);
      }
    }
  });

  it('ships with the extension', () => {
    assert.equal(manifest['l10n'], './l10n');
    const missing = findContentFaults([]);
    assert.ok(missing.includes('is missing: extension/l10n/bundle.l10n.de.json'), missing.join('\n'));
    assert.ok(missing.includes('is missing: extension/package.nls.de.json'), missing.join('\n'));
  });

  describe('as the host shows it', () => {
    before(() => l10n.config({ contents: german.bundle }));
    after(() => l10n.config({ contents: {} }));

    const wait = { reason: 'inputTokens', until: now + 5_000, position: 2, attempt: 1 } as const;
    const surroundings = { now, branch: undefined, isElsewhere: false, countTokens: (text: string) => text.length };

    function stateOf(state: AnswerState) {
      return presentTurn({ ...answer('b', 'Darum', 'a', state), at: now, model: 'claude-demo' }, surroundings).state;
    }

    it('tells what is waited for and until when', () => {
      assert.equal(describeWait(wait, now), 'Wartet auf Eingabetoken bis 14:05:25');
      assert.deepEqual(stateOf({ kind: 'waiting', ...wait }), {
        kind: 'waiting',
        title: 'Wartet auf Eingabetoken bis 14:05:25',
        detail: 'Wird von selbst gesendet, sobald Platz ist · Platz 2 in der Warteschlange',
        until: now + 5_000,
        canSendNow: true,
        remedy: undefined,
      });
    });

    it('tells why an answer broke off and what to do', () => {
      const state = stateOf({ kind: 'failed', reason: 'network', until: undefined });
      assert.equal(state.kind, 'failed');
      assert.equal(state.title, 'Die Antwort wurde abgebrochen: keine Verbindung zur API');
      const detail = 'Prüfen Sie das Netzwerk, und versuchen Sie es dann erneut. Was angekommen ist, bleibt erhalten.';
      assert.equal(state.detail, detail);
      assert.deepEqual(
        state.actions.map(({ label }) => label),
        ['Fortfahren', 'Wiederholen', 'Protokoll anzeigen'],
      );
    });
  });
});

describe('The search for texts of the code', () => {
  const written: Readonly<Record<string, string>> = {
    "l10n.t('Add')": 'Add',
    'l10n.t("Don\'t", 1)': "Don't",
    "l10n.t('It\\'s {0} \\u201cnow\\u201d\\n\\x41\\u{1F600}', name)": "It's {0} “now”\nA😀",
    'l10n.t(`plain $5`)': 'plain $5',
    "vscode.l10n\n  .t(\n    // why\n    'One ' + /* and */ 'two',\n    count,\n  )": 'One two',
    "x('a' + l10n.t('a, b) c'))": 'a, b) c',
  };
  for (const [source, text] of Object.entries(written)) {
    it(`reads ${source.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(
        findL10nCalls(source).map((call) => call.text),
        [text],
      );
    });
  }

  it('tells the line of what is not written out', () => {
    const planted = [
      'l10n.t(name)',
      'l10n.t(isOne ? "a" : "b")',
      'l10n.t(`{0} ${unit}`)',
      "l10n.t('a' + unit)",
      "l10n.t({ message: 'a', comment: [] })",
      'texts.map(l10n.t)',
      "l10n.t('a'.trim())",
    ];
    const found = findL10nCalls(planted.join('\n'));
    assert.deepEqual(
      found,
      planted.map((_, index) => ({ line: index + 1, text: undefined })),
    );
  });

  it('notices a call under another name', () => {
    for (const source of [
      "import { t } from '@vscode/l10n';",
      "import * as texts from '@vscode/l10n';",
      "export { t } from '@vscode/l10n';",
      'const { t } = l10n;',
      'const { t } = vscode.l10n;',
      'const texts = l10n;',
      "l10n['t']('Add');",
      "const { t } = await import('@vscode/l10n');",
    ]) {
      assert.ok(hidesL10nCalls(source), source);
    }
    assert.ok(!hidesL10nCalls("import * as l10n from '@vscode/l10n';\nconst a = l10n.t('b');"));
  });
});
