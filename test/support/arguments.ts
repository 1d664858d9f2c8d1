import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';

/** A command line that makes no sense; its message says what is wrong with it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type StartMode = 'serve' | 'smoke' | 'desktop';

export function parseStartArguments(args: readonly string[]): StartMode {
  const { smoke, desktop } = parse(args, { smoke: { type: 'boolean' }, desktop: { type: 'boolean' } });
  if (smoke === true && desktop === true) {
    throw new UsageError('--smoke and --desktop exclude each other');
  }
  return smoke === true ? 'smoke' : desktop === true ? 'desktop' : 'serve';
}

/** The parts named by `--only a,b`, in the order of `known`; all of them without it. */
export function parsePartNames<Name extends string>(args: readonly string[], known: readonly Name[]): readonly Name[] {
  const { only } = parse(args, { only: { type: 'string' } });
  if (typeof only !== 'string') {
    return known;
  }
  const wanted = only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !known.some((part) => part === name));
  if (unknown.length > 0) {
    throw new UsageError(
      `no part is called ${unknown.map((name) => `"${name}"`).join(', ')}; there are ${known.join(', ')}`,
    );
  }
  return known.filter((part) => wanted.includes(part));
}

export function parseGrep(args: readonly string[]): string | undefined {
  const { grep } = parse(args, { grep: { type: 'string' } });
  return typeof grep === 'string' ? grep : undefined;
}

/** Parses with `parser`, or says how it is used and ends the process with 2, as shells expect it. */
export function parseOrExit<T>(parser: (args: readonly string[]) => T, usage: string): T {
  try {
    return parser(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    console.error(`${error.message}\n\n${usage}`);
    return process.exit(2);
  }
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig): Record<string, unknown> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
