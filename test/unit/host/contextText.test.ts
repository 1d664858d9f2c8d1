import assert from 'node:assert/strict';
import { matchesGlob } from 'node:path';
import {
  composeDiff,
  composeFolder,
  composeProblems,
  describeRefusals,
  fenceLanguageOf,
  globFor,
  mostProblems,
  type FoundProblem,
} from '../../../src/host/chat/contextText';
import { isBinary } from '../../../src/host/binary';

function problemOf(more: Partial<FoundProblem> = {}): FoundProblem {
  return {
    file: 'src/retry.ts',
    line: 12,
    column: 5,
    level: 'error',
    message: 'Cannot find name “wait”.',
    source: 'ts',
    code: '2304',
    ...more,
  };
}

describe('A folder that is attached', () => {
  it('is one text with each file under its name', () => {
    const text = composeFolder([
      { name: 'a.ts', text: 'one\n\n' },
      { name: 'b.ts', text: 'two' },
    ]);
    assert.equal(text, '==== a.ts ====\none\n\n==== b.ts ====\ntwo\n');
  });
});

describe('Problems that are attached', () => {
  it('are lines as compilers print them', () => {
    assert.equal(composeProblems([problemOf()]), 'src/retry.ts:12:5 error: Cannot find name “wait”. [ts 2304]');
    assert.equal(
      composeProblems([problemOf({ source: undefined, code: undefined, message: 'Two\n  lines' })]),
      'src/retry.ts:12:5 error: Two lines',
    );
  });

  it('stand in the order of their weight', () => {
    const levels = ['hint', 'warning', 'error', 'information', 'error'] as const;
    const text = composeProblems(levels.map((level, index) => problemOf({ level, line: index + 1 })));
    assert.deepEqual(
      text.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')),
      [
        'src/retry.ts:3:5 error:',
        'src/retry.ts:5:5 error:',
        'src/retry.ts:2:5 warning:',
        'src/retry.ts:4:5 information:',
        'src/retry.ts:1:5 hint:',
      ],
    );
  });

  it('are cut where they are too many, which is said', () => {
    const many = Array.from({ length: mostProblems + 3 }, (_, line) => problemOf({ line }));
    const lines = composeProblems(many).split('\n');
    assert.equal(lines.length, mostProblems + 1);
    assert.equal(lines.at(-1), '(3 more, less severe, are left out)');
  });
});

describe('A diff that is attached', () => {
  it('tells what is staged from what is not', () => {
    assert.equal(composeDiff('diff A\n', 'diff B\n'), '# Staged for the next commit\ndiff A\n# Not staged\ndiff B');
    assert.equal(composeDiff('', 'diff B\n'), '# Not staged\ndiff B');
  });

  it('is none where nothing has changed', () => {
    assert.equal(composeDiff('', '\n'), undefined);
  });
});

describe('What could not be attached', () => {
  it('is told in one sentence, however much it was', () => {
    assert.equal(describeRefusals([]), undefined);
    assert.equal(describeRefusals(['a.png is not a text file.']), 'a.png is not a text file.');
    assert.equal(
      describeRefusals(['a.png is not a text file.', 'b is empty.']),
      '2 things could not be added. The first: a.png is not a text file.',
    );
  });
});

describe('A file', () => {
  it('is binary when a zero byte is at its beginning', () => {
    assert.ok(isBinary(Uint8Array.of(0x89, 0x50, 0, 0)));
    assert.ok(!isBinary(new TextEncoder().encode('plain')));
    assert.ok(!isBinary(new Uint8Array()));
    const late = new Uint8Array(9_000).fill(65);
    late[8_500] = 0;
    assert.ok(!isBinary(late));
  });

  it('is text in UTF-16 all the same', () => {
    assert.ok(!isBinary(Uint8Array.of(0xff, 0xfe, 0x41, 0)));
    assert.ok(!isBinary(Uint8Array.of(0xfe, 0xff, 0, 0x41)));
  });

  it('is in the language that its ending tells', () => {
    assert.equal(fenceLanguageOf('src/retry.TS'), 'ts');
    assert.equal(fenceLanguageOf('archive.tar.gz'), 'gz');
    for (const name of ['Makefile', '.gitignore', 'src/.env', 'a.b c', 'v1.2'])
      assert.equal(fenceLanguageOf(name), '', name);
  });
});

function finds(typed: string, path: string): boolean {
  return matchesGlob(path, globFor(typed));
}

describe('The search for files', () => {
  it('finds a name by any part of it, in either case', () => {
    assert.ok(finds('ret', 'src/Retry.ts'));
    assert.ok(finds('RETRY.TS', 'retry.ts'));
    assert.ok(!finds('queue', 'src/retry.ts'));
  });

  it('takes slashes for folders', () => {
    assert.ok(finds('host/ret', 'src/host/chat/retry.ts'));
    assert.ok(finds('host\\ret', 'src/host/retry.ts'));
    assert.ok(!finds('webview/ret', 'src/host/retry.ts'));
  });

  it('takes what means something in a pattern for what it is', () => {
    assert.ok(finds('[id]', 'app/[id].tsx'));
    assert.ok(finds('{a}', 'x/{a}.ts'));
    assert.ok(finds('a*b', 'src/a*b.ts'));
    assert.ok(!finds('a*b', 'src/accb.ts'));
  });
});
