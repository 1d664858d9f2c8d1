import assert from 'node:assert/strict';
import { findContentFaults } from '../../support/vsix';
import { readZipNames } from '../../support/zipNames';

const complete = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/package.nls.de.json',
  'extension/l10n/bundle.l10n.de.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/media/icon.png',
  'extension/dist/extension.js',
  'extension/dist/bottleneck.js',
  'extension/dist/chatHost.js',
  'extension/dist/keysHost.js',
  'extension/dist/leakMove.js',
  'extension/dist/ledger.js',
  'extension/dist/summariesHost.js',
  'extension/dist/client.js',
  'extension/dist/sdk.js',
  'extension/dist/chat.js',
  'extension/dist/chat.css',
];

describe('what ships', () => {
  it('is what a person who installs the extension needs', () => {
    assert.deepEqual(findContentFaults(complete), []);
  });

  for (const stranger of [
    'extension/.env',
    'extension/dist/extension.js.map',
    'extension/src/extension.ts',
    'extension/test/unit/a.test.js',
    'extension/node_modules/x/index.js',
    'extension/package-lock.json',
  ]) {
    it(`is not ${stranger}`, () => {
      assert.deepEqual(findContentFaults([...complete, stranger]), [`must not ship: ${stranger}`]);
    });
  }

  it('is never without the bundles', () => {
    const withoutSdk = complete.filter((name) => !name.endsWith('sdk.js'));
    assert.deepEqual(findContentFaults(withoutSdk), ['is missing: extension/dist/sdk.js']);
  });
});

function zipOf(names: readonly string[], comment = ''): Buffer {
  const entries = names.map((name) => {
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(Buffer.byteLength(name), 28);
    header.writeUInt16LE(2, 30);
    return Buffer.concat([header, Buffer.from(name), Buffer.from('xx')]);
  });
  const contents = Buffer.from('compressed contents');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(contents.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([contents, ...entries, end, Buffer.from(comment)]);
}

describe('the names in a zip archive', () => {
  it('are read in order, past extra fields and a comment', () => {
    const names = ['a.txt', 'folder/ä.txt'];
    assert.deepEqual(readZipNames(zipOf(names)), names);
    assert.deepEqual(readZipNames(zipOf(names, 'made by hand')), names);
  });

  it('are not made up from something else', () => {
    assert.throws(() => readZipNames(Buffer.from('this is no archive, but it is long enough')), /no central directory/);
  });
});
