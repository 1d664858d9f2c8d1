import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';

/** The files below these folders that hold the text, or one of the texts, in whatever encoding of bytes. */
export async function findInFiles(
  wanted: string | readonly string[],
  folders: readonly string[],
): Promise<readonly string[]> {
  const texts = typeof wanted === 'string' ? [wanted] : wanted;
  const needles = texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')]);
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const bytes = await readFile(file).catch(() => undefined);
      // What has just been renamed holds its text under another name.
      if (bytes === undefined) return findInFiles(texts, folders);
      if (needles.some((needle) => bytes.includes(needle))) found.push(relative(folder, file));
    }
  }
  return found;
}

/** Looks until the text is in a file: what was said last may still be on its way to the disk. */
export async function waitForFileWith(text: string, folders: readonly string[]): Promise<void> {
  while ((await findInFiles(text, folders)).length === 0);
}

/** What a page can hold of a text: its nodes, what is typed into its fields, its storage. */
const pageText = `[
  document.documentElement.outerHTML,
  ...[...document.querySelectorAll('input, textarea')].map((field) => field.value),
  JSON.stringify({ ...localStorage }),
  JSON.stringify({ ...sessionStorage }),
].join('\\n')`;

/** The frames of the page, webviews included, that hold the text. Rejects when one cannot be read. */
export async function findInPage(text: string, page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) {
    if ((await frame.evaluate<string>(pageText)).includes(text)) found.push(frame.url());
  }
  return found;
}
