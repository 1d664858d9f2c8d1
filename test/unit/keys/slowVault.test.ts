import assert from 'node:assert/strict';
import type { KeyRing } from '../../../src/keys/keyRing';
import { createRandom } from '../../support/random';
import type { MemoryVault } from './memoryVault';
import { first, holds, second, setupTwoWindows, typed } from './ringSetup';

const seeds = Array.from({ length: 150 }, (_, index) => index + 1);

/** What another window may be doing at the same time, without a thought about the secret. */
const busyWork: readonly ((ring: KeyRing, id: string) => Promise<void>)[] = [
  (ring, id) => ring.rename(id, 'Renamed'),
  (ring, id) => ring.setEnvironment(id, 'production'),
  (ring, id) => ring.setBudget(id, { dailyUsd: 1, monthlyUsd: 2 }),
  (ring, id) => ring.setReminder(id, null),
  (ring, id) => ring.setOrganization(id, 'org-demo'),
  (ring, id) => ring.markChecked(id, { health: 'good', error: undefined }),
  (ring, id) => ring.markInvalid(id, 'authentication'),
  (ring, id) => ring.makeDefault(id),
  (ring) => ring.refresh(),
];

/** Every access takes some turns, another number each time. */
function slowDown(vault: MemoryVault, random: () => number): void {
  vault.beforeAccess = async () => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns--) await Promise.resolve();
  };
}

/** One window withdraws a secret while the other one works; then both have read what there is. */
async function meet(seed: number, withdraw: (ring: KeyRing, id: string) => Promise<void>) {
  const random = createRandom(seed);
  const { vault, here, there } = setupTwoWindows();
  const { id } = await here.ring.add(typed(first, 'Team'));
  await there.ring.refresh();
  slowDown(vault, random);
  const pick = () => busyWork[Math.floor(random() * busyWork.length)] ?? assert.fail();
  // It may find the key gone, and says so then.
  const works = [pick(), pick(), pick()].map((work) => work(there.ring, id).catch(() => {}));
  for (let turns = Math.floor(random() * 60); turns > 0; turns--) await Promise.resolve();
  await withdraw(here.ring, id);
  await Promise.all(works);
  for (let round = 0; round < 3; round++) await Promise.all([here.ring.refresh(), there.ring.refresh()]);
  const seen = [here, there].map(({ ring }) => ({ secret: ring.secretOf(id), key: ring.find(id) }));
  assert.deepEqual(seen[0]?.secret, seen[1]?.secret, `seed ${seed}`);
  assert.deepEqual(seen[0]?.key?.health, seen[1]?.key?.health, `seed ${seed}`);
  return { vault, id, key: seen[0]?.key, secret: seen[0]?.secret };
}

describe('On a slow vault, while another window writes to the same key', () => {
  it('a revoked secret is gone for good', async () => {
    for (const seed of seeds) {
      const { vault, key } = await meet(seed, (ring, id) => ring.revoke(id));
      assert.equal(key?.health, 'revoked', `seed ${seed}`);
      assert.ok(!holds(vault, first), `seed ${seed}`);
    }
  });

  it('a removed key is gone for good', async () => {
    for (const seed of seeds) {
      const { vault, id, key } = await meet(seed, (ring, id) => ring.remove(id));
      assert.equal(key, undefined, `seed ${seed}`);
      assert.ok(!vault.values.has(`sluice.key.${id}`), `seed ${seed}`);
    }
  });

  it('a rotated key has its new secret, which is good', async () => {
    for (const seed of seeds) {
      const { vault, key, secret } = await meet(seed, (ring, id) => ring.replace(id, second, 'org-demo'));
      assert.equal(secret, second, `seed ${seed}`);
      assert.equal(key?.health, 'good', `seed ${seed}`);
      assert.ok(!holds(vault, first), `seed ${seed}`);
    }
  });
});
