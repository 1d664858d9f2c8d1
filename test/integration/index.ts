import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import CountingReporter from '../support/countingReporter';
import { markConsole } from '../support/markedConsole';
import { belongsTo, grepVariable, suiteVariable } from '../support/suites';

/** A test may wait for a streamed answer or a first webview, on a machine that does five other things. */
const testLimitMs = 60_000;

/** Called by VS Code inside the extension host. A rejection ends the run as failed. */
export async function run(): Promise<void> {
  markConsole();
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: testLimitMs,
    color: false,
    forbidOnly: true,
    reporter: CountingReporter,
    ...(process.env[grepVariable] !== undefined && { fgrep: process.env[grepVariable] }),
  });
  const suite = process.env[suiteVariable] === 'restricted' ? 'restricted' : 'trusted';
  // Beside this bundle lie those of the test files.
  const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => belongsTo(suite, file));
  // It looks at what all others leave behind.
  for (const file of [...files.filter((each) => !isSweep(each)), ...files.filter(isSweep)]) {
    mocha.addFile(join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} failed`);
  }
}

function isSweep(file: string): boolean {
  return file.startsWith('sweep.');
}
