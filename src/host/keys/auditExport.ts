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
    const events = await this.#read();
    if (!events) return;
    if (events.length === 0) {
      void this.#dialogs.tell('info', l10n.t('Nothing has happened to a key yet.'));
      return;
    }
    const format = await this.#askFormat();
    const target = format && (await this.#askTarget(format));
    if (target) await this.#write(events, format, target);
  }

  async #read(): Promise<readonly KeyEvent[] | undefined> {
    try {
      return (await this.#parts.ledger()).events().toReversed();
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

  async #write(events: readonly KeyEvent[], format: AuditFormat, target: SaveTarget): Promise<void> {
    const { secrets, log } = this.#parts;
    try {
      const known = secrets.known();
      await target.write(composeAudit(events, format, (text) => redact(text, known)));
    } catch (error) {
      log.error('Failed to export the audit trail', error);
      void this.#dialogs.tell(
        'error',
        l10n.t('Failed to write “{0}”. The log of Sluice has the details.', target.name),
      );
      return;
    }
    recordKeyEvent(this.#parts, noKey, 'exported', `${events.length} events as ${format}`);
    const open = l10n.t('Open');
    const message = l10n.t('“{0}” is exported.', target.name);
    if ((await this.#dialogs.tell('info', message, open)) === open) await target.open();
  }
}
