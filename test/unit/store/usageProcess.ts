// A window in a process of its own: adds up requests in the database of the given folder, each a whole transaction.
import { openDatabase } from '../../../src/store/database';
import { usageEntry } from './usageSetup';

const [folder = '', windowId = '', requests = '0', startAt = '0'] = process.argv.slice(2);

/** Two writers that wait for the same moment do meet. */
while (Date.now() < Number(startAt)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

const log = { warn: (message: string) => void process.stderr.write(`${message}\n`) };
const opened = openDatabase({ folder, windowId, now: Date.now, log });
if (opened.kind === 'unusable') throw new Error(opened.reason);
for (let index = 0; index < Number(requests); index++) {
  opened.store.usage.record(usageEntry());
  process.stdout.write(`${index}\n`);
}
opened.store.close();
