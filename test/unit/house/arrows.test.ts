import assert from 'node:assert/strict';
import { findForbiddenImports, importsOf } from './imports';
import { readSources, type SourceFile } from './sourceFiles';

const sources = readSources();

/** The house as it is, with one more file in it. */
function withFile(path: string, text: string): readonly SourceFile[] {
  return [...sources, { path, text }];
}

describe('The arrows of the house', () => {
  it('point one way', () => {
    assert.ok(sources.length > 50, 'the house was not found');
    assert.deepEqual(findForbiddenImports(sources), []);
  });

  it('lead to the SDK at run time from one file only', () => {
    const users = sources.flatMap(importsOf).filter(({ target }) => target.startsWith('@anthropic-ai/sdk'));
    assert.deepEqual(
      users.filter(({ isTypeOnly }) => !isTypeOnly).map(({ from }) => from),
      ['src/client/anthropicAdapter.ts'],
    );
  });
});

describe('The database', () => {
  it('is loaded when it is opened, not with the code', () => {
    const uses = sources.flatMap((file) => importsOf(file)).filter(({ target }) => target === 'node:sqlite');
    assert.ok(uses.some(({ isTypeOnly }) => !isTypeOnly));
    for (const { text } of sources) assert.doesNotMatch(text, /^import (?!type ).*'node:sqlite'/m);
  });
});

describe('The check of the arrows', () => {
  const planted: Readonly<Record<string, readonly [path: string, text: string, complaint: RegExp]>> = {
    'the client looking at the host': [
      'src/client/planted.ts',
      `import { log } from '../host/log';`,
      /client.*imports src\/host\/log/,
    ],
    'the client looking at a conversation, for a type only': [
      'src/client/planted.ts',
      `import type { Turn } from '../conversation/turn';`,
      /client.*conversation/,
    ],
    'one core folder looking at another': [
      'src/keys/planted.ts',
      `import { takePiece } from '../summarize/split';`,
      /keys.*summarize/,
    ],
    'keys looking at what they used': [
      'src/keys/planted.ts',
      `import type { Spent } from '../usage/usageTotals';`,
      /keys.*usage/,
    ],
    'what was used looking at the keys': [
      'src/usage/planted.ts',
      `import type { KeyEvent } from '../keys/keyEvent';`,
      /usage.*keys/,
    ],
    'the store looking at a summary': [
      'src/store/planted.ts',
      `import { takePiece } from '../summarize/split';`,
      /store.*summarize/,
    ],
    'the store looking at the host': [
      'src/store/planted.ts',
      `import { createLog } from '../host/log';`,
      /store.*host/,
    ],
    'a conversation looking at the store': [
      'src/conversation/planted.ts',
      `import type { Store } from '../store/database';`,
      /conversation.*store/,
    ],
    'the database outside of the store': [
      'src/host/planted.ts',
      `import type { DatabaseSync } from 'node:sqlite';`,
      /host.*node:sqlite/,
    ],
    'the database taken past the imports': [
      'src/host/planted.ts',
      `const { DatabaseSync } = process.getBuiltinModule('node:sqlite');`,
      /host.*node:sqlite/,
    ],
    'the host looking at the extension': [
      'src/host/planted.ts',
      `import { activate } from '../extension';`,
      /host.*extension/,
    ],
    'the webview looking at the host': [
      'src/webview/chat/planted.tsx',
      `import {\n  formatClock,\n  formatCount,\n} from '../../host/format';`,
      /webview.*host/,
    ],
    'the webview looking at the client, for a type only': [
      'src/webview/chat/planted.ts',
      `import type { Usage } from '../../client/types';`,
      /webview.*client/,
    ],
    'the protocol looking at a package': ['src/protocol/planted.ts', `import * as v from 'valibot';`, /valibot/],
    'the core looking at VS Code': ['src/summarize/planted.ts', `import type * as vscode from 'vscode';`, /vscode/],
    'the core making sentences': ['src/client/planted.ts', `import * as l10n from '@vscode/l10n';`, /l10n/],
    'VS Code taken in passing': ['src/conversation/planted.ts', `const { env } = await import('vscode');`, /vscode/],
    'VS Code required': ['src/keys/planted.ts', `const vscode = require("vscode");`, /vscode/],
    'Node in the browser': ['src/webview/planted.ts', `import { join } from 'node:path';`, /node:path/],
    'a second file with the SDK': [
      'src/client/planted.ts',
      `import type { Anthropic } from '@anthropic-ai/sdk/client';`,
      /sdk is imported by 2 files/,
    ],
    'the SDK outside of the client': [
      'src/host/planted.ts',
      `import Anthropic from '@anthropic-ai/sdk';`,
      /host.*package @anthropic-ai/,
    ],
    'a second file with Bottleneck': [
      'src/client/planted.ts',
      `export { default } from 'bottleneck';`,
      /bottleneck is imported by 2 files/,
    ],
    'a folder nobody planned': ['src/utils/planted.ts', `import './other';`, /no place in the house/],
    'an import of nothing': ['src/client/planted.ts', `export * from './nothing';`, /not there/],
  };

  for (const [what, [path, text, complaint]] of Object.entries(planted)) {
    it(`finds ${what}`, () => {
      const complaints = findForbiddenImports(withFile(path, text));
      assert.ok(complaints.length > 0);
      assert.ok(
        complaints.some((each) => complaint.test(each)),
        complaints.join('\n'),
      );
    });
  }

  it('misses Bottleneck and the SDK when nobody imports them any more', () => {
    const without = sources.filter(({ text }) => !/from '(bottleneck|@anthropic-ai)/.test(text));
    const complaints = findForbiddenImports(without).join('\n');
    assert.match(complaints, /sdk is imported by 0 files/);
    assert.match(complaints, /bottleneck is imported by 0 files/);
  });

  it('does not take prose for imports', () => {
    const text = "// import what you need from 'vscode'\nconst how = `export it from 'vscode'`;\n";
    assert.deepEqual(findForbiddenImports(withFile('src/keys/planted.ts', text)), []);
  });
});
