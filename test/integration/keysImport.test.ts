import assert from 'node:assert/strict';
import { commands } from '../../src/contributions';
import { api } from './support/api';
import { entryOf, makeKey, makeValidKey, readSecrets } from './support/keys';
import { restart, restoreDialogs, setup } from './support/sluice';

const variable = 'ANTHROPIC_API_KEY';

describe('keys in the environment', () => {
  afterEach(() => {
    delete process.env[variable];
    restoreDialogs();
  });

  it('are offered, and copied into SecretStorage when a person takes one', async () => {
    const sluice = await setup({ hasKey: false });
    const key = await makeValidKey('environment');
    process.env[variable] = ` ${key}\n`;
    sluice.dialogs.pick(variable);
    sluice.dialogs.type('From Outside');
    await sluice.run(commands.importKey);

    const { key: stored, source } = await entryOf(sluice, 'From Outside');
    assert.equal(stored, key);
    assert.deepEqual(source, { kind: 'imported', from: variable });
    await sluice.chat.ask('Which key is it?');
    assert.equal((await api.messages())[0]?.keyId, 'environment');
    assert.ok(!JSON.stringify([sluice.dialogs.messages, sluice.dialogs.picks]).includes(key));
  });

  it('are never used silently where there is no other one', async () => {
    process.env[variable] = await makeValidKey('environment');
    const sluice = await restart(await setup({ hasKey: false }));

    assert.equal(await sluice.chat.send('Do you take what you find?'), false);
    assert.match(sluice.chat.state?.notice ?? '', /Add an API key first/);
    assert.deepEqual(await api.attempts(), []);
    assert.deepEqual(await readSecrets(sluice.context), []);
  });

  it('are never used in place of the one that a person has added', async () => {
    process.env[variable] = await makeValidKey('environment');
    process.env['ANTHROPIC_AUTH_TOKEN'] = await makeValidKey('token');
    try {
      const { chat } = await restart(await setup());
      await chat.ask('Which key is it?');
    } finally {
      delete process.env['ANTHROPIC_AUTH_TOKEN'];
    }
    const used = new Set((await api.attempts()).map(({ keyId }) => keyId));
    assert.equal(used.size, 1);
    assert.ok(!used.has('environment') && !used.has('token'));
  });

  it('are not offered where there are none', async () => {
    const { dialogs, run } = await setup({ hasKey: false });
    await run(commands.importKey);
    assert.deepEqual(dialogs.picks.at(-1)?.labels, ['', '$(gear) Open the Setting…']);
  });

  for (const [kind, reason] of [
    ['admin01', /ANTHROPIC_API_KEY holds no key that can be used\. This is an admin key/],
    ['oat01', /ANTHROPIC_API_KEY holds no key that can be used\. This is a token of a sign-in/],
  ] as const) {
    it(`are refused when one is of the kind ${kind}`, async () => {
      const { context, dialogs, run } = await setup({ hasKey: false });
      process.env[variable] = makeKey(kind);
      dialogs.pick(variable);
      await run(commands.importKey);

      assert.match(dialogs.errors.join('\n'), reason);
      assert.deepEqual(await readSecrets(context), []);
      assert.deepEqual(await api.attempts(), []);
    });
  }

  it('are not stored when the API refuses them', async () => {
    const { context, dialogs, run } = await setup({ hasKey: false });
    process.env[variable] = makeKey();
    dialogs.pick(variable);
    dialogs.type('From Outside');
    await run(commands.importKey);

    assert.match(dialogs.errors.join('\n'), /refuses it\. Nothing was stored/);
    assert.deepEqual(await readSecrets(context), []);
  });
});
