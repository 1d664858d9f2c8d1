import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import { SecretUnavailable } from '../../keys/keySecrets';
import { recordKeyEvent } from './keyAudit';
import { consoleKeysUrl, type KeyDialogs } from './keyDialogs';
import type { KeyEntry } from './keyEntry';
import type { KeyParts } from './keyParts';
import { describeDuplicate, describeSecretFailure } from './keyProblemText';
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
    const label = await this.#labelFor(key, secret);
    if (label === undefined) return;
    const checked = await this.#entry.check(secret, l10n.t('Enter Again…'));
    if (checked.kind === 'again') return this.#enterAnew(key);
    if (checked.kind === 'givenUp' || !(await this.#acceptsOrganization(key, checked.organization))) return;
    const stored = await this.#entry.store(async () => {
      if (label !== key.label) await ring.rename(key.id, label);
      await ring.replace(key.id, secret, checked.organization);
      return true;
    });
    if (!stored) return;
    secrets.forget(key.id);
    const hadKey = key.health !== 'revoked';
    const now = { ...key, label, source: { kind: 'typed' } as const };
    if (label !== key.label) recordKeyEvent(this.#parts, now, 'renamed', `was “${key.label}”`);
    recordKeyEvent(this.#parts, now, 'rotated', hadKey ? undefined : 'was revoked');
    await this.#tellRotated(now, hadKey ? clients.waitingOf(key.id).running : 0);
  }

  /** A revoked key leaves its name to others: one that is in use again needs another one, if its own was taken. */
  async #labelFor(key: KeyInfo, secret: string): Promise<string | undefined> {
    if (key.health !== 'revoked' || !this.#entry.isTaken(key.label, key.id)) return key.label;
    const title = l10n.t('Rotate “{0}”', key.label);
    return this.#entry.askLabel(title, this.#entry.suggestLabel(key.label), { secret, id: key.id });
  }

  /** A secret manager holds the key: it is rotated there, and only fetched here. */
  async #fetchAnew(key: KeyInfo, name: string): Promise<void> {
    const { ring, secrets, clients } = this.#parts;
    const before = secrets.lastFetched(key.id);
    const secret = await this.#fetch(key, name);
    if (secret === undefined) return;
    if (secret === before) {
      const message = l10n.t(
        'The secret manager still gives the same key for “{0}”. Rotate it there first.',
        key.label,
      );
      void this.#dialogs.tell('info', message);
      return;
    }
    if (this.#isKnown(secret, key)) return;
    const checked = await this.#entry.check(secret, l10n.t('Try Again'));
    if (checked.kind === 'again') return this.#fetchAnew(key, name);
    if (checked.kind === 'givenUp') return;
    const { organization } = checked;
    if (!(await this.#acceptsOrganization(key, organization))) return;
    secrets.take(key.id, secret);
    const stored = await this.#entry.store(async () => {
      await ring.markChecked(key.id, { health: 'good', error: undefined, organization });
      return true;
    });
    if (!stored) return;
    if (before === undefined && !isElsewhere(key, organization)) {
      // In this session it has not been asked for before: nobody knows whether it is another one.
      recordKeyEvent(this.#parts, key, 'checked', 'good');
      const message = l10n.t('“{0}” was fetched from its secret manager and checked: the API accepts it.', key.label);
      void this.#dialogs.tell('info', message);
      return;
    }
    recordKeyEvent(this.#parts, key, 'rotated', `from the command “${name}”`);
    await this.#tellRotated(key, clients.waitingOf(key.id).running);
  }

  async #fetch(key: KeyInfo, name: string): Promise<string | undefined> {
    const { secrets, log } = this.#parts;
    try {
      const title = l10n.t('Sluice: asking the secret manager for “{0}”…', name);
      return await this.#dialogs.working(title, () => secrets.fetchAnew(key.id));
    } catch (error) {
      log.error('Failed to get a key from a command', error, { name });
      const reason = SecretUnavailable.is(error) ? error.reason : 'commandFailed';
      recordKeyEvent(this.#parts, key, 'commandFailed', reason);
      void this.#dialogs.tell('error', describeSecretFailure(reason, name));
      return undefined;
    }
  }

  #isKnown(secret: string, key: KeyInfo): boolean {
    const known = this.#parts.secrets.ownerOf(secret);
    if (!known) return false;
    const message =
      known.id === key.id
        ? l10n.t('This is the key that “{0}” has already. Nothing was changed.', key.label)
        : describeDuplicate(known);
    void this.#dialogs.tell('info', message);
    return true;
  }

  /** Limits and bills belong to the organization: a key of another one is probably a slip. */
  async #acceptsOrganization(key: KeyInfo, organization: string | undefined): Promise<boolean> {
    if (!isElsewhere(key, organization)) return true;
    const bill = l10n.t('Requests will count against the limits and the bill of that organization.');
    const replace = l10n.t('Replace All the Same');
    const answer = await this.#dialogs.ask(
      l10n.t('The new key belongs to another organization than “{0}” did so far. Replace it?', key.label),
      key.source.kind === 'command' && key.health !== 'revoked'
        ? `${bill} ${l10n.t('Its secret manager gives it whenever it is asked: to keep the former one, put that back there.')}`
        : bill,
      replace,
    );
    return answer === replace;
  }

  async #tellRotated(key: KeyInfo, running: number): Promise<void> {
    const revoke = l10n.t('Revoke the Old Key in the Console');
    const message = describeRotated(key, running);
    if ((await this.#dialogs.tell('info', message, revoke)) === revoke) this.#dialogs.openLink(consoleKeysUrl);
  }
}

/** Both are known, and differ. */
function isElsewhere({ organization }: KeyInfo, found: string | undefined): boolean {
  return organization !== undefined && found !== undefined && organization !== found;
}
