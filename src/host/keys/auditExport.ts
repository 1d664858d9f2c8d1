import * as l10n from '@vscode/l10n';
import type { KeyEvent } from '../../keys/keyEvent';
import { redact } from '../../keys/redact';
import { auditFileName, composeAudit, type AuditFormat } from './auditFile';
import { noKey, recordKeyEvent } from './keyAudit';
import type { KeyDialogs, SaveTarget } from './keyDialogs';
import type { KeyParts } from './keyParts';

/** Writes what has happened to the keys into a file of the person's choice. No secret is in it. */
export class AuditExport {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;

  constructor(parts: KeyParts, dialogs: KeyDialogs) {
    this.#parts = parts;
    this.#dialogs = dialogs;
  }

  async export(): Promise<void> {
    const read = await this.#read();
    if (!read) return;
    const { events, isKept } = read;
    if (events.length === 0) {
      void this.#dialogs.tell('info', l10n.t('Nothing has happened to a key yet.'));
      return;
    }
    const format = await this.#askFormat();
    const target = format && (await this.#askTarget(format));
    if (!target || !(await this.#write(events, format, target))) return;
    await this.#tellDone(target, isKept);
  }

  /** Oldest first. */
  async #read(): Promise<{ readonly events: readonly KeyEvent[]; readonly isKept: boolean } | undefined> {
    try {
      const ledger = await this.#parts.ledger();
      return { events: ledger.events().toReversed(), isKept: ledger.isKept };
    } catch (error) {
      this.#parts.log.error('Failed to read the audit trail', error);
      void this.#dialogs.tell('error', l10n.t('Failed to read the audit trail. The log of Sluice has the details.'));
      return undefined;
    }
  }

  async #askFormat(): Promise<AuditFormat | undefined> {
    const choices: readonly { label: string; detail: string; format: AuditFormat }[] = [
      { label: `$(json) ${l10n.t('JSON Lines')}`, detail: l10n.t('One event a line, for programs'), format: 'jsonl' },
      { label: `$(table) ${l10n.t('CSV')}`, detail: l10n.t('For a spreadsheet'), format: 'csv' },
    ];
    const picked = await this.#dialogs.pick(choices, {
      title: l10n.t('Export Audit Trail of Keys'),
      placeHolder: l10n.t('Choose a format'),
    });
    return picked?.format;
  }

  async #askTarget(format: AuditFormat): Promise<SaveTarget | undefined> {
    return this.#dialogs.save({
      title: l10n.t('Export Audit Trail of Keys'),
      saveLabel: l10n.t('Export'),
      fileName: auditFileName(this.#parts.now(), format),
      formatName: format === 'csv' ? l10n.t('CSV') : l10n.t('JSON Lines'),
      extension: format,
    });
  }

  async #write(events: readonly KeyEvent[], format: AuditFormat, target: SaveTarget): Promise<boolean> {
    const { secrets, log } = this.#parts;
    try {
      const known = secrets.known();
      await target.write(composeAudit(events, format, (text) => redact(text, known)));
    } catch (error) {
      log.error('Failed to export the audit trail', error);
      const message = l10n.t('Failed to write “{0}”. The log of Sluice has the details.', target.name);
      void this.#dialogs.tell('error', message);
      return false;
    }
    recordKeyEvent(this.#parts, noKey, 'exported', `${events.length} events as ${format}`);
    return true;
  }

  async #tellDone(target: SaveTarget, isKept: boolean): Promise<void> {
    const open = l10n.t('Open');
    const done = l10n.t('“{0}” is exported.', target.name);
    const answer = isKept
      ? await this.#dialogs.tell('info', done, open)
      : await this.#dialogs.tell(
          'warning',
          `${done} ${l10n.t('It has the events of this window alone: none could be kept on disk.')}`,
          open,
        );
    if (answer === open) await this.#open(target);
  }
  async #open(target: SaveTarget): Promise<void> {
    try {
      await target.open();
    } catch (error) {
      this.#parts.log.error('Failed to open the exported audit trail', error);
      const message = l10n.t('Failed to open “{0}”. The log of Sluice has the details.', target.name);
      void this.#dialogs.tell('error', message);
    }
  }
}
