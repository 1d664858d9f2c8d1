import assert from 'node:assert/strict';
import { readSources } from './sourceFiles';

/** What is shown in notifications and modal messages, as it begins where it is handed over. */
const shown = /\bshow(?:Information|Warning|Error)Message\(\s*(?<first>[^]{0,300})/g;
/** Nothing can be put into it. */
const fixedText = /^l10n\.t\(\s*(?:'[^'{]*'|"[^"{]*"),?\s*\)/;
const titles = /location: vscode\.ProgressLocation\.Notification,\s*title(?<title>.{0,60})/g;

describe('A notification', () => {
  it('shows what comes from outside as plain text, in which nothing is a link', () => {
    const loose: string[] = [];
    let count = 0;
    for (const { path, text } of readSources()) {
      for (const { index, groups } of text.matchAll(shown)) {
        const first = groups?.['first'] ?? '';
        count += 1;
        if (first.startsWith('plainText(') || fixedText.test(first)) continue;
        loose.push(`${path}:${text.slice(0, index).split('\n').length}`);
      }
    }
    assert.ok(count > 30, 'the calls were not found');
    assert.deepEqual(loose, []);
  });

  it('of something under way has such a title as well', () => {
    const found = readSources().flatMap(({ text }) =>
      [...text.matchAll(titles)].map(({ groups }) => groups?.['title']),
    );
    assert.ok(found.length > 3, 'the titles were not found');
    for (const title of found) assert.match(title ?? '', /^: (?:plainText\(|l10n\.t\('[^'{]*'\))/);
  });
});
