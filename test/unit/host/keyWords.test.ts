import assert from 'node:assert/strict';
import { escapeMarkdown } from '../../../src/host/keys/keyWords';
import { presentMeter } from '../../../src/host/meterPresenter';
import { now } from './snapshots';

/** What markdown makes a link of without brackets. */
const autolink = /(?:https?|ftp):\/\/|www\.|(?<!\\)<[^>]*>|[\w.+-]+@[\w-]+\./i;
const labels = ['https://evil.com/?a=1', 'ftp://evil.com', 'www.evil.com', 'me@evil.com', '<https://evil.com>'];

describe('A label in markdown', () => {
  it('is never made a link', () => {
    for (const label of labels) {
      assert.match(label, autolink);
      const escaped = escapeMarkdown(label);
      assert.doesNotMatch(escaped, autolink);
      assert.equal(escaped.replaceAll(/\\(.)/g, '$1'), label, 'it reads otherwise');
    }
  });

  it('is never made a link where links are trusted', () => {
    for (const label of labels) {
      const key = { label, lastCharacters: 'abcd', isRefused: false };
      const { tooltip } = presentMeter({ key, lanes: [], model: 'm', now, isHeldBack: false });
      assert.doesNotMatch(tooltip, autolink);
    }
  });
});
