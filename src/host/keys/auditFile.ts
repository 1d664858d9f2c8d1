import type { KeyEvent } from '../../keys/keyEvent';

export type AuditFormat = 'jsonl' | 'csv';

/** In the order of the columns. Times are in UTC: who reads it may be elsewhere. */
function fieldsOf({ at, kind, keyId, label, detail, windowId }: KeyEvent) {
  return { time: new Date(at).toISOString(), event: kind, keyId, label, detail: detail ?? '', windowId };
}

const columns = ['time', 'event', 'keyId', 'label', 'detail', 'windowId'] as const;

/**
 * The audit trail as a file, in the order of `events`. Each value is cleaned before it is written down: a mask over the
 * whole could take a quote or a comma with it.
 */
export function composeAudit(
  events: readonly KeyEvent[],
  format: AuditFormat,
  redact: (text: string) => string,
): string {
  const rows = events.map((event) => {
    const fields = fieldsOf(event);
    return columns.map((column) => redact(fields[column]));
  });
  return format === 'csv' ? toCsv([columns, ...rows]) : toJsonLines(rows);
}

function toJsonLines(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, row[at]]))));
  return lines.map((line) => `${line}\n`).join('');
}

/** RFC 4180. */
function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

/** A spreadsheet takes what begins like a formula for one: the apostrophe keeps it a text. */
function toCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `sluice-keys-2026-11-24.csv` */
export function auditFileName(now: number, format: AuditFormat): string {
  return `sluice-keys-${new Date(now).toISOString().slice(0, 10)}.${format}`;
}
