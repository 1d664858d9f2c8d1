import assert from 'node:assert/strict';
import { composeChanges, readDiff } from '../../../src/host/summarize/diffText';

function patchOf(name: string, lines: readonly string[] = ['-old', '+new']): string {
  return [
    `diff --git a/${name} b/${name}`,
    'index 1..2 100644',
    `--- a/${name}`,
    `+++ b/${name}`,
    '@@ -1 +1 @@',
    ...lines,
    '',
  ].join('\n');
}

function linesAt({ text, seams }: ReturnType<typeof readDiff>): readonly string[] {
  return seams.map((offset) => text.slice(offset).split('\n', 1)[0] ?? '');
}

describe('A diff', () => {
  it('has seams where the changes of the next file begin', () => {
    const patch = patchOf('a.ts') + patchOf('b.ts');
    const diff = readDiff(patch);
    assert.equal(diff.text, patch);
    assert.deepEqual(linesAt(diff), ['diff --git a/b.ts b/b.ts']);
  });

  it('has seams within a large file where its hunks begin', () => {
    const hunk = [
      ...Array.from({ length: 2_000 }, (_, index) => `+line ${index} of it`),
      '@@ -9 +9 @@ function next()',
      '+end',
    ];
    assert.deepEqual(linesAt(readDiff(patchOf('a.ts', hunk))), ['@@ -1 +1 @@', '@@ -9 +9 @@ function next()']);
  });

  it('has a line instead of what machines have written, and counts it', () => {
    const diff = readDiff(patchOf('a.ts') + patchOf('web/package-lock.json') + patchOf('c.ts'));
    assert.deepEqual(diff.leftOut, ['lockFile']);
    assert.match(diff.text, /\n\[changes left out: web\/package-lock\.json\]\ndiff --git a\/c\.ts/);
    assert.doesNotMatch(diff.text, /web\/package-lock\.json b/);
  });

  it('knows a file by its new name, however Git writes it', () => {
    for (const head of [
      'diff --git a/old.ts b/package-lock.json',
      'diff --git i/package-lock.json w/package-lock.json',
      'diff --git "a/gr\\303\\266/package-lock.json" "b/gr\\303\\266/package-lock.json"',
      'diff --cc package-lock.json',
      'diff --combined package-lock.json',
    ]) {
      assert.deepEqual(readDiff(`${head}\n@@ -1 +1 @@\n+x\n`).leftOut, ['lockFile'], head);
    }
  });

  it('is not cut by a line that only looks like a beginning', () => {
    const patch = patchOf('a.md', ['+diff --git a/x b/x', ' diff --git a/x b/x']);
    assert.deepEqual(readDiff(patch).seams, []);
  });
});

describe('All changes', () => {
  it('have a heading for each part that holds anything', () => {
    const untracked = [{ path: 'new.txt', text: 'one\r\ntwo\n' }];
    assert.equal(
      composeChanges({ staged: 'STAGED\n', unstaged: '\n', untracked }),
      '# Staged for the next commit\nSTAGED\n\n# New files, not added yet\n' +
        'diff --git a/new.txt b/new.txt\nnew file\n--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+one\n+two',
    );
  });

  it('are empty when there are none', () => {
    assert.equal(composeChanges({ staged: '', unstaged: '', untracked: [] }), '');
  });
});
