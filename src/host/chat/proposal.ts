/** A part of a text, in characters from its beginning; `end` is not part of it. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, as editors report it. */
export interface TextChange {
  readonly offset: number;
  /** Of what was replaced. */
  readonly length: number;
  readonly text: string;
}

/** What an answer would put in place of a part of a document, or of all of it. */
export interface Proposal {
  readonly span: Span;
  /** The span is the whole document, whatever becomes of it. */
  readonly isWhole: boolean;
  /** What the span is to be replaced with. */
  readonly code: string;
  /** The document changed within the span: what is proposed was not made for what stands there now. */
  readonly isStale: boolean;
}

/** Follows the document while it is edited: what happens before the span moves it, what happens within makes it stale. */
export function follow(proposal: Proposal, changes: readonly TextChange[]): Proposal {
  let { span, isStale } = proposal;
  // Offsets are those before the change, of all changes at once: from the end on, none moves another.
  for (const change of changes.toSorted((a, b) => b.offset - a.offset)) {
    const grown = change.text.length - change.length;
    const changeEnd = change.offset + change.length;
    if (proposal.isWhole) {
      span = { start: 0, end: span.end + grown };
      isStale = true;
    } else if (changeEnd <= span.start) {
      span = { start: span.start + grown, end: span.end + grown };
    } else if (change.offset < span.end) {
      span = { start: Math.min(span.start, change.offset), end: Math.max(span.end, changeEnd) + grown };
      isStale = true;
    }
  }
  return { ...proposal, span, isStale };
}

/** The whole document as it would be. */
export function applyTo(text: string, { span, code }: Pick<Proposal, 'span' | 'code'>): string {
  return text.slice(0, span.start) + code + text.slice(span.end);
}

/**
 * The code of an answer as it belongs into the document: with its line endings, and ending in a line break just when what
 * it replaces does, since a code block tells nothing of that.
 */
export function fitCode(code: string, replaced: string, eol: '\n' | '\r\n'): string {
  const body = code.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  const ending = /(?:\r?\n)*$/.exec(replaced)?.[0].replaceAll('\r', '') ?? '';
  return `${body}${ending}`.replaceAll('\n', eol);
}

/** What fences are marked with, and VS Code calls otherwise. */
const aliasTable: Readonly<Record<string, string>> = {
  ts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  golang: 'go',
  cs: 'csharp',
  'c#': 'csharp',
  'c++': 'cpp',
  cc: 'cpp',
  h: 'c',
  hpp: 'cpp',
  kt: 'kotlin',
  sh: 'shellscript',
  bash: 'shellscript',
  zsh: 'shellscript',
  shell: 'shellscript',
  console: 'shellscript',
  ps1: 'powershell',
  yml: 'yaml',
  md: 'markdown',
  docker: 'dockerfile',
  make: 'makefile',
  objc: 'objective-c',
  text: 'plaintext',
  txt: 'plaintext',
};
const aliases: ReadonlyMap<string, string> = new Map(Object.entries(aliasTable));

/** VS Code's language for the mark of a fence; `plaintext` where it knows none. */
export function languageIdFor(mark: string, known: readonly string[]): string {
  const name = mark.trim().toLowerCase().split(/\s/)[0] ?? '';
  const id = aliases.get(name) ?? name;
  return known.includes(id) ? id : 'plaintext';
}
