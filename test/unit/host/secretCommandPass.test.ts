import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretCommands } from '../../../src/host/keys/secretCommand';
import { SecretUnavailable } from '../../../src/keys/keySecrets';

const key = 'demo-key-in-a-password-store';
const entry = 'sluice/team';

const isInstalled = ['pass', 'gpg', 'gpgconf'].every((program) => spawnSync(program, ['--version']).status === 0);

const title = 'A real secret manager, the password store "pass"';

describe(isInstalled ? title : `${title}, which is not installed here`, function () {
  // It makes itself a key pair first, which takes as long as it takes.
  this.timeout(120_000);
  let folder: string;
  let environment: readonly string[];

  function call(program: string, args: readonly string[], input = ''): void {
    const { status } = spawnSync('env', [...environment, program, ...args], { input });
    assert.equal(status, 0, `${program} ${args.join(' ')} failed`);
  }

  function setup(...args: readonly string[]) {
    const lines: string[] = [];
    const log = { warn: (message: string) => void lines.push(message) };
    const readCommands = () => ({ team: ['env', ...environment, 'pass', ...args] });
    return { manager: createSecretCommands({ readCommands, isTrusted: () => true, log }), lines };
  }

  before(function () {
    if (!isInstalled) return this.skip();
    folder = mkdtempSync(join(tmpdir(), 'sluice-pass-'));
    const keyRing = join(folder, 'gnupg');
    mkdirSync(keyRing, { mode: 0o700 });
    environment = [`GNUPGHOME=${keyRing}`, `PASSWORD_STORE_DIR=${join(folder, 'store')}`];
    const person = 'sluice-test';
    const quietly = ['--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
    call('gpg', [...quietly, '--quick-generate-key', person, 'default', 'default', 'never']);
    call('pass', ['init', person]);
    call('pass', ['insert', '--multiline', entry], `${key}\nuser: demo\n`);
  });

  after(() => {
    if (!isInstalled) return;
    // Its agent lives in this folder, and for as long as it is not told to end.
    call('gpgconf', ['--kill', 'all']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the key that is stored in it', async () => {
    const { manager, lines } = setup('show', entry);
    assert.equal(await manager.run('team'), key);
    assert.deepEqual(lines, []);
  });

  it('gives none when it has no such entry', async () => {
    await assert.rejects(
      setup('show', 'sluice/nobody').manager.run('team'),
      (error) => SecretUnavailable.is(error) && error.reason === 'commandFailed',
    );
  });
});
