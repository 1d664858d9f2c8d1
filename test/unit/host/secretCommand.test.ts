import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createSecretCommands } from '../../../src/host/keys/secretCommand';
import { SecretUnavailable } from '../../../src/keys/keySecrets';
import { installVirtualTime } from '../../support/virtualTime';
import { openLifeline } from './lifeline';

const key = 'demo-key-of-a-manager';

/** As programs, so that what is tried is the real thing; each is one file of plain JavaScript. */
const programs = {
  /** Prints its first argument, which is JSON. */
  print: `process.stdout.write(JSON.parse(process.argv[2]));`,
  /** Prints its arguments in a form that passes for a key. */
  arguments: `process.stdout.write(Buffer.from(JSON.stringify(process.argv.slice(2))).toString('hex'));`,
  folder: `process.stdout.write(Buffer.from(process.cwd()).toString('hex'));`,
  touch: `require('node:fs').writeFileSync(process.argv[2], '');`,
  fail: `process.stdout.write(process.argv[2]); process.stderr.write(process.argv[2]); process.exitCode = 3;`,
  readInput: `process.stdin.on('end', () => process.stdout.write('${key}')).resume();`,
  /** Lives as long as the test holds the other end, and has a child that does too. */
  family: `const { spawn } = require('node:child_process');
    if (process.argv[3]) spawn(process.execPath, [__filename, process.argv[2]], { stdio: 'inherit' });
    require('node:net').connect(Number(process.argv[2]), '127.0.0.1').on('close', () => process.exit());`,
  flood: `process.stdout.write('x'.repeat(10_000_000));
    process.stdout.on('error', () => {});
    require('node:net').connect(Number(process.argv[2]), '127.0.0.1').on('close', () => process.exit());`,
  /** Leaves a helper behind that keeps the output open. */
  parent: `const { spawn } = require('node:child_process');
    const family = require('node:path').join(__dirname, 'family.cjs');
    spawn(process.execPath, [family, process.argv[2]], { stdio: ['ignore', 'inherit', 'ignore'], detached: true }).unref();
    process.stdout.write('${key}\\n');`,
} as const;

type Program = keyof typeof programs;

function setup(commands: Readonly<Record<string, readonly string[]>>, isTrusted = true) {
  const lines: string[] = [];
  const log = { warn: (message: string, context?: unknown) => void lines.push(`${message} ${inspect(context)}`) };
  const manager = createSecretCommands({ readCommands: () => commands, isTrusted: () => isTrusted, log });
  return { run: (name: string) => manager.run(name), lines };
}

/** Rejects with this reason, and neither the error nor the log holds any of the words. */
async function assertFails(
  { answer, lines }: { readonly answer: Promise<string>; readonly lines: readonly string[] },
  reason: SecretUnavailable['reason'],
  unsaid: readonly string[] = [],
): Promise<void> {
  const error: unknown = await answer.then(
    () => assert.fail('it gave a key'),
    (cause: unknown) => cause,
  );
  assert.ok(SecretUnavailable.is(error), inspect(error));
  assert.equal(error.reason, reason);
  assert.equal(lines.length, 1);
  const told = inspect(error, { depth: 9, showHidden: true }) + lines.join('\n');
  for (const word of unsaid) assert.ok(!told.includes(word), told);
}

describe('The command of a secret manager', function () {
  // A process takes its time to start on a busy machine.
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-command-'));
    for (const [name, code] of Object.entries(programs)) writeFileSync(join(folder, `${name}.cjs`), code);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function command(program: Program, ...args: readonly string[]): readonly string[] {
    return [process.execPath, join(folder, `${program}.cjs`), ...args];
  }

  /** What the program comes to when it is run as the command "team". */
  function tryOut(program: Program, ...args: readonly string[]) {
    const { run, lines } = setup({ team: command(program, ...args) });
    return { answer: run('team'), lines };
  }

  const outputs = {
    'as it is': key,
    'with the end of the line': `${key}\n`,
    'on a line with spaces around it': `\n\r\n  ${key}  \r\n`,
    'in double quotes': `"${key}"\n`,
    'in single quotes': `'${key}'`,
    'above notes': `${key}\nuser: demo\nurl: "https://example.org"\n`,
    'above many notes': `${key}\n${'note\n'.repeat(10_000)}`,
  };
  for (const [how, output] of Object.entries(outputs)) {
    it(`gives the key that it prints ${how}`, async () => {
      const { answer, lines } = tryOut('print', JSON.stringify(output));
      assert.equal(await answer, key);
      assert.deepEqual(lines, []);
    });
  }

  const strangers = {
    nothing: '',
    'white space': ' \n\n',
    'a sentence': 'demo words in a row',
    'a JSON document on one line': JSON.stringify({ SecretString: key }),
    'a JSON document on several lines': JSON.stringify({ SecretString: key }, undefined, 2),
    'a list': JSON.stringify([key]),
    'what no header can carry': `${key}é`,
    'an admin key': ['sk', 'ant', 'admin01', 'x'.repeat(40)].join('-'),
  };
  for (const [what, output] of Object.entries(strangers)) {
    it(`gives no key when it prints ${what}`, async () => {
      await assertFails(tryOut('print', JSON.stringify(output)), 'notAKey', [key, 'words in', 'admin01']);
    });
  }

  it('gets its arguments as they stand in the settings, past every shell', async () => {
    const args = [
      '$(echo no)',
      '`id`',
      ';',
      '&&',
      '|',
      '>',
      '*',
      '~',
      '$HOME',
      '%PATH%',
      'a b',
      '"',
      "'",
      '\\',
      '',
      '\n',
    ];
    const { answer } = tryOut('arguments', ...args);
    assert.deepEqual(JSON.parse(Buffer.from(await answer, 'hex').toString()), args);
  });

  it('runs in the home of the person, not in the workspace', async () => {
    const answer = await tryOut('folder').answer;
    assert.equal(Buffer.from(answer, 'hex').toString(), realpathSync(homedir()));
  });

  it('has nothing to read', async () => {
    assert.equal(await tryOut('readInput').answer, key);
  });

  it('gives no key when it reports a failure, and only its exit code is told', async () => {
    const tried = tryOut('fail', key);
    await assertFails(tried, 'commandFailed', [key]);
    assert.match(tried.lines.join('\n'), /team.*exitCode: 3/s);
  });

  it('gives no key when there is no such program, or none that can be started', async () => {
    const { run, lines } = setup({ team: ['sluice-no-such-program', key] });
    await assertFails({ answer: run('team'), lines }, 'notStarted', [key, 'no-such-program']);
    assert.match(lines.join('\n'), /ENOENT/);
    const odd = setup({ team: [process.execPath, `${key}\0`] });
    await assertFails({ answer: odd.run('team'), lines: odd.lines }, 'notStarted', [key]);
  });

  it('is not run in a window that is not trusted', async () => {
    const trace = join(folder, 'trace');
    const { run, lines } = setup({ team: command('touch', trace) }, false);
    await assertFails({ answer: run('team'), lines }, 'untrusted');
    assert.ok(!existsSync(trace));
    await assertFails(tryOut('touch', trace), 'notAKey');
    assert.ok(existsSync(trace), 'it would have left a trace');
  });

  it('is not there when the settings name none', async () => {
    for (const name of ['other', 'empty', 'blank', 'constructor', '__proto__', 'toString']) {
      const { run, lines } = setup({ team: command('print'), empty: [], blank: [''] });
      await assertFails({ answer: run(name), lines }, 'notConfigured');
    }
  });

  it('is ended with all that it has started when it takes too long', async () => {
    const line = await openLifeline();
    const time = installVirtualTime();
    try {
      const tried = tryOut('family', String(line.port), 'and a child');
      const failed = assertFails(tried, 'timedOut');
      await line.connected(2);
      await time.pass(29_999);
      assert.equal(line.open, 2);
      await time.pass(1);
      await failed;
      await line.allClosed();
    } finally {
      time.uninstall();
      await line.close();
    }
  });

  it('is ended when it prints far more than a key', async () => {
    const line = await openLifeline();
    try {
      await assertFails(tryOut('flood', String(line.port)), 'notAKey', ['xxxx']);
      await line.allClosed();
    } finally {
      await line.close();
    }
  });

  it('has had its say when it ends, though a helper that it left behind keeps the output open', async () => {
    const line = await openLifeline();
    try {
      assert.equal(await tryOut('parent', String(line.port)).answer, key);
      await line.connected(1);
      assert.equal(line.open, 1, 'the helper is not ours to end');
    } finally {
      await line.close();
    }
  });
});
