import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import { SecretUnavailable } from '../../keys/keySecrets';
import { recordKeyEvent } from './keyAudit';
import { consoleKeysUrl, type KeyDialogs } from './keyDialogs';
import type { KeyEntry } from './keyEntry';
import type { KeyParts } from './keyParts';
import { describeSecretFailure } from './keyProblemText';
import { describeRotated } from './keyText';
import { pickKey } from './pickKey';

/**
 * Puts a new key in the place of an old one: checked first, in use from then on. Answers under way finish with the old
 * one, which is gone from this machine; only the Console can make it invalid everywhere.
 */
export class RotateKey {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #entry: KeyEntry;

  constructor(parts: KeyParts, dialogs: KeyDialogs, entry: KeyEntry) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#entry = entry;
  }

  async rotate(id?: string): Promise<void> {
    const key = await pickKey(this.#parts.ring, this.#dialogs, id, {
      title: l10n.t('Rotate API Key'),
      placeHolder: l10n.t('Choose the key to replace by a new one'),
      accepts: ({ health }) => health !== 'revoked',
    });
    if (!key) return;
    return key.source.kind === 'command' && key.health !== 'revoked'
      ? this.#fetchAnew(key, key.source.name)
      : this.#enterAnew(key);
  }

  async #enterAnew(key: KeyInfo): Promise<void> {
    const { ring, secrets, clients } = this.#parts;
    const secret = await this.#entry.askKey(l10n.t('Rotate “{0}”', key.label));
    if (secret === undefined || this.#isKnown(secret, key)) return;
    const checked = await this.#entry.check(secret, l10n.t('Enter Again…'));
    if (checked.kind === 'again') return this.#enterAnew(key);
    if (checked.kind === 'givenUp' || !(await this.#acceptsOrganization(key, checked.organization))) return;
    const stored = await this.#entry.store(async () => {
      await ring.replace(key.id, secret, checked.organization);
      return true;
    });
    if (!stored) return;
    secrets.forget(key.id);
    const hadKey = key.health !== 'revoked';
    recordKeyEvent(this.#parts, key, 'rotated', hadKey ? undefined : 'was revoked');
    await this.#tellRotated(key, hadKey ? clients.waitingOf(key.id).running : 0);
  }

  /** A secret manager holds the key: it is rotated there, and only fetched here. */
  async #fetchAnew(key: KeyInfo, name: string): Promise<void> {
    const { ring, secrets, clients, log } = this.#parts;
    const before = new Set(secrets.known());
    secrets.forget(key.id);
    let secret: string;
    try {
      const title = l10n.t('Sluice: asking the secret manager for “{0}”…', name);
      secret = await this.#dialogs.working(title, () => secrets.secretOf(key.id));
    } catch (error) {
      log.error('Failed to get a key from a command', error, { name });
      const reason = SecretUnavailable.is(error) ? error.reason : 'commandFailed';
      recordKeyEvent(this.#parts, key, 'commandFailed', reason);
      void this.#dialogs.tell('error', describeSecretFailure(reason, name));
      return;
    }
    if (before.has(secret)) {
      void this.#dialogs.tell(
        'info',
        l10n.t('The secret manager still gives the same key for “{0}”. Rotate it there first.', key.label),
      );
      return;
    }
    const checked = await this.#entry.check(secret, l10n.t('Try Again'));
    if (checked.kind === 'again') return this.#fetchAnew(key, name);
    if (checked.kind === 'givenUp') return;
    const { organization } = checked;
    const stored = await this.#entry.store(async () => {
      await ring.markChecked(key.id, { health: 'good', error: undefined, organization });
      return true;
    });
    if (!stored) return;
    recordKeyEvent(this.#parts, key, 'rotated', `from the command “${name}”`);
    await this.#tellRotated(key, clients.waitingOf(key.id).running);
  }

  #isKnown(secret: string, key: KeyInfo): boolean {
    const known = this.#parts.ring.findDuplicate(secret);
    if (!known) return false;
    const message =
      known.id === key.id
        ? l10n.t('This is the key that “{0}” has already. Nothing was changed.', key.label)
        : l10n.t('This key is already stored as “{0}”.', known.label);
    void this.#dialogs.tell('info', message);
    return true;
  }

  /** Limits and bills belong to the organization: a key of another one is probably a slip. */
  async #acceptsOrganization(key: KeyInfo, organization: string | undefined): Promise<boolean> {
    if (key.organization === undefined || organization === undefined || key.organization === organization) return true;
    const replace = l10n.t('Replace All the Same');
    const answer = await this.#dialogs.ask(
      l10n.t('The new key belongs to another organization than “{0}” did so far. Replace it?', key.label),
      l10n.t('Requests will count against the limits and the bill of that organization.'),
      replace,
    );
    return answer === replace;
  }

  async #tellRotated(key: KeyInfo, running: number): Promise<void> {
    const revoke = l10n.t('Revoke the Old Key in the Console');
    const message = describeRotated(key.label, running);
    if ((await this.#dialogs.tell('info', message, revoke)) === revoke) this.#dialogs.openLink(consoleKeysUrl);
  }
}
