import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import { recordKeyEvent } from './keyAudit';
import type { KeyChoice } from './keyChoice';
import { consoleKeysUrl, type KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeRevocation, describeRevoked } from './keyText';
import { pickKey } from './pickKey';
import { askDestination } from './whatWaits';

/** Ends a key on this machine at once: nothing of it waits for a network or for a disk. */
export class RevokeKey {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #choice: KeyChoice;

  constructor(parts: KeyParts, dialogs: KeyDialogs, choice: KeyChoice) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#choice = choice;
  }

  async revoke(id?: string): Promise<void> {
    const { ring } = this.#parts;
    const key = await pickKey(ring, this.#dialogs, id, {
      title: l10n.t('Revoke API Key Now'),
      placeHolder: l10n.t('Choose the key to revoke'),
      accepts: ({ health }) => health !== 'revoked',
    });
    if (!key) return;
    if (key.health === 'revoked') {
      void this.#dialogs.tell('info', l10n.t('“{0}” is revoked already.', key.label));
      return;
    }
    const destination = await askDestination(this.#parts, this.#dialogs, key, {
      question: l10n.t('Revoke “{0}” now?', key.label),
      detail: describeRevocation(key),
      button: l10n.t('Revoke'),
    });
    // It may have been taken off meanwhile, in another window.
    const current = destination && ring.find(key.id);
    if (destination && current) await this.#revoke(current, destination.to);
  }

  async #revoke(key: KeyInfo, to: KeyInfo | undefined): Promise<void> {
    const { ring, secrets, clients } = this.#parts;
    const by = ring.activeBy();
    // In memory it is revoked from here on; the keychain may take its time.
    const stored = ring.revoke(key.id);
    secrets.forget(key.id);
    const withdrawn = clients.withdraw(key.id, to?.id);
    recordKeyEvent(this.#parts, key, 'revoked', `parked ${withdrawn.parked}, cut off ${withdrawn.aborted}`);
    if (to && withdrawn.moved > 0) recordKeyEvent(this.#parts, key, 'moved', `${withdrawn.moved} to “${to.label}”`);
    if (!(await this.#isDeleted(key, stored))) return;
    if (to && key.isActive) await this.#choice.makeActive(to, by);
    const open = l10n.t('Revoke It in the Console');
    const message = describeRevoked(key.label, to?.label, withdrawn);
    const ending = { heir: to ? undefined : this.#choice.heirOf(key), parked: withdrawn.parked };
    if ((await this.#choice.tellEnded(message, ending, open)) === open) this.#dialogs.openLink(consoleKeysUrl);
  }

  /** A secret that the keychain does not give up is still there: that must be known. */
  async #isDeleted(key: KeyInfo, stored: Promise<void>): Promise<boolean> {
    for (let attempt = stored; ; attempt = this.#parts.ring.revoke(key.id)) {
      try {
        await attempt;
        return true;
      } catch (error) {
        this.#parts.log.error('Failed to revoke a key', error);
        const again = l10n.t('Try Again');
        const message =
          key.source.kind === 'command'
            ? l10n.t(
                'Failed to write down that “{0}” is revoked: other windows still use it. Unlock the keychain, then try again.',
                key.label,
              )
            : l10n.t(
                'Failed to delete “{0}” from the keychain: it is still there. Unlock the keychain, then try again.',
                key.label,
              );
        if ((await this.#dialogs.tell('error', message, again)) !== again) return false;
      }
    }
  }
}
