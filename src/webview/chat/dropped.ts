import * as v from 'valibot';

const lists = ['application/vnd.code.uri-list', 'text/uri-list'] as const;
/** What VS Code's own views put on a drag, as JSON. */
const resourceUrls = 'resourceurls';
const types: ReadonlySet<string> = new Set([...lists, resourceUrls]);

/** More would be a slip of the hand; a folder is one. */
const mostUris = 50;

const resourceUrlsSchema = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

/** @param offered the types of the drag; a browser tells them in lower case */
export function carriesUris(offered: readonly string[]): boolean {
  return offered.some((type) => types.has(type.toLowerCase()));
}

/** The addresses of a drag, each once and not too many, in the first of the known forms that has any. Never throws. */
export function urisOf(getData: (type: string) => string): readonly string[] {
  return [...new Set(readUris(getData))].slice(0, mostUris);
}

function readUris(getData: (type: string) => string): readonly string[] {
  for (const type of lists) {
    // Lines that start with # are comments: RFC 2483, section 5.
    const lines = getData(type).split(/\r?\n/);
    const uris = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    if (uris.length > 0) return uris;
  }
  const result = v.safeParse(resourceUrlsSchema, getData(resourceUrls));
  return result.success ? result.output : [];
}
