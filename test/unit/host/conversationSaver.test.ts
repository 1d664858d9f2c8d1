import assert from 'node:assert/strict';
import { install, type Clock } from '@sinonjs/fake-timers';
import { parseTurns, serializeTurns } from '../../../src/conversation/saved';
import type { Turn } from '../../../src/conversation/turn';
import { ConversationSaver, type ConversationDisk } from '../../../src/host/chat/conversationSaver';
import type { Log } from '../../../src/host/log';

const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, show: () => {} };

type DiskVerb = keyof ConversationDisk;

/** A disk that several windows share, and that fails at what it is told to fail at. */
class MemoryDisk implements ConversationDisk {
  readonly files = new Map<string, { readonly text: string; readonly version: number }>();
  readonly aside: string[] = [];
  readonly failing = new Set<DiskVerb>();
  #writes = 0;

  put(id: string, text: string): void {
    this.files.set(id, { text, version: (this.#writes += 1) });
  }

  turnsOf(id: string): readonly Turn[] | undefined {
    return parseTurns(this.files.get(id)?.text ?? '');
  }

  async read(id: string) {
    this.#check('read');
    const file = this.files.get(id);
    return file && new TextEncoder().encode(file.text);
  }

  async stampOf(id: string) {
    this.#check('stampOf');
    return this.files.get(id)?.version.toString();
  }

  async write(id: string, bytes: Uint8Array) {
    this.#check('write');
    this.put(id, new TextDecoder().decode(bytes));
  }

  async setAside(id: string) {
    this.#check('setAside');
    this.aside.push(this.files.get(id)?.text ?? '');
    this.files.delete(id);
  }

  #check(verb: DiskVerb): void {
    if (this.failing.has(verb)) throw new Error(`cannot ${verb}`);
  }
}

function said(...texts: readonly string[]): readonly Turn[] {
  return texts.map((text) => ({ role: 'user', id: text, at: 1, text, attachment: undefined }));
}

const streaming: readonly Turn[] = [
  { role: 'assistant', id: 'a', at: 1, model: 'm', text: 'Beca', state: { kind: 'streaming' } },
];

function setup({ disk = new MemoryDisk(), isFirstStart = false, newId = 'new' } = {}) {
  const remembered: string[] = [];
  const remember = async (id: string) => {
    remembered.push(id);
  };
  const saver = new ConversationSaver({
    disk,
    memory: { known: isFirstStart ? undefined : 'ours', remember },
    newId: () => newId,
    log: silentLog,
  });
  const save = (turns: readonly Turn[]) => {
    saver.save(turns);
    return saver.flush();
  };
  return { disk, saver, remembered, save };
}

/** With an earlier conversation on disk, as its window left it. */
function setupSaved(text = serializeTurns(said('Earlier'))) {
  const all = setup();
  all.disk.put('ours', text);
  return all;
}

describe('A conversation on disk', () => {
  it('is read, and written again under its id', async () => {
    const { disk, saver, save, remembered } = setupSaved();
    assert.deepEqual(await saver.load(), said('Earlier'));
    await save(said('Earlier', 'Now'));
    await save(said('Earlier', 'Now', 'Then'));
    assert.deepEqual(disk.turnsOf('ours'), said('Earlier', 'Now', 'Then'));
    assert.deepEqual([...disk.files.keys()], ['ours']);
    assert.deepEqual(remembered, []);
  });

  it('has an id that is remembered once there is something under it', async () => {
    const { disk, saver, save, remembered } = setup({ isFirstStart: true });
    assert.deepEqual(await saver.load(), []);
    disk.failing.add('write');
    await save(said('Now'));
    assert.deepEqual(remembered, []);
    disk.failing.clear();
    await save(said('Now'));
    await save(said('Now', 'Then'));
    assert.deepEqual(remembered, ['new']);
  });

  it('that cannot be understood is set aside', async () => {
    const { disk, saver, save } = setupSaved('{"version"');
    assert.deepEqual(await saver.load(), []);
    assert.deepEqual(disk.aside, ['{"version"']);
    await save(said('Now'));
    assert.deepEqual(disk.turnsOf('ours'), said('Now'));
  });

  for (const fault of ['read', 'stampOf'] as const) {
    it(`is never overwritten after a fault of "${fault}" when it was to be read`, async () => {
      const { disk, saver, save, remembered } = setupSaved();
      disk.failing.add(fault);
      assert.deepEqual(await saver.load(), []);
      disk.failing.clear();
      assert.deepEqual(remembered, [], 'as long as nothing is written, the next start looks for the old one');
      await save(said('Now'));
      assert.deepEqual(disk.turnsOf('ours'), said('Earlier'));
      assert.deepEqual(disk.turnsOf('new'), said('Now'));
      assert.deepEqual(remembered, ['new']);
    });
  }

  it('is not overwritten either when it can be neither understood nor set aside', async () => {
    const { disk, saver, save } = setupSaved('{"version"');
    disk.failing.add('setAside');
    assert.deepEqual(await saver.load(), []);
    await save(said('Now'));
    assert.equal(disk.files.get('ours')?.text, '{"version"');
    assert.deepEqual(disk.turnsOf('new'), said('Now'));
  });
});

describe('Two windows of one workspace', () => {
  it('go on in files of their own as soon as one has written', async () => {
    const first = setupSaved();
    const second = setup({ disk: first.disk, newId: 'second' });
    await first.saver.load();
    await second.saver.load();
    await first.save(said('Earlier', 'First'));
    await second.save(said('Earlier', 'Second'));
    await first.save(said('Earlier', 'First', 'More'));
    await second.save(said('Earlier', 'Second', 'More'));
    assert.deepEqual(first.disk.turnsOf('ours'), said('Earlier', 'First', 'More'));
    assert.deepEqual(first.disk.turnsOf('second'), said('Earlier', 'Second', 'More'));
    assert.deepEqual(first.remembered, []);
    assert.deepEqual(second.remembered, ['second']);
  });

  it('do not take a file for their own that appeared after they found none', async () => {
    const { disk, saver, save } = setup();
    await saver.load();
    disk.put('ours', serializeTurns(said('Another’s')));
    await save(said('Now'));
    assert.deepEqual(disk.turnsOf('ours'), said('Another’s'));
    assert.deepEqual(disk.turnsOf('new'), said('Now'));
  });
});

describe('Turns that could not be written', () => {
  it('are written with the next flush, without having changed again', async () => {
    const { disk, saver, save } = setup();
    await saver.load();
    for (const fault of ['write', 'stampOf'] as const) {
      disk.failing.add(fault);
      await save(said(fault));
      disk.failing.clear();
      await saver.flush();
      assert.deepEqual(disk.turnsOf('ours'), said(fault));
    }
  });

  it('do not undo newer ones', async () => {
    const { disk, saver } = setup();
    await saver.load();
    disk.failing.add('write');
    saver.save(said('Old'));
    saver.save(said('Old', 'New'));
    await saver.flush();
    disk.failing.clear();
    await saver.flush();
    assert.deepEqual(disk.turnsOf('ours'), said('Old', 'New'));
  });
});

describe('An answer under way', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = install({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => clock.uninstall());

  it('is saved every second, and at once when the window closes', async () => {
    const { disk, saver } = setup();
    await saver.load();
    saver.save(said('Why?'));
    await saver.flush();
    saver.save([...said('Why?'), ...streaming]);
    await clock.tickAsync(999);
    assert.equal(disk.turnsOf('ours')?.length, 1);
    await clock.tickAsync(1);
    assert.equal(disk.turnsOf('ours')?.length, 2);

    saver.save([...said('Why?', 'And?'), ...streaming]);
    saver.dispose();
    saver.save([]);
    await saver.flush();
    assert.equal(disk.turnsOf('ours')?.length, 3);
  });
});
