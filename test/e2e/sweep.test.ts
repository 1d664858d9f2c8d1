import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before } from 'mocha';
import { createTemporaryFolder, inspectFoldersAtTheirEnd } from '../support/files';
import { resultsFolder } from '../support/paths';
import { plantedKeys, plantKey } from './plantedKeys';
import { findInFiles } from './sweep';

interface Find {
  readonly folder: string;
  /** Of the file with a key. Never the key. */
  readonly file: string;
}

const finds: Find[] = [];
let foldersSeen = 0;

/**
 * For the whole run, whatever the order of the files: each folder is looked through when everything that wrote into it
 * has ended, just before it is removed, and the results when the last window is closed. That is the user's and the
 * server's data of every window, and every workspace.
 */
before(() => {
  inspectFoldersAtTheirEnd(async (folder) => {
    foldersSeen += 1;
    for (const file of await findInFiles(plantedKeys(), [folder])) finds.push({ folder, file });
  });
});

after(async () => {
  inspectFoldersAtTheirEnd(undefined);
  await mkdir(resultsFolder, { recursive: true });
  for (const file of await findInFiles(plantedKeys(), [resultsFolder])) finds.push({ folder: resultsFolder, file });
  assert.ok(foldersSeen > 0, 'no folder was looked through');
  assert.deepEqual(finds, [], `keys were left in ${finds.length} files`);
});

describe('the sweep for keys after the run', () => {
  it('finds a key in any file below a folder that comes to its end, whatever its encoding', async () => {
    const key = plantKey();
    const folder = await createTemporaryFolder('sweep');
    await mkdir(join(folder.path, 'user/deep'), { recursive: true });
    await writeFile(join(folder.path, 'user/deep/state.db'), Buffer.concat([Buffer.of(0, 1), Buffer.from(key)]));
    await writeFile(join(folder.path, 'wide.log'), Buffer.from(`the key: ${key}`, 'utf16le'));
    await writeFile(join(folder.path, 'clean.log'), key.slice(0, -1));
    await folder.remove();

    const own = finds.filter((find) => find.folder === folder.path);
    assert.deepEqual(own.map(({ file }) => file).toSorted(), [join('user', 'deep', 'state.db'), 'wide.log']);
    for (const find of own) finds.splice(finds.indexOf(find), 1);
  });
});
