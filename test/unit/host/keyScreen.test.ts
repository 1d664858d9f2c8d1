import assert from 'node:assert/strict';
import { KeyScreen } from '../../../src/host/keys/keyScreen';
import type { KeysSnapshot } from '../../../src/host/keys/keysSnapshot';
import type { KeyViewNote } from '../../../src/host/keys/keyViewNote';
import { installVirtualTime, type VirtualTime } from '../../support/virtualTime';
import { keyInfo, keysSnapshot } from './keysSnapshots';
import { laneOf } from './snapshots';

function setup() {
  const seen = { reads: 0, rows: 0, notes: [] as KeyViewNote[] };
  const world: { given: Partial<KeysSnapshot> } = { given: {} };
  const screen = new KeyScreen({
    readSnapshot: () => {
      seen.reads++;
      const addedAt = Date.UTC(2026, 10, 1);
      return keysSnapshot({ keys: [keyInfo({ addedAt })], now: Date.now(), ...world.given });
    },
    onRows: () => seen.rows++,
    onNote: (note) => seen.notes.push(note),
  });
  const rename = (label: string) => {
    world.given = { ...world.given, keys: [keyInfo({ label })] };
    screen.handleChange();
  };
  return { screen, seen, world, rename };
}

describe('The keys view', () => {
  let time: VirtualTime;
  beforeEach(() => (time = installVirtualTime()));
  afterEach(() => time.uninstall());

  it('is drawn when it comes into sight', () => {
    const { screen, seen } = setup();
    assert.equal(seen.reads, 0);
    screen.handleVisibility(true);
    assert.deepEqual([seen.reads, seen.rows], [1, 1]);
    screen.dispose();
  });

  it('has rows for who asks before that', () => {
    const { screen, seen } = setup();
    assert.deepEqual(
      [...screen.rows(), ...screen.rows()].map(({ label }) => label),
      ['Work', 'Work'],
    );
    assert.equal(seen.reads, 1);
  });

  it('is drawn at most twice a second, however much happens', async () => {
    const { screen, seen, rename } = setup();
    screen.handleVisibility(true);
    for (let change = 0; change < 100; change++) {
      rename(`Key ${change}`);
      await time.pass(50);
    }
    assert.ok(seen.rows > 8 && seen.rows <= 11, `drawn ${seen.rows} times in 5 seconds`);
    await time.pass(500);
    assert.equal(screen.rows()[0]?.label, 'Key 99');
    screen.dispose();
  });

  it('is not drawn again when it looks the same', async () => {
    const { screen, seen } = setup();
    screen.handleVisibility(true);
    screen.handleChange();
    await time.pass(500);
    assert.deepEqual([seen.reads, seen.rows, seen.notes.length], [2, 1, 1]);
    screen.dispose();
  });

  it('follows slowly out of sight, for the number on its icon', async () => {
    const { screen, seen, world } = setup();
    world.given = { keys: [keyInfo({ health: 'invalid' })] };
    screen.handleChange();
    await time.pass(4_999);
    assert.equal(seen.reads, 0);
    await time.pass(1);
    assert.deepEqual([seen.reads, seen.notes.at(-1)?.badge?.value], [1, 1]);
    await time.pass(600_000);
    assert.equal(seen.reads, 1);
  });

  it('looks at the clock once a minute, while it is in sight', async () => {
    const { screen, seen } = setup();
    screen.handleVisibility(true);
    await time.pass(180_000);
    assert.equal(seen.reads, 4);
    screen.handleVisibility(false);
    await time.pass(180_000);
    assert.equal(seen.reads, 4);
  });

  it('lets go of a limit when it ends', async () => {
    const { screen, world } = setup();
    const until = Date.now() + 7_000;
    world.given = { lanes: [laneOf({ organization: 'acme', held: { reason: 'requests', until } })] };
    screen.handleVisibility(true);
    assert.equal(screen.rows()[0]?.icon.id, 'watch');
    await time.pass(7_000);
    assert.equal(screen.rows()[0]?.icon.id, 'check');
    screen.dispose();
  });

  it('leaves no timer behind', async () => {
    const { screen, seen } = setup();
    screen.handleVisibility(true);
    screen.handleChange();
    screen.dispose();
    await time.pass(180_000);
    assert.equal(seen.reads, 1);
  });
});
