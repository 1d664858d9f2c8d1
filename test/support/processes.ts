import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { constants } from 'node:os';

export interface ProcessOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdio?: StdioOptions;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child that leads a process group of its own, so that stopping it stops whatever it has started as well. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves when the child has ended, for whatever reason; rejects when it could not be started. */
  readonly ended: Promise<ProcessEnd>;
  /** Asks it to end, insists after a grace period, and resolves when it is gone. */
  stop(): Promise<void>;
}

/** VS Code's server closes its extension hosts within about a second; a busy machine takes a few. */
const stopGraceMs = 8_000;

/** Shutting down in order must not take longer than a person waits after Ctrl+C. */
const shutdownLimitMs = 20_000;

/** Groups this process has started and not seen end; none of them outlives it. */
const liveGroups = new Set<number>();
const shutdownSteps = new Set<() => Promise<void>>();
let isGuarding = false;

/** Runs `step` on SIGINT, SIGTERM and SIGHUP, before the process exits. Returns how to take it back. */
export function onShutdown(step: () => Promise<void>): () => void {
  guardProcess();
  shutdownSteps.add(step);
  return () => shutdownSteps.delete(step);
}

export function startGroup(command: string, args: readonly string[], options: ProcessOptions = {}): ProcessGroup {
  guardProcess();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.environment,
    stdio: options.stdio ?? ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) {
    liveGroups.add(pid);
  }
  const ended = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (pid !== undefined) {
        // The leader is gone, its own children may not be: they go with it.
        signalGroup(pid, 'SIGKILL');
        liveGroups.delete(pid);
      }
      resolve({ code, signal });
    });
  });
  ended.catch(() => undefined);
  return {
    child,
    ended,
    async stop() {
      if (pid === undefined || !liveGroups.has(pid)) {
        return;
      }
      signalGroup(pid, 'SIGTERM');
      const insist = setTimeout(() => signalGroup(pid, 'SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(insist);
    },
  };
}

/** Runs a command to its end and returns its output; throws with the last lines of it when it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<string> {
  const group = startGroup(command, args, options);
  const output: string[] = [];
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  }
  const { code, signal } = await group.ended;
  const text = output.join('');
  if (code !== 0) {
    throw new Error(
      `Failed to run ${command} ${args.join(' ')}: ${describeEnd({ code, signal })}\n${lastLines(text, 25)}`,
    );
  }
  return text;
}

export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code}` : `ended by ${signal}`;
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

function guardProcess(): void {
  if (isGuarding) {
    return;
  }
  isGuarding = true;
  process.once('exit', () => {
    for (const pid of liveGroups) {
      signalGroup(pid, 'SIGKILL');
    }
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void shutDown(128 + constants.signals[signal]));
  }
}

async function shutDown(code: number): Promise<void> {
  setTimeout(() => process.exit(code), shutdownLimitMs).unref();
  await Promise.allSettled([...shutdownSteps].map((step) => step()));
  process.exit(code);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
