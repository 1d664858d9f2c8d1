import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createTemporaryFolder } from '../../support/files';
import { Resources } from '../../support/resources';
import { ensureStagedFolder } from '../../support/stagedFolder';

const fill = (text: string) => (staging: string) => writeFile(join(staging, 'file'), text);

describe('a folder that is installed once', () => {
  const resources = new Resources();
  after(() => resources.end());

  async function setup() {
    const parent = await createTemporaryFolder('unit');
    await resources.own(() => parent.remove());
    const folder = join(parent.path, 'tool');
    return { folder, read: () => readFile(join(folder, 'file'), 'utf8') };
  }

  it('is filled the first time and left alone afterwards', async () => {
    const { folder, read } = await setup();
    await ensureStagedFolder(folder, fill('first'));
    await ensureStagedFolder(folder, fill('second'));
    assert.equal(await read(), 'first');
  });

  it('does not exist before it is complete, nor after a failure', async () => {
    const { folder } = await setup();
    const failing = ensureStagedFolder(folder, async (staging) => {
      await writeFile(join(staging, 'half'), '');
      assert.equal(existsSync(folder), false);
      throw new Error('no network');
    });
    await assert.rejects(failing, /no network/);
    assert.deepEqual(await readdir(dirname(folder)), []);
  });

  it('is not held up by what a killed installation has left', async () => {
    const { folder, read } = await setup();
    // Process ids are far below this number on every system.
    const abandoned = `${folder}.partial-999999999`;
    await mkdir(abandoned);
    await ensureStagedFolder(folder, fill('whole'));
    assert.equal(await read(), 'whole');
    assert.equal(existsSync(abandoned), false);
  });
});
