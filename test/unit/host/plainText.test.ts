import assert from 'node:assert/strict';
import { plainText } from '../../../src/host/plainText';

/** What VS Code takes for a link in a notification. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('A text from outside in a notification', () => {
  it('holds no link that runs a command, and looks the same', () => {
    const names = [
      'src/[open](command:workbench.action.quit).ts',
      '[a](command:x?%5B1%5D "title") and [b](https://example.com/)',
      '[[a](file:///etc/hosts)](command:y)',
    ];
    for (const name of names) {
      assert.match(name, link);
      const text = plainText(name);
      assert.doesNotMatch(text, link);
      assert.equal(text.replaceAll('\u200B', ''), name);
      assert.equal(plainText(text), text);
    }
  });

  it('stays as it is when there is nothing of the kind', () => {
    for (const text of ['src/a (copy) [1].ts', '', 'f[0](1'.replace('](', '] (')]) assert.equal(plainText(text), text);
  });
});
