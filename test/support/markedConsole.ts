import { format } from 'node:util';
import { reporters } from 'mocha';

/** Names the mark; without it the console stays as it is. */
export const markVariable = 'SLUICE_TEST_LINE_MARK';

/**
 * Marks what the suite prints. The workbench hands on its own log in the same stream as the extension host's console, and
 * nothing else tells the two apart.
 */
export function markConsole(): void {
  const mark = process.env[markVariable];
  if (mark === undefined) {
    return;
  }
  const print = console.log.bind(console);
  // The console itself cannot be replaced there: VS Code has made it its own.
  reporters.Base.consoleLog = (...args: unknown[]) => print(mark + format(...args));
}

/** For what a test wants in the report of the run, such as a measurement. */
export function printInReport(line: string): void {
  reporters.Base.consoleLog(line);
}
