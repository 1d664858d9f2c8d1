import { spawn, type ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import { SecretUnavailable, type SecretCommands } from '../../keys/keySecrets';
import { readKey } from '../../keys/keyShape';
import type { Log } from '../log';

/** Long enough for a person to unlock the secret manager, or to touch a security key. */
const longestRunMs = 30_000;

/** A secret manager that prints more does not print a key. */
const mostOutputBytes = 65_536;

/** A command that has ended may leave a helper behind that holds its output open; it has nothing more to say. */
const drainMs = 500;

interface SecretCommandsOptions {
  /** By name, each a program and its arguments. Read before each run. */
  readonly readCommands: () => Readonly<Record<string, readonly string[]>>;
  readonly isTrusted: () => boolean;
  readonly log: Pick<Log, 'warn'>;
}

type Ending =
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly output: string }
  /** `code` is the system's word for it, such as ENOENT. */
  | { readonly kind: 'notStarted'; readonly code: string }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'tooMuchOutput' };

/**
 * Runs the commands of secret managers. No shell sees them: each argument arrives as it stands in the settings. What they
 * print gets neither into the log nor into an error, and what they print on the error output is not even read.
 */
export function createSecretCommands({ readCommands, isTrusted, log }: SecretCommandsOptions): SecretCommands {
  const fail = (name: string, error: SecretUnavailable, context: Readonly<Record<string, unknown>> = {}): never => {
    log.warn(error.message, { command: name, ...context });
    throw error;
  };
  return {
    run: async (name) => {
      if (!isTrusted()) {
        const why = 'Failed to get a key from its command: the window is not trusted';
        return fail(name, new SecretUnavailable('untrusted', why));
      }
      const [program, ...args] = commandOf(readCommands(), name);
      if (program === undefined || program === '') {
        const why = 'Failed to get a key from its command: the settings have none of this name';
        return fail(name, new SecretUnavailable('notConfigured', why));
      }
      const ending = await run(program, args);
      const key = readEnding(ending);
      if (key instanceof SecretUnavailable) return fail(name, key, factsOf(ending));
      return key;
    },
  };
}

function commandOf(commands: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] {
  return Object.hasOwn(commands, name) ? (commands[name] ?? []) : [];
}

function readEnding(ending: Ending): string | SecretUnavailable {
  switch (ending.kind) {
    case 'timedOut':
      return new SecretUnavailable('timedOut', 'Failed to get a key from its command: it took too long');
    case 'notStarted':
      return new SecretUnavailable('notStarted', 'Failed to get a key from its command: it could not be started');
    case 'tooMuchOutput':
      return new SecretUnavailable('notAKey', 'Failed to get a key from its command: it printed too much');
    case 'ended':
      if (ending.exitCode !== 0)
        return new SecretUnavailable('commandFailed', 'Failed to get a key from its command: it reported a failure');
      return (
        readOutput(ending.output) ??
        new SecretUnavailable('notAKey', 'Failed to get a key from its command: what it printed is no API key')
      );
  }
}

/** The first line that is not empty: some print notes below. A whole JSON document is not taken for a key. */
function readOutput(output: string): string | undefined {
  const [line = ''] = output.trim().split(/\r?\n/, 1);
  const shape = readKey(line);
  return shape.isUsable && !/^[[{]/.test(shape.key) ? shape.key : undefined;
}

function factsOf(ending: Ending): Readonly<Record<string, unknown>> {
  if (ending.kind === 'notStarted') return { code: ending.code };
  return ending.kind === 'ended' ? { exitCode: ending.exitCode } : {};
}

function run(program: string, args: readonly string[]): Promise<Ending> {
  return new Promise((resolve) => {
    const child = start(program, args);
    if (!child) return resolve({ kind: 'notStarted', code: 'refused' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let drain: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const end = (ending: Ending) => {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(drain);
      child.stdout?.destroy();
      resolve(ending);
    };
    const stop = (ending: Ending) => {
      killGroup(child);
      end(ending);
    };
    const timer = setTimeout(() => stop({ kind: 'timedOut' }), longestRunMs);
    const finish = (exitCode: number | null) =>
      end({ kind: 'ended', exitCode, output: Buffer.concat(chunks).toString('utf8') });

    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > mostOutputBytes) stop({ kind: 'tooMuchOutput' });
    });
    child.on('error', (error: NodeJS.ErrnoException) => end({ kind: 'notStarted', code: error.code ?? 'unknown' }));
    child.on('exit', (exitCode) => {
      if (!isOver) drain = setTimeout(() => finish(exitCode), drainMs);
    });
    child.on('close', finish);
  });
}

/**
 * In the person's home, not in the workspace: on some systems a program of the current folder goes before all others. In a
 * group of its own, so that all of it can be ended.
 */
function start(program: string, args: readonly string[]): ChildProcess | undefined {
  try {
    return spawn(program, args, {
      cwd: homedir(),
      detached: process.platform !== 'win32',
      shell: false,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
  } catch {
    // An argument that no process can take. The error would quote it.
    return undefined;
  }
}

/** With whatever it has started. On Windows there are no groups, so the system's own tool follows the tree. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    if (process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
    else
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
        'error',
        () => {},
      );
  } catch {
    // It has just ended by itself.
  }
}
