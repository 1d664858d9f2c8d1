import assert from 'node:assert/strict';
import { KeySecrets, SecretUnavailable } from '../../../src/keys/keySecrets';
import { first, ofCommand, second, setupRing, third, typed } from './ringSetup';

const ttlMs = 60_000;

/** Secrets of a ring whose commands answer when a test says so. */
async function setup() {
  const window = setupRing();
  const { ring } = window;
  const runs: { readonly name: string; readonly answer: PromiseWithResolvers<string> }[] = [];
  const time = { now: 1_000 };
  const commands = {
    run: (name: string) => {
      const answer = Promise.withResolvers<string>();
      runs.push({ name, answer });
      return answer.promise;
    },
  };
  const secrets = new KeySecrets({ ring, commands, now: () => time.now, ttlMs: () => ttlMs });
  const { id } = await ring.add(ofCommand('team'));
  /** Asks for the secret, and lets the command that is run for it give this one. */
  const fetch = async (secret: string) => {
    const asked = secrets.secretOf(id);
    runs.at(-1)?.answer.resolve(secret);
    return asked;
  };
  return { ...window, secrets, runs, time, id, fetch, health: () => ring.find(id)?.health };
}

const isGone = (error: unknown) => SecretUnavailable.is(error) && error.reason === 'gone';

describe('The secret of a stored key', () => {
  it('comes from the ring, in its form of this moment', async () => {
    const { ring, secrets, runs } = await setup();
    const { id } = await ring.add(typed(first, 'Typed'));
    assert.equal(await secrets.secretOf(id), first);
    await ring.replace(id, second, undefined);
    assert.equal(await secrets.secretOf(id), second);
    assert.equal(runs.length, 0);
  });

  it('is gone with the key, at the very moment it is revoked', async () => {
    const { ring, secrets } = await setup();
    const { id } = await ring.add(typed(first, 'Typed'));
    const revoked = ring.revoke(id);
    await assert.rejects(secrets.secretOf(id), isGone);
    await revoked;
    await ring.remove(id);
    await assert.rejects(secrets.secretOf(id), isGone);
    await assert.rejects(secrets.secretOf('nobody'), isGone);
  });

  it('makes its key invalid when it is refused while it is in use', async () => {
    const { ring, secrets } = await setup();
    const { id } = await ring.add(typed(first, 'Typed'));
    assert.equal(secrets.refused(id, first), 'invalid');
    assert.deepEqual([ring.find(id)?.health, ring.find(id)?.lastError], ['invalid', 'authentication']);
    assert.equal(secrets.refused(id, first), 'stale', 'no news, of another one that was under way');
    assert.equal(await secrets.secretOf(id), first, 'so that it can be checked again');
  });

  it('says nothing of its key when it is refused after it was rotated, revoked or removed', async () => {
    const { ring, secrets } = await setup();
    const { id } = await ring.add(typed(first, 'Typed'));
    await ring.replace(id, second, undefined);
    assert.equal(secrets.refused(id, first), 'stale');
    assert.equal(ring.find(id)?.health, 'good');
    await ring.revoke(id);
    assert.equal(secrets.refused(id, second), 'stale');
    await ring.remove(id);
    assert.equal(secrets.refused(id, second), 'stale');
  });

  it('stays refused in memory when the vault does not take it', async () => {
    const { ring, vault, secrets } = await setup();
    const { id } = await ring.add(typed(first, 'Typed'));
    vault.writesLeft = 0;
    assert.equal(secrets.refused(id, first), 'invalid');
    await ring.refresh();
    assert.equal(ring.find(id)?.health, 'invalid');
  });
});

describe('The secret of a command', () => {
  it('is fetched once for all who ask at the same time, and kept for its time', async () => {
    const { secrets, runs, time, id, fetch } = await setup();
    const asked = [secrets.secretOf(id), secrets.secretOf(id), fetch(first)];
    assert.deepEqual(await Promise.all(asked), [first, first, first]);
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['team'],
    );
    time.now += ttlMs - 1;
    assert.equal(await secrets.secretOf(id), first);
    assert.equal(runs.length, 1);
    time.now += 1;
    assert.equal(await fetch(second), second);
    assert.equal(runs.length, 2);
  });

  it('is fetched anew when the clock was set back, rather than kept for ever', async () => {
    const { time, runs, fetch } = await setup();
    await fetch(first);
    time.now -= 1;
    await fetch(first);
    assert.equal(runs.length, 2);
  });

  it('is never written anywhere', async () => {
    const { vault, ring, fetch } = await setup();
    await fetch(first);
    assert.ok(![...vault.values.values()].some((value) => value.includes(first)));
    assert.deepEqual(ring.secrets(), []);
  });

  it('cannot be had when the command fails, for all who waited; the next one tries again', async () => {
    const { secrets, runs, id, fetch } = await setup();
    const asked = [secrets.secretOf(id), secrets.secretOf(id)];
    runs[0]?.answer.reject(new SecretUnavailable('timedOut', 'It took too long'));
    for (const each of asked) {
      await assert.rejects(each, (error) => SecretUnavailable.is(error) && error.reason === 'timedOut');
    }
    assert.equal(await fetch(first), first);
  });

  it('is not given out when its key was revoked while the command ran', async () => {
    const { ring, secrets, id, fetch } = await setup();
    const asked = fetch(first);
    const revoked = ring.revoke(id);
    await assert.rejects(asked, isGone);
    await revoked;
    assert.ok(secrets.known().includes(first), 'it was printed all the same');
  });

  it('is not given out any more once its key was revoked or removed', async () => {
    const { ring, secrets, id, fetch, runs } = await setup();
    await fetch(first);
    await ring.revoke(id);
    await assert.rejects(secrets.secretOf(id), isGone);
    await ring.remove(id);
    await assert.rejects(secrets.secretOf(id), isGone);
    assert.equal(runs.length, 1);
  });

  it('is fetched anew when the API refuses it, once for all requests that were under way with it', async () => {
    const { secrets, runs, id, fetch, health } = await setup();
    await fetch(first);
    assert.equal(secrets.refused(id, first), 'refetch');
    const asked = secrets.secretOf(id);
    assert.equal(secrets.refused(id, first), 'refetch');
    assert.equal(runs.length, 2);
    runs[1]?.answer.resolve(second);
    assert.equal(await asked, second);
    assert.equal(secrets.refused(id, first), 'stale');
    assert.equal(await secrets.secretOf(id), second);
    assert.equal(runs.length, 2);
    assert.equal(health(), 'good');
  });

  it('makes the key invalid when the command gives the refused one again', async () => {
    const { ring, secrets, id, fetch, health } = await setup();
    await fetch(first);
    secrets.refused(id, first);
    await assert.rejects(fetch(first), isGone);
    assert.deepEqual([health(), ring.find(id)?.lastError], ['invalid', 'authentication']);
    assert.equal(secrets.refused(id, first), 'invalid');
    // A person checks the key once more, and the API takes it now.
    assert.equal(await fetch(first), first);
    await ring.markChecked(id, { health: 'good', error: undefined });
    assert.equal(await secrets.secretOf(id), first);
    assert.equal(secrets.refused(id, first), 'refetch');
  });

  it('is not the one of a run that began before the refusal', async () => {
    const { secrets, runs, time, id, fetch, health } = await setup();
    await fetch(first);
    time.now += ttlMs;
    const asked = secrets.secretOf(id);
    assert.equal(secrets.refused(id, first), 'refetch');
    runs[1]?.answer.resolve(first);
    await new Promise(setImmediate);
    assert.equal(runs.length, 3);
    runs[2]?.answer.resolve(second);
    assert.equal(await asked, second);
    assert.equal(health(), 'good');
  });

  it('is stale after its time is over, when another one has been fetched since', async () => {
    const { secrets, time, id, fetch } = await setup();
    await fetch(first);
    time.now += ttlMs;
    await fetch(second);
    time.now += ttlMs;
    assert.equal(secrets.refused(id, first), 'stale');
    assert.equal(secrets.refused(id, second), 'refetch');
  });

  it('is fetched anew once it was forgotten, even while the command runs', async () => {
    const { secrets, runs, id, fetch } = await setup();
    await fetch(first);
    secrets.forget();
    const asked = secrets.secretOf(id);
    secrets.forget(id);
    secrets.forget('nobody');
    runs[1]?.answer.resolve(first);
    await new Promise(setImmediate);
    runs[2]?.answer.resolve(second);
    assert.equal(await asked, second);
  });

  it('can be fetched without being used, and is used once it is taken', async () => {
    const { ring, secrets, runs, fetch, id } = await setup();
    assert.equal(secrets.lastFetched(id), undefined);
    await fetch(first);
    const asked = secrets.fetchAnew(id);
    runs.at(-1)?.answer.resolve(second);
    assert.equal(await asked, second);
    assert.deepEqual([await secrets.secretOf(id), secrets.lastFetched(id)], [first, first]);
    assert.ok(secrets.known().includes(second), 'it is not redacted');
    assert.equal(secrets.refused(id, first), 'refetch');
    secrets.take(id, second);
    assert.deepEqual([await secrets.secretOf(id), secrets.lastFetched(id)], [second, second]);
    await ring.revoke(id);
    await assert.rejects(secrets.fetchAnew(id), isGone);
    secrets.take(id, third);
    await assert.rejects(secrets.secretOf(id), isGone);
  });

  it('has an owner, as a stored one has, until that is revoked', async () => {
    const { ring, secrets, fetch, id } = await setup();
    const { id: stored } = await ring.add(typed(second, 'Typed'));
    assert.equal(secrets.ownerOf(first), undefined);
    await fetch(first);
    assert.deepEqual([secrets.ownerOf(first)?.id, secrets.ownerOf(second)?.id], [id, stored]);
    await ring.revoke(id);
    assert.equal(secrets.ownerOf(first), undefined);
  });

  it('gives way to one that was typed in', async () => {
    const { ring, secrets, id, fetch } = await setup();
    await fetch(first);
    await ring.replace(id, second, undefined);
    assert.equal(await secrets.secretOf(id), second);
    assert.equal(secrets.refused(id, first), 'stale');
  });
});

describe('What is to be redacted', () => {
  it('is every secret of this session: stored, fetched, rotated, revoked and removed', async () => {
    const { ring, secrets, id, fetch } = await setup();
    await fetch('demo-key-of-a-command');
    await ring.remove(id);
    const { id: other } = await ring.add(typed(first, 'Typed'));
    await ring.replace(other, second, undefined);
    await ring.revoke(other);
    await ring.remove(other);
    assert.deepEqual([...secrets.known()].toSorted(), ['demo-key-of-a-command', first, second].toSorted());
  });
});

describe('The reason why a secret cannot be had', () => {
  it('is known by its mark, not by its class', () => {
    assert.ok(SecretUnavailable.is(new SecretUnavailable('gone', 'Failed')));
    for (const other of [new Error('gone'), { reason: 'gone' }, undefined, null, 'gone']) {
      assert.ok(!SecretUnavailable.is(other));
    }
  });
});
