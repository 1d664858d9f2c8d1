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
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' })) {
    if (belongsTo(suite, file)) {
      mocha.addFile(join(__dirname, file));
    }
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) {
    throw new Error(`${failures} failed`);
  }
}
