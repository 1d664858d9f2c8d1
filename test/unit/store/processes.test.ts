import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { DatabaseFile } from '../../../src/store/databaseFile';
import { ids, load, setUpDesk, type Desk } from './setup';
import { startWindow, type OnWrite } from './windowProcess';

const program = fileURLToPath(new URL('./writerProcess.ts', import.meta.url));
/** Long enough for two processes to have started and to wait for each other. */
const startTogetherMs = 1_500;
const manyTurns = 200;
const endlessly = 1_000_000;

interface WriterOptions {
  readonly folder: string;
  readonly windowId: string;
  readonly turns: number;
  readonly conversation?: string;
  readonly startAt?: number;
  /** Called with each number of a turn that has been written. */
  readonly onWrite?: OnWrite;
}

/** A window in a process of its own; resolves with how it ended, and what it had written by its own account. */
function startWriter({ folder, windowId, turns, conversation = 'a', startAt = 0, onWrite }: WriterOptions) {
  return startWindow(program, [folder, windowId, conversation, String(turns), String(startAt)], onWrite);
}

describe('Windows in processes of their own', function () {
  this.timeout(60_000);
  let desk: Desk;
  beforeEach(() => (desk = setUpDesk()));
  afterEach(() => desk.clear());

  it('open a new database at once, and write what they have to', async () => {
    const { folder } = desk;
    const startAt = Date.now() + startTogetherMs;
    const ends = await Promise.all([
      startWriter({ folder, windowId: 'one', turns: manyTurns, startAt }),
      startWriter({ folder, windowId: 'two', turns: manyTurns, startAt }),
      startWriter({ folder, windowId: 'three', turns: 0, conversation: 'b', startAt }),
    ]);
    assert.deepEqual(
      ends.map(({ code, complaints }) => [code, complaints]),
      [0, 0, 0].map((code) => [code, '']),
    );
    const store = desk.openStore();
    const { turns, revision } = load(store, 'a');
    assert.equal(turns.length, 2 * manyTurns);
    assert.equal(revision, 1 + 2 * manyTurns, 'every write counts');
    for (const name of ['one', 'two']) {
      const own = ids(turns).filter((id) => id.startsWith(`${name}-`));
      assert.deepEqual(
        own,
        Array.from({ length: manyTurns }, (_, index) => `${name}-${index}`),
        'in the order they were written',
      );
    }
    assert.deepEqual(ids(store.conversations.list({})).toSorted(), ['a', 'b']);
  });

  it('lose nothing they had written when they are killed while they write, and leave no half of a turn', async () => {
    const { folder } = desk;
    let atLeast = 0;
    for (const [round, afterTurns] of [3, 40, 90].entries()) {
      const onWrite = (count: number, kill: () => void) => {
        if (count >= afterTurns) kill();
      };
      const end = await startWriter({ folder, windowId: `w${round}`, turns: endlessly, onWrite });
      assert.equal(end.signal, 'SIGKILL', end.complaints);
      assert.ok(new DatabaseFile(desk.file).wasAbandoned(), 'it is seen that it was killed');
      atLeast += end.written;
      const opened = desk.open();
      assert.ok(opened.kind === 'ready');
      assert.equal(opened.setAside, undefined);
      const { turns, revision } = load(opened.store, 'a');
      assert.ok(turns.length >= atLeast, `${turns.length} of ${atLeast}`);
      assert.equal(revision, 1 + turns.length);
      for (const turn of turns) {
        const index = turn.id.split('-')[1] ?? '';
        assert.ok(turn.text.startsWith(`${index} `) && turn.text.endsWith(` ${index}`));
        assert.ok(turn.role === 'user' && turn.attachments[0]?.text === turn.text);
      }
      opened.store.close();
    }
    const database = new DatabaseSync(desk.file);
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
    database.close();
    assert.deepEqual(desk.logged, []);
  });
});
