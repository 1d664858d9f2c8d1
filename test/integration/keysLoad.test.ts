import assert from 'node:assert/strict';
import { ClientError } from '../../src/client/errors';
import { commands, settingDefaults, settings } from '../../src/contributions';
import { printInReport } from '../support/markedConsole';
import { api } from './support/api';
import { addValidKey, entryOf, keyIdOf, makeValidKey, readSecrets } from './support/keys';
import { countByKey, numberOf, sendMany, sorted, type Load } from './support/load';
import { restoreUserSettings, setUserSetting } from './support/settings';
import { restoreDialogs, setup, type Sluice } from './support/sluice';
import { until } from './support/waiting';

const model = settingDefaults[settings.model];
const count = 200;
const running = 20;
/** Long enough for whatever is done to the key meanwhile; those that are cut off do not make anybody wait. */
const answerTokens = 200;
const tokensPerSecond = 40;

describe('keys under load', () => {
  afterEach(async () => {
    restoreDialogs();
    await restoreUserSettings();
  });

  it('are rotated: what runs ends with the old one, what waits goes with the new one, nothing is lost', async () => {
    const { sluice, load, secret } = await setUpLoad();
    const atFirst = await api.messages();
    sluice.dialogs.type(await makeValidKey('Renewed'));
    await sluice.run(commands.rotateKey, await keyIdOf(sluice, 'Used'));
    const atSwitch = await api.messages();
    assert.ok(!(await readSecrets(sluice.context)).join().includes(secret), 'the old secret is still there');
    await load.untilEnded();

    const all = await api.messages();
    assert.equal(load.done.length, count, 'requests were lost');
    assert.ok(load.runs.every(({ text }) => text !== ''));
    assert.deepEqual(sorted(all.map(numberOf)), sorted(load.runs.map(({ number }) => number)), 'not each exactly once');
    assert.ok(all.every(({ outcome, status }) => outcome === 'completed' && status === 200));
    assert.deepEqual(countByKey(atFirst), { Used: running });
    assert.deepEqual(countByKey(all.slice(atSwitch.length)), { Renewed: count - atSwitch.length });
    assert.ok(atSwitch.length < count / 2, 'too little was left to go with the new key');
    const message = sluice.dialogs.textsOf('information').at(-1) ?? '';
    assert.match(message, /^“Used” has its new key\. Answers that finish with the old one: \d+\./);
    assert.deepEqual(sluice.dialogs.errors, []);
  });

  it('are revoked: what runs is cut off, what waits moves to the key of choice, the secret is gone', async () => {
    const { sluice, load, secret } = await setUpLoad(['Spare']);
    const watched = watchDeletion(sluice, secret);
    sluice.dialogs.press('Revoke and Move to “Spare”');
    await sluice.run(commands.revokeKey, await keyIdOf(sluice, 'Used'));
    assert.ok(!(await readSecrets(sluice.context)).join().includes(secret), 'told before the secret was gone');
    await load.untilEnded();

    await watched.assertIsSoon();
    assertCutOff(load);
    assert.equal(load.done.length, count - running);
    const attempts = await api.messages();
    assert.deepEqual(countByKey(attempts), { Used: running, Spare: count - running });
    await assertAborted();
    const moved = attempts.filter(({ keyId }) => keyId === 'Spare');
    assert.deepEqual(sorted(moved.map(numberOf)), sorted(load.done.map(({ number }) => number)));
    assert.equal((await entryOf(sluice, 'Used'))['health'], 'revoked');
    assert.match(
      question(sluice),
      /^Requests that wait with it: 180\..*\nAnswers that are being written with it: 20\./,
    );
    const message = sluice.dialogs.textsOf('information').at(-1) ?? '';
    assert.match(message, /nothing more goes out with it\. Moved to “Spare”: 180\. Cut off: 20\./);
  });

  it('are revoked with what waits parked, which goes on with the key that is chosen next', async () => {
    const { sluice, load, secret } = await setUpLoad(['Spare']);
    const watched = watchDeletion(sluice, secret);
    const id = await keyIdOf(sluice, 'Used');
    sluice.dialogs.press('Revoke and Park');
    await sluice.run(commands.revokeKey, id);
    await until('what ran to be cut off', () => load.failed.length === running);

    await watched.assertIsSoon();
    assertCutOff(load);
    assert.deepEqual(sluice.clients.waitingOf(id), { waiting: 0, running: 0, parked: count - running });
    assert.deepEqual(countByKey(await api.messages()), { Used: running });
    await assertAborted();

    sluice.dialogs.pick('Use in This Window');
    await sluice.run(commands.useKey, await keyIdOf(sluice, 'Spare'));
    await load.untilEnded();
    assert.equal(load.done.length, count - running);
    assert.deepEqual(countByKey(await api.messages()), { Used: running, Spare: count - running });
  });

  it('are not revoked without a yes', async () => {
    const { sluice, load, secret } = await setUpLoad(['Spare']);
    await sluice.run(commands.revokeKey, await keyIdOf(sluice, 'Used'));

    assert.ok((await readSecrets(sluice.context)).join().includes(secret));
    await load.untilEnded();
    assert.equal(load.done.length, count);
    assert.deepEqual(countByKey(await api.messages()), { Used: count });
  });
});

/** 20 answers are being written with the key “Used”, and 180 requests wait for them. */
async function setUpLoad(others: readonly string[] = []): Promise<{ sluice: Sluice; load: Load; secret: string }> {
  const sluice = await setup({ hasKey: false });
  for (const label of others) await addValidKey(sluice, label);
  const secret = await addValidKey(sluice, 'Used');
  sluice.dialogs.messages.length = 0;
  await api.liftLimits();
  await setUserSetting(settings.maxConcurrent, running);
  const slow = { outputTokens: answerTokens, tokensPerSecond, deltaIntervalMs: 50 };
  await api.script(...Array.from({ length: running }, () => slow));
  const load = sendMany(await sluice.clients.acquire(), count, { model });
  const begun = () => load.runs.filter(({ text }) => text !== '').length;
  await until(
    () => `${running} answers to begin, instead of ${begun()}`,
    () => begun() === running,
  );
  const id = await keyIdOf(sluice, 'Used');
  assert.deepEqual(sluice.clients.waitingOf(id), { waiting: count - running, running, parked: 0 });
  return { sluice, load, secret };
}

/** A second is what a person is promised; where six times as much is to be done as can be, the moved requests delay it. */
const promisedMs = 1_000;
const busyMachine = 20;

/** From the press of the button to the moment at which SecretStorage tells that the secret is gone. */
function watchDeletion({ context, dialogs }: Sluice, secret: string) {
  let pressedAt = Number.NaN;
  dialogs.onPress(() => (pressedAt = performance.now()));
  const gone = Promise.withResolvers<number>();
  const subscription = context.secrets.onDidChange(async () => {
    const at = performance.now();
    if (!(await readSecrets(context)).join().includes(secret)) gone.resolve(at);
  });
  return {
    async assertIsSoon() {
      const tookMs = (await gone.promise) - pressedAt;
      subscription.dispose();
      printInReport(`revoked under load: the secret was gone after ${Math.round(tookMs)} ms`);
      assert.ok(tookMs < promisedMs * busyMachine, `it took ${tookMs} ms`);
    },
  };
}

/** Those that ran keep what they had, and say why they ended. */
function assertCutOff({ failed }: Load): void {
  assert.equal(failed.length, running);
  for (const { ending, text } of failed) {
    assert.ok(ClientError.is(ending, 'authentication'), String(ending));
    assert.equal(ending.partial?.text, text);
  }
}

async function assertAborted(): Promise<void> {
  await until('the API to see them end', async () => {
    const own = (await api.messages()).filter(({ keyId }) => keyId === 'Used');
    return own.length === running && own.every(({ outcome }) => outcome === 'aborted');
  });
}

function question({ dialogs }: Sluice): string {
  return dialogs.messages.find(({ text }) => text === 'Revoke “Used” now?')?.detail ?? '';
}
