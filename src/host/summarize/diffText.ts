import { leaveOutByName, type LeftOut } from '../../summarize/leaveOut';

export interface DiffText {
  readonly text: string;
  /** Where the changes of a file begin, and in a large one where a hunk does. */
  readonly seams: readonly number[];
  readonly leftOut: readonly LeftOut[];
}

export interface NewFile {
  /** Below the repository's root. */
  readonly path: string;
  readonly text: string;
}

export interface ChangeParts {
  /** What `git diff --cached` prints. */
  readonly staged: string;
  /** What `git diff` prints. */
  readonly unstaged: string;
  /** What Git does not know yet. */
  readonly untracked: readonly NewFile[];
}

/** The changes of a file of this size go in one piece on most limits. */
const leastCharactersForHunks = 20_000;

/** Lines of a patch itself begin with a blank, a sign or `@@`. */
const partBegins = /^(?=diff --(?:git|cc|combined) |# )/m;

/** All that is not committed, as one patch with a heading for each part that holds anything. */
export function composeChanges({ staged, unstaged, untracked }: ChangeParts): string {
  const parts: readonly (readonly [string, string])[] = [
    ['# Staged for the next commit', staged.trim()],
    ['# Not staged', unstaged.trim()],
    ['# New files, not added yet', untracked.map(composeNewFile).join('\n')],
  ];
  return parts
    .filter(([, text]) => text !== '')
    .map((part) => part.join('\n'))
    .join('\n\n');
}

/** As Git would print it once it is added. */
function composeNewFile({ path, text }: NewFile): string {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const head = `diff --git a/${path} b/${path}\nnew file\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1,${lines.length} @@`;
  return [head, ...lines.map((line) => `+${line}`)].join('\n');
}

/** A patch without what machines write, each of which a line stands for. */
export function readDiff(patch: string): DiffText {
  let text = '';
  const seams: number[] = [];
  const leftOut: LeftOut[] = [];
  for (const part of splitByFile(patch)) {
    const name = fileOf(part);
    const reason = name === undefined ? undefined : leaveOutByName(name);
    if (text !== '') seams.push(text.length);
    if (reason === undefined) {
      seams.push(...hunksOf(part).map((offset) => text.length + offset));
      text += part;
    } else {
      leftOut.push(reason);
      text += `[changes left out: ${name}]\n`;
    }
  }
  return { text, seams, leftOut };
}

/** A heading is a part of its own. */
function splitByFile(patch: string): readonly string[] {
  return patch.split(partBegins).filter((part) => part !== '');
}

/** Without the letter that Git puts before it. Names with unusual characters stand in quotation marks. */
function fileOf(part: string): string | undefined {
  const [head = ''] = part.split('\n', 1);
  const combined = /^diff --(?:cc|combined) (.+)$/.exec(head)?.[1];
  if (combined !== undefined) return unquote(combined);
  // `a/x b/x`: the same name twice, but for one that was moved, whose new name is the one that counts.
  const both = /^diff --git (.+)$/.exec(head)?.[1];
  const name = both === undefined ? undefined : (/ ("?\w\/.+)$/.exec(both)?.[1] ?? both);
  return name === undefined ? undefined : unquote(name).replace(/^\w\//, '');
}

function unquote(name: string): string {
  return name.replace(/^"(.*)"$/, '$1');
}

function hunksOf(part: string): readonly number[] {
  if (part.length < leastCharactersForHunks) return [];
  return [...part.matchAll(/^@@ /gm)].map(({ index }) => index);
}
