import assert from 'node:assert/strict';
import { auditFileName, composeAudit } from '../../../src/host/keys/auditFile';
import type { KeyEvent } from '../../../src/keys/keyEvent';
import { redact } from '../../../src/keys/redact';
import { createRandom } from '../../support/random';
import { firstKey, setupKeyDesk } from './keyDesk';

const planted = 'planted"secret\\of,a;key';
const clean = (text: string) => redact(text, [firstKey, planted]);

function event(change: Partial<KeyEvent>): KeyEvent {
  return { at: 0, keyId: 'id', label: 'Work', kind: 'added', detail: undefined, windowId: 'window', ...change };
}

/** By RFC 4180. */
function readCsv(text: string): readonly (readonly string[])[] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of cells) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('The audit trail as a file', () => {
  const events = [event({}), event({ at: 86_400_000, kind: 'moved', detail: '3 to “A”, "B"\nand =C' })];

  it('has one event a line as JSON', () => {
    const lines = composeAudit(events, 'jsonl', clean).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [
        {
          time: '1970-01-01T00:00:00.000Z',
          event: 'added',
          keyId: 'id',
          label: 'Work',
          detail: '',
          windowId: 'window',
        },
        {
          time: '1970-01-02T00:00:00.000Z',
          event: 'moved',
          keyId: 'id',
          label: 'Work',
          detail: '3 to “A”, "B"\nand =C',
          windowId: 'window',
        },
      ],
    );
  });

  it('is a table that spreadsheets read, without formulas', () => {
    const text = composeAudit([...events, event({ label: '=1+1' }), event({ label: '@a,b' })], 'csv', clean);
    const rows = readCsv(text);
    assert.deepEqual(rows[0], ['time', 'event', 'keyId', 'label', 'detail', 'windowId']);
    assert.equal(rows[2]?.[4], '3 to “A”, "B"\nand =C');
    assert.deepEqual([rows[3]?.[3], rows[4]?.[3]], ["'=1+1", "'@a,b"]);
    assert.ok(rows.every((row) => row.length === 6));
  });

  it('holds no key, wherever one stands, and stays readable', () => {
    const random = createRandom(5);
    const pieces = [
      firstKey,
      planted,
      'authorization: Bearer ',
      'x-api-key="',
      ['sk', 'ant', 'api03', 'y'.repeat(20)].join('-'),
    ];
    const all = [...pieces, '"', '\\', ',', '\n', ' ', 'a', '=', '{', '}'];
    for (let round = 0; round < 200; round += 1) {
      const text = Array.from({ length: 6 }, () => all[Math.floor(random() * all.length)]).join('');
      const at = [event({ label: text }), event({ detail: text })];
      const json = composeAudit(at, 'jsonl', clean);
      for (const line of json.trimEnd().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
      const csv = composeAudit(at, 'csv', clean);
      assert.equal(readCsv(csv).length, 3, csv);
      for (const file of [json, csv]) {
        assert.ok(![firstKey, planted, JSON.stringify(planted).slice(1, -1)].some((key) => file.includes(key)), file);
        assert.doesNotMatch(file, /sk-ant-api03/);
      }
    }
  });

  it('is named by the day', () => {
    assert.equal(auditFileName(Date.UTC(2026, 10, 24), 'csv'), 'sluice-keys-2026-11-24.csv');
  });
});

async function setup() {
  const desk = setupKeyDesk();
  const { id } = await desk.add(firstKey, 'Work');
  desk.ledger.addEvent({ keyId: id, label: 'Work', kind: 'added', detail: undefined });
  desk.ledger.addEvent({ keyId: id, label: 'Work', kind: 'renamed', detail: `was “${firstKey}”` });
  return desk;
}

describe('Exporting the audit trail', () => {
  it('asks for a format and a place, writes it oldest first without a secret, and is an event itself', async () => {
    const { flows, person, events } = await setup();
    person.picked.push('JSON Lines');
    person.pressed.push('Open');
    await flows.exportAudit();
    const [file = ''] = person.files;
    assert.match(file, /"added"[^]*\n[^]*"renamed"/);
    assert.doesNotMatch(file, /demo-key/);
    assert.deepEqual([person.saves[0]?.extension, person.saves[0]?.formatName], ['jsonl', 'JSON Lines']);
    assert.deepEqual(person.opened, ['sluice-keys-2026-11-17.jsonl']);
    assert.equal((await events()).at(-1), 'exported | 2 events as jsonl');
  });

  it('writes nothing when the person lets it be, and tells when there is nothing', async () => {
    const { flows, person } = await setup();
    await flows.exportAudit();
    assert.deepEqual([person.saves, person.files], [[], []]);
    const empty = setupKeyDesk();
    await empty.flows.exportAudit();
    assert.deepEqual(empty.person.messages, ['Nothing has happened to a key yet.']);
  });

  it('says so when it has no more than this window', async () => {
    const { flows, person, ledger } = await setup();
    ledger.isKept = false;
    person.picked.push('CSV');
    await flows.exportAudit();
    assert.match(person.messages.join('\n'), /of this window alone/);
    assert.equal(person.told[0]?.level, 'warning');
  });

  it('tells when it cannot be read or written', async () => {
    const { flows, person, events } = await setup();
    person.canWrite = false;
    person.picked.push('CSV');
    await flows.exportAudit();
    assert.match(person.messages.join('\n'), /^Failed to write “sluice-keys-2026-11-17\.csv”/);
    assert.doesNotMatch((await events()).join('\n'), /exported/);
    const without = setupKeyDesk({ hasLedger: false });
    await without.flows.exportAudit();
    assert.match(without.person.messages.join('\n'), /^Failed to read the audit trail/);
  });
});
