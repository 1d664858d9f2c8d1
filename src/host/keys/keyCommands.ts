import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import { keyEnvironments, type KeyInfo } from '../../keys/key';
import { SecretUnavailable } from '../../keys/keySecrets';
import { recordKeyEvent } from './keyAudit';
import type { KeyChoice } from './keyChoice';
import type { KeyDialogs } from './keyDialogs';
import type { KeyEntry } from './keyEntry';
import type { KeyParts } from './keyParts';
import { describeRecheckFailure, describeSecretFailure } from './keyProblemText';
import { describeRemoval, environmentName } from './keyText';
import { askDestination } from './whatWaits';

/** Adding a key, and what can be changed of one that is there. The key itself is never shown again. */
export class KeyCommands {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #entry: KeyEntry;
  readonly #choice: KeyChoice;

  constructor(parts: KeyParts, dialogs: KeyDialogs, entry: KeyEntry, choice: KeyChoice) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#entry = entry;
    this.#choice = choice;
  }

  /** Asks for a key and a label, checks the key, stores it and makes it the active one. */
  async addKey(): Promise<void> {
    const secret = await this.#entry.askKey(l10n.t('Add API Key (1/2)'));
    if (secret === undefined || this.#entry.tellDuplicate(secret)) return;
    const label = await this.#entry.askLabel(l10n.t('Add API Key (2/2)'), this.#entry.suggestLabel(), { secret });
    if (label === undefined) return;
    const added = await this.#entry.add({ secret, label, source: { kind: 'typed' } }, l10n.t('Enter Again…'));
    if (added === 'again') return this.addKey();
  }

  async rename(key: KeyInfo): Promise<void> {
    const label = await this.#entry.askLabel(l10n.t('Rename “{0}”', key.label), key.label, { id: key.id });
    if (label === undefined || label === key.label) return;
    await this.#parts.ring.rename(key.id, label);
    recordKeyEvent(this.#parts, { id: key.id, label }, 'renamed', `was “${key.label}”`);
  }

  async setEnvironment(key: KeyInfo): Promise<void> {
    const choices = keyEnvironments.map((environment) => ({
      label: `${environment === key.environment ? '$(check)' : '$(blank)'} ${environmentName(environment)}`,
      environment,
    }));
    const picked = await this.#dialogs.pick(choices, {
      title: l10n.t('Environment of “{0}”', key.label),
      placeHolder: l10n.t('Choose what this key is for'),
    });
    if (!picked || picked.environment === key.environment) return;
    await this.#parts.ring.setEnvironment(key.id, picked.environment);
    recordKeyEvent(this.#parts, key, 'environment', picked.environment);
  }

  /** One free call with a stored key. `invalid`: the API refuses it, and nothing was told yet. */
  async checkNow(key: KeyInfo): Promise<'good' | 'invalid' | 'unknown'> {
    const { ring, secrets, clients, log } = this.#parts;
    // Of a secret manager the key of now is wanted, not the one it gave some time ago.
    secrets.forget(key.id);
    try {
      const { organization } = await this.#dialogs.working(l10n.t('Sluice: checking the key…'), async () =>
        clients.check(await secrets.secretOf(key.id)),
      );
      await ring.markChecked(key.id, { health: 'good', error: undefined, organization, since: key.since });
      recordKeyEvent(this.#parts, key, 'checked', 'good');
      void this.#dialogs.tell('info', l10n.t('“{0}” is good: the API accepts it.', key.label));
      return 'good';
    } catch (error) {
      log.error('Failed to check a key', error);
      if (ClientError.is(error, 'authentication')) {
        await ring.markChecked(key.id, { health: 'invalid', error: error.reason, since: key.since });
        recordKeyEvent(this.#parts, key, 'checked', 'refused');
        return 'invalid';
      }
      void this.#dialogs.tell('error', this.#describeFailure(error, key));
      return 'unknown';
    }
  }

  /** Takes a key from this machine. What waits with it goes on with another one where there is one. */
  async remove(key: KeyInfo): Promise<void> {
    const { ring, secrets, clients } = this.#parts;
    const isRevoked = key.health === 'revoked';
    const by = ring.activeBy();
    const destination = await askDestination(this.#parts, this.#dialogs, key, {
      question: l10n.t('Remove “{0}”?', key.label),
      detail: describeRemoval(key),
      button: isRevoked ? l10n.t('Remove from List') : l10n.t('Remove'),
    });
    if (!destination) return;
    await ring.remove(key.id);
    secrets.forget(key.id);
    const { parked } = clients.withdraw(key.id, destination.to?.id);
    if (parked > 0) this.#choice.noteRemoved(key.id);
    recordKeyEvent(this.#parts, key, 'removed');
    if (destination.to && key.isActive) await this.#choice.makeActive(destination.to, by);
    const heir = destination.to ? undefined : this.#choice.heirOf(key);
    if (heir) await this.#choice.tellEnded(l10n.t('“{0}” is removed.', key.label), { heir, parked });
  }

  #describeFailure(error: unknown, key: KeyInfo): string {
    return SecretUnavailable.is(error)
      ? describeSecretFailure(error.reason, key.source.kind === 'command' ? key.source.name : key.label)
      : describeRecheckFailure(error, key.label, this.#parts.readSettings().baseUrl);
  }
}
