import assert from 'node:assert/strict';
import { readDroppedUris } from '../../../src/host/chat/droppedUris';

describe('What is dropped on the chat', () => {
  it('is read from where editors and the explorer read', () => {
    const uris = [
      'file:///w/a.ts',
      'FILE:///w/b.ts',
      'vscode-remote://ssh/w/c.ts',
      'untitled:Untitled-1',
      'file://localhost/d',
    ];
    assert.deepEqual(readDroppedUris(uris, []), uris);
  });

  it('is read from the workspace’s own file system too', () => {
    assert.deepEqual(readDroppedUris(['memfs:/a.ts'], []), []);
    assert.deepEqual(readDroppedUris(['memfs:/a.ts'], ['memfs']), ['memfs:/a.ts']);
  });

  it('is never fetched from the web, from another host, or from what is not an address', () => {
    const bad = [
      'https://example.invalid/x',
      'data:text/plain,x',
      'file://host/share/x',
      'command:x',
      '/etc/x',
      '',
      `file:///${'x'.repeat(5_000)}`,
    ];
    assert.deepEqual(readDroppedUris(bad, ['memfs']), []);
  });

  it('is taken once, and not without end', () => {
    assert.deepEqual(readDroppedUris(['file:///a', 'file:///a'], []), ['file:///a']);
    const many = Array.from({ length: 80 }, (_, index) => `file:///${index}`);
    assert.equal(readDroppedUris(many, []).length, 50);
  });
});
