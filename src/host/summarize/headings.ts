import type { SummaryDraft } from '../../summarize/spec';
import { followFence, spellName } from './markdownText';

/** A part of one line of a document that leads to a source. Lines and characters count from 0. */
export interface SourceLink {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly uri: string;
}

export interface NamedSource {
  readonly name: string;
  readonly uri: string;
}

/** As far as a `vscode.Uri` is one. */
export interface Place {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** What a document leads to: the sources of its sections, or the one that it is about. */
export function sourcesOf(title: string, draft: SummaryDraft | undefined): readonly NamedSource[] {
  const all = [...(draft?.sections ?? []), ...(draft?.uri === undefined ? [] : [{ name: title, uri: draft.uri }])];
  return all.flatMap(({ name, uri }) => (uri === undefined || !mayBeOpened(uri) ? [] : [{ name, uri }]));
}

/** Where the headings of a document name a source. */
export function findSourceLinks(text: string, sources: readonly NamedSource[]): readonly SourceLink[] {
  const byHeading = new Map(sources.map((source) => [spellName(source.name), source]));
  const links: SourceLink[] = [];
  let fence: string | undefined;
  for (const [line, content] of text.split(/\r?\n/).entries()) {
    fence = followFence(fence, content);
    const found = fence === undefined ? findInLine(content, line, byHeading) : undefined;
    if (found) links.push(found);
  }
  return links;
}

function findInLine(
  content: string,
  line: number,
  byHeading: ReadonlyMap<string, NamedSource>,
): SourceLink | undefined {
  // The title names its source within a sentence, the headings of sections are nothing but the name.
  if (line === 0) return [...byHeading].map(([name, source]) => findInTitle(content, name, source)).find(Boolean);
  if (!content.startsWith('## ')) return undefined;
  const heading = content.slice('## '.length);
  const source = byHeading.get(heading);
  return source && { line, from: '## '.length, to: content.length, ...source };
}

function findInTitle(title: string, name: string, source: NamedSource): SourceLink | undefined {
  const from = title.startsWith('# ') ? title.indexOf(` ${name}`) + 1 : 0;
  return from === 0 || name === '' ? undefined : { line: 0, from, to: from + name.length, ...source };
}

/** A click on a link to a command would run it. */
function mayBeOpened(uri: string): boolean {
  return !/^command:/i.test(uri);
}

/** The address of a source in a document that lies in this folder; `undefined` where no relative one leads there. */
export function relativeLink(folder: Place, source: Place): string | undefined {
  if (folder.scheme !== source.scheme || folder.authority !== source.authority) return undefined;
  const from = folder.path.split('/').filter((segment) => segment !== '');
  const to = source.path.split('/').filter((segment) => segment !== '');
  if (isDrive(from[0]) && from[0] !== to[0]) return undefined;
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common).map(encodeSegment)].join('/');
}

/** Of Windows: nothing leads from one to another. */
function isDrive(segment: string | undefined): boolean {
  return segment !== undefined && /^[a-z]:$/i.test(segment);
}

/** For markdown, where a bracket would end the address. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[()']/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}
