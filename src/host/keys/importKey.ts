import * as l10n from '@vscode/l10n';
import { settings } from '../../contributions';
import type { KeyInfo, KeySource } from '../../keys/key';
import { SecretUnavailable, type SecretCommands } from '../../keys/keySecrets';
import { readKey } from '../../keys/keyShape';
import { environmentVariable, readEnvironmentKey } from './environmentKey';
import { noKey, recordKeyEvent } from './keyAudit';
import type { KeyDialogs } from './keyDialogs';
import { fileOrigin, type KeyEntry } from './keyEntry';
import type { KeyParts } from './keyParts';
import { describeSecretFailure, describeShape } from './keyProblemText';

/** Where keys can come from, besides the keyboard. */
export interface ImportSources {
  readonly commands: SecretCommands;
  readonly isTrusted: () => boolean;
  /** Of this process. */
  readonly environment: () => Readonly<Record<string, string | undefined>>;
}

/**
 * How a key of a file has fared: the one of Sluice that it is now, or that the API refuses it, and the person wants it out of
 * the file all the same. `undefined`: it stays where it is.
 */
export type MovedIn = KeyInfo | 'refused' | undefined;

/** Takes over a key that is somewhere else already. Nothing is taken unasked, and nothing kept that the API refuses. */
export class ImportKey {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #entry: KeyEntry;
  readonly #sources: ImportSources;

  constructor(parts: KeyParts, dialogs: KeyDialogs, entry: KeyEntry, sources: ImportSources) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#entry = entry;
    this.#sources = sources;
  }

  async importKey(): Promise<void> {
    const choices = [
      ...this.#environmentChoices(),
      ...this.#commandChoices(),
      { label: '', isSeparator: true, run: () => undefined },
      {
        label: `$(gear) ${l10n.t('Open the Setting…')}`,
        detail: l10n.t('Name the command of a secret manager there, such as op read, vault kv get or pass show.'),
        run: () => this.#dialogs.openSetting(settings.keyCommands),
      },
    ];
    const picked = await this.#dialogs.pick(choices, {
      title: l10n.t('Import API Key'),
      placeHolder: l10n.t('Choose where the key comes from'),
    });
    await picked?.run();
  }

  /** A key that was found in a file, which is changed next: nothing is done without asking. */
  async moveIn(found: string): Promise<MovedIn> {
    const shape = readKey(found);
    if (!shape.isUsable) {
      void this.#dialogs.tell('error', describeShape(shape.problem));
      return undefined;
    }
    const known = this.#parts.secrets.ownerOf(shape.key);
    if (known) return (await this.#confirmReplace(known)) ? known : undefined;
    const source: KeySource = { kind: 'imported', from: fileOrigin };
    const kept = await this.#keep(shape.key, this.#entry.suggestLabel(), source, l10n.t('Replace It Anyway'));
    return kept === 'again' ? 'refused' : kept;
  }

  async #confirmReplace({ label, source }: KeyInfo): Promise<boolean> {
    const replace = l10n.t('Replace It');
    const answer = await this.#dialogs.ask(
      source.kind === 'command'
        ? l10n.t('A secret manager gives this key already, as “{0}”. Replace it in the file?', label)
        : l10n.t('This key is already stored as “{0}”. Replace it in the file?', label),
      l10n.t('A reference takes its place there. Sluice does not show a key again.'),
      replace,
    );
    return answer === replace;
  }

  #environmentChoices() {
    const value = readEnvironmentKey(this.#sources.environment());
    if (value === undefined) return [];
    return [
      {
        label: `$(symbol-variable) ${environmentVariable}`,
        description: l10n.t('environment variable'),
        detail: l10n.t('Copies it into VS Code’s secret storage. The variable stays as it is.'),
        run: () => this.#importFromEnvironment(value),
      },
    ];
  }

  #commandChoices() {
    const isTrusted = this.#sources.isTrusted();
    return Object.keys(this.#parts.readSettings().keys.commands).map((name) => ({
      label: `${isTrusted ? '$(terminal)' : '$(lock)'} ${name}`,
      description: isTrusted ? l10n.t('secret manager') : l10n.t('not available in Restricted Mode'),
      detail: isTrusted
        ? l10n.t('Runs its command now and whenever the key is needed. The key is not stored.')
        : l10n.t('A command runs in trusted windows only.'),
      run: () => (isTrusted ? this.#importFromCommand(name) : this.#refuse(name)),
    }));
  }

  async #importFromEnvironment(value: string): Promise<void> {
    const shape = readKey(value);
    if (!shape.isUsable) {
      const problem = describeShape(shape.problem);
      void this.#dialogs.tell('error', l10n.t('{0} holds no key that can be used. {1}', environmentVariable, problem));
      return;
    }
    if (this.#entry.tellDuplicate(shape.key)) return;
    const source: KeySource = { kind: 'imported', from: environmentVariable };
    await this.#keep(shape.key, this.#entry.suggestLabel(), source);
  }

  async #importFromCommand(name: string): Promise<void> {
    const { ring } = this.#parts;
    const known = ring.list().find(({ source, health }) => {
      return source.kind === 'command' && source.name === name && health !== 'revoked';
    });
    if (known) {
      void this.#dialogs.tell('info', l10n.t('The command “{0}” gives the key “{1}” already.', name, known.label));
      return;
    }
    const secret = await this.#fetch(name);
    if (secret === undefined || this.#entry.tellDuplicate(secret)) return;
    const source: KeySource = { kind: 'command', name };
    const outcome = await this.#keep(secret, this.#entry.suggestLabel(name), source, l10n.t('Try Again'));
    if (outcome === 'again') return this.#importFromCommand(name);
  }

  /** @param wayOn for a key that the API refuses, where there is one; taken, the outcome is `again` */
  async #keep(
    secret: string,
    suggestion: string,
    source: KeySource,
    wayOn?: string,
  ): Promise<KeyInfo | 'again' | undefined> {
    const label = await this.#entry.askLabel(l10n.t('Import API Key'), suggestion, { secret });
    return label === undefined ? undefined : this.#entry.add({ secret, label, source }, wayOn);
  }

  async #fetch(name: string): Promise<string | undefined> {
    try {
      const title = l10n.t('Sluice: asking the secret manager for “{0}”…', name);
      return await this.#dialogs.working(title, () => this.#sources.commands.run(name));
    } catch (error) {
      this.#parts.log.error('Failed to get a key from a command', error, { name });
      const reason = SecretUnavailable.is(error) ? error.reason : 'commandFailed';
      recordKeyEvent(this.#parts, { ...noKey, label: name }, 'commandFailed', reason);
      await this.#tellFailure(reason, name);
      return undefined;
    }
  }

  async #tellFailure(reason: SecretUnavailable['reason'], name: string): Promise<void> {
    const open = l10n.t('Open the Setting…');
    if ((await this.#dialogs.tell('error', describeSecretFailure(reason, name), open)) === open)
      this.#dialogs.openSetting(settings.keyCommands);
  }

  async #refuse(name: string): Promise<void> {
    const manage = l10n.t('Manage Workspace Trust');
    if ((await this.#dialogs.tell('warning', describeSecretFailure('untrusted', name), manage)) === manage)
      this.#dialogs.manageTrust();
  }
}
