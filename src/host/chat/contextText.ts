import * as l10n from '@vscode/l10n';

/** What is not read at all: a file of this size is data, and no window of a model holds it. */
export const largestFileBytes = 1_000_000;

/** About 300k tokens, as much as a message may have; what is larger can be summarized. */
export const largestAttachmentCharacters = 1_000_000;

/** Beyond so many the list is a state of the project, not something to ask about. */
export const mostProblems = 200;

/** What a fence is marked with when no editor has told the language: the ending of the name, as `ts` of `retry.ts`. */
export function fenceLanguageOf(name: string): string {
  return /[^/]\.([a-z][a-z0-9+]{0,9})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The files of a folder as one text, each under its name. */
export function composeFolder(files: readonly NamedText[]): string {
  return files.map(({ name, text }) => `==== ${name} ====\n${text.replace(/\n+$/, '')}\n`).join('\n');
}

export type ProblemLevel = 'error' | 'warning' | 'information' | 'hint';

export interface FoundProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly level: ProblemLevel;
  readonly message: string;
  /** Who found it: `ts`, `eslint`. */
  readonly source: string | undefined;
  readonly code: string | undefined;
}

const weight: Readonly<Record<ProblemLevel, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** One line for each, as compilers print them, the worst first; it says how many of them are left out. */
export function composeProblems(problems: readonly FoundProblem[]): string {
  const sorted = problems.toSorted((a, b) => weight[a.level] - weight[b.level]);
  const lines = sorted.slice(0, mostProblems).map((problem) => {
    const { file, line, column, level, message, source, code } = problem;
    const rule = [source, code].filter((part) => part !== undefined && part !== '').join(' ');
    const words = message.replace(/\s+/g, ' ').trim();
    return `${file}:${line}:${column} ${level}: ${words}${rule === '' ? '' : ` [${rule}]`}`;
  });
  const left = problems.length - lines.length;
  return [...lines, ...(left > 0 ? [`(${left} more, less severe, are left out)`] : [])].join('\n');
}

/** What `git diff` printed for both halves; `undefined` when nothing has changed. */
export function composeDiff(staged: string, unstaged: string): string | undefined {
  const parts = [
    staged.trim() === '' ? [] : ['# Staged for the next commit', staged.trimEnd()],
    unstaged.trim() === '' ? [] : ['# Not staged', unstaged.trimEnd()],
  ].flat();
  return parts.length === 0 ? undefined : parts.join('\n');
}

/** One clear sentence for all that could not be added; `undefined` when there was nothing of the kind. */
export function describeRefusals(refusals: readonly string[]): string | undefined {
  const [first, ...others] = refusals;
  if (first === undefined || others.length === 0) return first;
  return l10n.t('{0} things could not be added. The first: {1}', refusals.length, first);
}

/** Each letter in either case: outside of Windows the search of files tells them apart, and people do not. */
export function globFor(typed: string): string {
  const parts = typed
    .trim()
    .split(/[\\/]+/)
    .filter((part) => part !== '');
  return parts.map((part) => `**/*${Array.from(part, globOf).join('')}*`).join('/');
}

function globOf(character: string): string {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  if (lower.length === 1 && upper.length === 1 && lower !== upper) return `[${lower}${upper}]`;
  // What means something in a pattern stands for any one character: near enough for a search.
  return /[?*[\]{},!]/.test(character) ? '?' : character;
}
