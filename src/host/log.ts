import type * as vscode from 'vscode';
import { redact } from '../keys/redact';

type LogContext = Readonly<Record<string, unknown>>;

/** As much of VS Code's channel as is written to. */
export type LogChannel = Pick<vscode.LogOutputChannel, 'info' | 'warn' | 'error' | 'show'>;

/** The one way into the log. Keys never pass: every line is redacted, known keys included. */
export interface Log {
  info(message: string, context?: LogContext): void;
  warn(message: string, context?: LogContext): void;
  error(message: string, error: unknown, context?: LogContext): void;
  show(): void;
}

export function createLog(channel: LogChannel, secrets: () => Iterable<string>): Log {
  const line = (message: string, context?: LogContext) =>
    redact(context ? `${message} ${JSON.stringify(context)}` : message, secrets());
  return {
    info: (message, context) => channel.info(line(message, context)),
    warn: (message, context) => channel.warn(line(message, context)),
    error: (message, error, context) => channel.error(line(`${message}: ${describeError(error)}`, context)),
    show: () => channel.show(true),
  };
}

/** Message and causes, without stacks: those of libraries can quote what they were called with. */
function describeError(error: unknown): string {
  // What the API said is plain data.
  if (!(error instanceof Error)) return typeof error === 'string' ? error : (JSON.stringify(error) ?? typeof error);
  const own = `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own} (cause: ${describeError(error.cause)})`;
}
