import assert from 'node:assert/strict';
import { isDeclaration, readSources, type SourceFile } from './sourceFiles';

/** Beyond this a file has two subjects. */
const mostLines = 400;

const sources = readSources();

function isTooLong({ text }: SourceFile): boolean {
  return text.trimEnd().split('\n').length > mostLines;
}

function hasDefaultExport(file: SourceFile): boolean {
  return !isDeclaration(file) && /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/m.test(file.text);
}

function paths(files: readonly SourceFile[]): readonly string[] {
  return files.map(({ path }) => path);
}

describe('Every source file', () => {
  it('stays short enough to be read in one go', () => {
    assert.deepEqual(paths(sources.filter(isTooLong)), []);
    assert.ok(isTooLong({ path: 'planted.ts', text: 'line\n'.repeat(mostLines + 1) }));
    assert.ok(!isTooLong({ path: 'planted.ts', text: 'line\n'.repeat(mostLines) }));
  });

  it('exports by name', () => {
    assert.deepEqual(paths(sources.filter(hasDefaultExport)), []);
    for (const text of ['export default 1;', 'const a = 1;\nexport { a as default };', 'export default class {}']) {
      assert.ok(hasDefaultExport({ path: 'planted.ts', text }));
    }
  });
});
