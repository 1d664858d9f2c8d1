// A window in a process of its own: opens the store in the given folder and writes turns, each a whole transaction.
import { openDatabase } from '../../../src/store/database';

const [folder = '', windowId = '', conversation = '', turns = '0', startAt = '0'] = process.argv.slice(2);

/** Two writers that wait for the same moment do meet. */
while (Date.now() < Number(startAt)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

const log = { warn: (message: string) => void process.stderr.write(`${message}\n`) };
const opened = openDatabase({ folder, windowId, now: Date.now, log });
if (opened.kind === 'unusable') throw new Error(opened.reason);
const { conversations } = opened.store;
conversations.create({ id: conversation, workspace: undefined, at: Date.now() });
for (let index = 0; index < Number(turns); index++) {
  const text = `${index} ${'word '.repeat(5_000)}${index}`;
  conversations.putTurn(conversation, {
    role: 'user',
    id: `${windowId}-${index}`,
    parentId: index === 0 ? undefined : `${windowId}-${index - 1}`,
    at: index,
    text,
    attachments: [{ kind: 'file', name: 'file.ts', languageId: 'typescript', text }],
  });
  process.stdout.write(`${index}\n`);
}
opened.store.close();
