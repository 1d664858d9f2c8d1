import assert from 'node:assert/strict';
import { presentContextRows, type ContextRow, type ContextWorld } from '../../../src/host/chat/contextRows';

function worldOf(more: Partial<ContextWorld> = {}): ContextWorld {
  return {
    selection: undefined,
    activeFile: undefined,
    problemsOfFile: 0,
    problemsOfWorkspace: 0,
    openFiles: [],
    ...more,
  };
}

const retry = { uri: 'file:///w/src/retry.ts', name: 'src/retry.ts' };
const queue = { uri: 'file:///w/queue.ts', name: 'queue.ts' };

function labels(rows: readonly ContextRow[]): readonly string[] {
  return rows.map((row) =>
    row.kind === 'heading' ? row.label : [row.label, row.description].filter(Boolean).join(' | '),
  );
}

function keysOf(rows: readonly ContextRow[]): readonly string[] {
  return rows.flatMap((row) => (row.kind === 'choice' && row.choice.kind === 'file' ? [row.key] : []));
}

describe('The context picker', () => {
  it('offers only what there is, and always a diff and a folder', () => {
    assert.deepEqual(labels(presentContextRows(worldOf(), [], [])), [
      '$(diff) Git Diff | staged and not staged',
      '$(folder) Folder…',
    ]);
  });

  it('offers kinds first, then open editors, then the files that were found', () => {
    const world = worldOf({
      selection: 'retry.ts:12–48',
      activeFile: 'src/retry.ts',
      problemsOfFile: 2,
      problemsOfWorkspace: 7,
      openFiles: [retry],
    });
    assert.deepEqual(labels(presentContextRows(world, [queue, retry], [])), [
      '$(selection) Selection | retry.ts:12–48',
      '$(warning) Problems of the Active File | src/retry.ts · 2',
      '$(warning) All Problems | 7',
      '$(diff) Git Diff | staged and not staged',
      '$(folder) Folder…',
      'Open editors',
      '$(file) retry.ts | src',
      'Files',
      '$(search) queue.ts',
    ]);
  });

  it('keeps what is checked when a new search no longer finds it, once', () => {
    const found = presentContextRows(worldOf(), [queue], []);
    const checked = found.flatMap((row) => (row.kind === 'choice' && row.choice.kind === 'file' ? [row] : []));
    assert.deepEqual(labels(presentContextRows(worldOf(), [retry], checked)).slice(2), [
      'Chosen',
      '$(search) queue.ts',
      'Files',
      '$(search) retry.ts | src',
    ]);
    assert.deepEqual(labels(presentContextRows(worldOf(), [queue], checked)).slice(2), ['Files', '$(search) queue.ts']);
  });

  it('lets the same thing have the same key in every list', () => {
    const open = keysOf(presentContextRows(worldOf({ openFiles: [retry] }), [], []));
    assert.deepEqual(open, keysOf(presentContextRows(worldOf(), [retry], [])));
  });

  it('shows the name of a file as it is', () => {
    const file = { uri: 'file:///w/x', name: '$(flame).ts' };
    assert.ok(labels(presentContextRows(worldOf(), [file], [])).includes('$(search) $ (flame).ts'));
  });
});
