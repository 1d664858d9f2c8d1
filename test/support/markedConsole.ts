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
  const printMarked = (...args: unknown[]) => print(mark + format(...args));
  console.log = printMarked;
  // Mocha keeps the function it found when it was loaded.
  reporters.Base.consoleLog = printMarked;
}
