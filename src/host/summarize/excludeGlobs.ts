/** Whether a setting leaves a path out. `path`: below the folder of the workspace, with slashes; `siblings`: names beside it. */
export type Excludes = (path: string, siblings: ReadonlySet<string>) => boolean;

interface Rule {
  readonly pattern: RegExp;
  /** The name of what has to lie beside it: `$(basename).ts`. */
  readonly when: string | undefined;
}

/** A setting may hold a pattern that says the same in thousands of ways; nobody writes one of more. */
const mostAlternatives = 256;

/** Reads `files.exclude`: patterns with `true`, or with `{ when: … }`. What is neither counts for nothing. */
export function readExcludes(setting: unknown): Excludes {
  const rules = Object.entries(typeof setting === 'object' && setting !== null ? setting : {}).flatMap(toRules);
  return (path, siblings) =>
    rules.some(
      ({ pattern, when }) => pattern.test(path) && (when === undefined || siblings.has(nameBeside(path, when))),
    );
}

function toRules([glob, value]: readonly [string, unknown]): readonly Rule[] {
  const when = readCondition(value);
  if (value !== true && when === undefined) return [];
  return expandBraces(glob).map((each) => ({ pattern: toPattern(each), when }));
}

function readCondition(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('when' in value)) return undefined;
  return typeof value.when === 'string' ? value.when : undefined;
}

/** The name without its last ending stands for `$(basename)`. */
function nameBeside(path: string, when: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return when.replaceAll('$(basename)', () => name.replace(/(?<=.)\.[^.]*$/, ''));
}

/** `*.{js,map}` → `*.js`, `*.map`; the innermost first, so that braces may lie within braces. */
function expandBraces(glob: string): readonly string[] {
  let open = [glob];
  const done: string[] = [];
  while (open.length > 0 && open.length + done.length <= mostAlternatives) {
    const next: string[] = [];
    for (const each of open) {
      const match = /\{([^{}]*)\}/.exec(each);
      if (!match) {
        done.push(each);
        continue;
      }
      const [before, after] = [each.slice(0, match.index), each.slice(match.index + match[0].length)];
      for (const choice of (match[1] ?? '').split(',')) next.push(before + choice + after);
    }
    open = next;
  }
  return done;
}

/** As VS Code reads them: from the folder's root on, `**` for any number of folders, and with a folder all that is in it. */
function toPattern(glob: string): RegExp {
  const parts = glob.replace(/^\/+|\/+$/g, '').split('/');
  const source = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (part === '**') return isLast ? '.*' : '(?:[^/]+/)*';
    return partPattern(part) + (isLast ? '' : '/');
  });
  return new RegExp(`^${source.join('')}(?:/.*)?$`, 'u');
}

function partPattern(part: string): string {
  return part.replace(/\*+|\?|\[(!|\^)?([^\]/]+)\]|[^*?[]+|\[/gu, (token, not: string | undefined, set?: string) => {
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (set !== undefined) return `(?!/)[${not === undefined ? '' : '^'}${toSet(set)}]`;
    return escapePattern(token);
  });
}

/** Characters and ranges; a range that runs backwards is no range, and would break the pattern. */
function toSet(set: string): string {
  return set.replace(/(.)-(.)|[\\\]^-]/gu, (token, from?: string, to?: string) => {
    if (from === undefined || to === undefined) return `\\${token}`;
    return from <= to ? `${escapeInSet(from)}-${escapeInSet(to)}` : [from, '\\-', to].map(escapeInSet).join('');
  });
}

function escapeInSet(text: string): string {
  return /^[\\\]^-]$/.test(text) ? `\\${text}` : text;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
