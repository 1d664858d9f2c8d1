import assert from 'node:assert/strict';
import { windowUrl } from '../../support/vscodeHost';

describe('the URL of a window', () => {
  it('names the folder, and nothing more for an installed extension', () => {
    const url = new URL(windowUrl('127.0.0.1:8123', { folder: '/a folder' }));
    assert.equal(url.host, '127.0.0.1:8123');
    assert.deepEqual([...url.searchParams], [['folder', '/a folder']]);
  });

  it('names extension and tests on the same authority as the page, or VS Code would not find them', () => {
    const url = new URL(
      windowUrl('127.0.0.1:8123', { folder: '/f', developmentExtension: '/e', testsModule: '/out/index' }),
    );
    assert.deepEqual(JSON.parse(url.searchParams.get('payload') ?? ''), [
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:8123/e'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:8123/out/index'],
    ]);
  });
});
