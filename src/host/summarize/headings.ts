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

interface NamedSource {
  readonly name: string;
  readonly uri: string;
}

/** As far as a `vscode.Uri` is one. */
export interface Place {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** What a document leads to. */
export interface Leads {
  /** The one that all of it is about. */
  readonly whole: NamedSource | undefined;
  readonly sections: readonly NamedSource[];
}

export function leadsOf(title: string, draft: SummaryDraft | undefined): Leads {
  return {
    whole: toSource(title, draft?.uri),
    sections: (draft?.sections ?? []).flatMap(({ name, uri }) => toSource(name, uri) ?? []),
  };
}

/** A click on a link to a command would run it. */
function toSource(name: string, uri: string | undefined): NamedSource | undefined {
  return uri === undefined || /^command:/i.test(uri) ? undefined : { name, uri };
}

/** Where the headings of a document name a source. */
export function findSourceLinks(text: string, { whole, sections }: Leads): readonly SourceLink[] {
  // Two of one name stand in their order.
  const byHeading = Map.groupBy(sections, ({ name }) => spellName(name));
  const links: SourceLink[] = [];
  let fence: string | undefined;
  for (const [line, content] of text.split(/\r?\n/).entries()) {
    fence = followFence(fence, content);
    if (fence !== undefined) continue;
    const found = line === 0 ? whole && findInTitle(content, whole) : findInHeading(content, line, byHeading);
    if (found) links.push(found);
  }
  return links;
}

/** The headings of sections are nothing but the name. */
function findInHeading(
  content: string,
  line: number,
  byHeading: ReadonlyMap<string, NamedSource[]>,
): SourceLink | undefined {
  const mark = '## ';
  if (!content.startsWith(mark)) return undefined;
  const source = byHeading.get(content.slice(mark.length))?.shift();
  return source && { line, from: mark.length, to: content.length, ...source };
}

/** The title names it within a sentence, in which the same letters may stand before. */
function findInTitle(title: string, source: NamedSource): SourceLink | undefined {
  const name = spellName(source.name);
  const from = title.startsWith('# ') && name !== '' ? title.lastIndexOf(` ${name}`) + 1 : 0;
  return from === 0 ? undefined : { line: 0, from, to: from + name.length, ...source };
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
