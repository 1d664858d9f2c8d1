import type { KeyEventKind } from '../../keys/keyEvent';
import type { KeyInfo } from '../../keys/key';
import type { KeyParts } from './keyParts';

/** Of events that belong to no key that is, or was, in the ring. */
export const noKey = { id: '', label: '' } as const;

/**
 * Writes into the audit trail what was done. Never throws and is not waited for: a key can be revoked where no database
 * can be opened. The details are in English wherever it runs, for they are read by programs too.
 */
export function recordKeyEvent(
  { ledger, log }: Pick<KeyParts, 'ledger' | 'log'>,
  key: Pick<KeyInfo, 'id' | 'label'>,
  kind: KeyEventKind,
  detail?: string,
): void {
  const record = async () => (await ledger()).addEvent({ keyId: key.id, label: key.label, kind, detail });
  record().catch((error: unknown) => log.error('Failed to write the audit trail', error, { kind }));
}
