import assert from 'node:assert/strict';
import { createLog, type LogChannel } from '../../../src/host/log';

function setup(secrets: readonly string[] = ['demo-key-good']) {
  const lines: string[] = [];
  const channel: LogChannel = {
    info: (line) => lines.push(`info ${line}`),
    warn: (line) => lines.push(`warn ${line}`),
    error: (line) => lines.push(`error ${String(line)}`),
    show: () => lines.push('shown'),
  };
  return { log: createLog(channel, () => secrets), lines };
}

describe('The log', () => {
  it('writes a message with its context', () => {
    const { log, lines } = setup();
    log.info('Read a folder', { files: 3 });
    log.warn('Odd');
    log.show();
    assert.deepEqual(lines, ['info Read a folder {"files":3}', 'warn Odd', 'shown']);
  });

  it('writes an error with its causes and without its stack', () => {
    const { log, lines } = setup();
    const cause = new TypeError('fetch failed', { cause: 'ECONNREFUSED' });
    log.error('Failed to send', new Error('No connection', { cause }), { run: 'run-1' });
    assert.deepEqual(lines, [
      'error Failed to send: Error: No connection (cause: TypeError: fetch failed (cause: ECONNREFUSED)) {"run":"run-1"}',
    ]);
  });

  it('lets no key through, wherever it hides', () => {
    const { log, lines } = setup();
    log.info('demo-key-good', { headers: { 'x-api-key': 'demo-key-nobody-knows' }, note: 'demo-key-good' });
    log.warn('sent authorization: Bearer demo-key-nobody-knows');
    log.error('Failed', new Error('demo-key-good', { cause: new Error('x-api-key=demo-key-nobody-knows') }));
    log.error('Failed', 'demo-key-good', { key: 'demo-key-good' });
    assert.equal(lines.length, 4);
    for (const line of lines) {
      assert.doesNotMatch(line, /demo-key/);
      assert.match(line, /\[redacted\]/);
    }
  });
});
