import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ClientError } from '../../client/errors';
import type { KeyInfo, KeyRing } from '../../keys/keyRing';
import { readKey } from '../../keys/keyShape';
import { redact } from '../../keys/redact';
import type { ClientService } from '../clientService';
import { formatClock } from '../format';
import type { Log } from '../log';
import type { SluiceSettings } from '../settings';
import { describeCheckFailure, describeShape } from './keyProblemText';

export interface KeyCommandsOptions {
  readonly keyRing: KeyRing;
  readonly clients: ClientService;
  readonly readSettings: () => SluiceSettings;
  readonly log: Log;
}

/** Adding, replacing, choosing and removing keys, by input boxes and quick picks. The key itself is never shown again. */
export class KeyCommands {
  readonly #options: KeyCommandsOptions;

  constructor(options: KeyCommandsOptions) {
    this.#options = options;
  }

  /** Asks for a key and a label, checks the key, stores it and makes it the active one. */
  async addKey(): Promise<void> {
    const key = await this.#askKey(l10n.t('Add API Key (1/2)'));
    if (key === undefined) return;
    const known = this.#options.keyRing.findDuplicate(key);
    if (known) {
      void vscode.window.showInformationMessage(l10n.t('This key is already stored as “{0}”.', known.label));
      return;
    }
    const label = await this.#askLabel(l10n.t('Add API Key (2/2)'), this.#suggestLabel(), key);
    if (label === undefined) return;
    const outcome = await this.#checkAndStore(key, () => this.#options.keyRing.add(key, label));
    if (outcome === 'enterAgain') return this.addKey();
    if (outcome === 'stored') void vscode.window.showInformationMessage(l10n.t('“{0}” is stored and in use.', label));
  }

  async manageKeys(): Promise<void> {
    const keys = this.#options.keyRing.list();
    if (keys.length === 0) return this.addKey();
    const picked = await vscode.window.showQuickPick(
      [
        ...keys.map((key) => ({ ...toItem(key), key })),
        { label: '', kind: vscode.QuickPickItemKind.Separator, key: undefined },
        { label: `$(add) ${l10n.t('Add API Key…')}`, key: undefined },
      ],
      { title: l10n.t('API Keys'), placeHolder: l10n.t('Choose a key to use, replace, rename or remove it') },
    );
    if (!picked) return;
    return picked.key ? this.#manageKey(picked.key) : this.addKey();
  }

  async #manageKey(key: KeyInfo): Promise<void> {
    const { keyRing } = this.#options;
    const actions = [
      ...(key.isActive ? [] : [{ label: `$(check) ${l10n.t('Use This Key')}`, run: () => keyRing.activate(key.id) }]),
      { label: `$(sync) ${l10n.t('Replace…')}`, run: () => this.#replace(key) },
      { label: `$(edit) ${l10n.t('Rename…')}`, run: () => this.#rename(key) },
      { label: `$(trash) ${l10n.t('Remove…')}`, run: () => this.#remove(key) },
    ];
    const picked = await vscode.window.showQuickPick(actions, {
      title: key.label,
      placeHolder: l10n.t('What to do with “{0}” ····{1}', key.label, key.lastCharacters),
    });
    if (!picked) return;
    try {
      await picked.run();
    } catch (error) {
      this.#options.log.error('Failed to change a key', error);
      void vscode.window.showErrorMessage(
        l10n.t(
          'Failed to change “{0}”. It may have been removed in another window; the log has the details.',
          key.label,
        ),
      );
    }
  }

  async #replace(known: KeyInfo): Promise<void> {
    const key = await this.#askKey(l10n.t('Replace “{0}”', known.label));
    if (key === undefined) return;
    const outcome = await this.#checkAndStore(key, () => this.#options.keyRing.replace(known.id, key));
    if (outcome === 'enterAgain') return this.#replace(known);
    if (outcome === 'stored') void vscode.window.showInformationMessage(l10n.t('“{0}” has its new key.', known.label));
  }

  async #rename(key: KeyInfo): Promise<void> {
    const label = await this.#askLabel(l10n.t('Rename “{0}”', key.label), key.label);
    if (label !== undefined) await this.#options.keyRing.rename(key.id, label);
  }

  async #remove(key: KeyInfo): Promise<void> {
    const remove = l10n.t('Remove');
    const answer = await vscode.window.showWarningMessage(
      l10n.t('Remove “{0}”?', key.label),
      {
        modal: true,
        detail: l10n.t('It is deleted from this machine. It stays valid until you revoke it in the Claude Console.'),
      },
      remove,
    );
    if (answer === remove) await this.#options.keyRing.remove(key.id);
  }

  /** Nothing is stored unless the API accepted the key. */
  async #checkAndStore(key: string, store: () => Promise<unknown>): Promise<'stored' | 'enterAgain' | 'givenUp'> {
    const { clients, readSettings, log } = this.#options;
    for (;;) {
      try {
        await vscode.window.withProgress(
          { location: vscode.ProgressLocation.Notification, title: l10n.t('Sluice: checking the key…') },
          () => clients.check(key),
        );
        break;
      } catch (error) {
        log.error('Failed to check a key', error);
        const message = describeCheckFailure(error, readSettings().baseUrl);
        // The same key would only be refused again.
        if (ClientError.is(error, 'authentication') || ClientError.is(error, 'permission')) {
          return (await offer(message, l10n.t('Enter Again…'))) ? 'enterAgain' : 'givenUp';
        }
        if (!(await offer(message, l10n.t('Try Again')))) return 'givenUp';
      }
    }
    for (;;) {
      try {
        await store();
        return 'stored';
      } catch (error) {
        log.error('Failed to store a key', error);
        const message = l10n.t('Failed to store the key: the keychain refused. Unlock it, then try again.');
        if (!(await offer(message, l10n.t('Try Again')))) return 'givenUp';
      }
    }
  }

  async #askKey(title: string): Promise<string | undefined> {
    const typed = await vscode.window.showInputBox({
      title,
      prompt: l10n.t('It is kept in the system’s keychain and sent to {0} only.', this.#host()),
      placeHolder: l10n.t('API key'),
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => {
        const shape = readKey(value);
        return value === '' || shape.isUsable ? undefined : describeShape(shape.problem);
      },
    });
    const shape = readKey(typed ?? '');
    return shape.isUsable ? shape.key : undefined;
  }

  /** `key` is the one just typed: pasted once more by mistake, it must not become a label. */
  async #askLabel(title: string, suggestion: string, key?: string): Promise<string | undefined> {
    const secrets = [...this.#options.keyRing.secrets(), ...(key === undefined ? [] : [key])];
    const typed = await vscode.window.showInputBox({
      title,
      prompt: l10n.t('A name for this key, such as what it is for.'),
      placeHolder: l10n.t('Label'),
      value: suggestion,
      ignoreFocusOut: true,
      validateInput: (value) => {
        if (value.trim() === '') return l10n.t('Give it a name.');
        if (redact(value, secrets) !== value)
          return l10n.t('This holds a key. A label is shown openly: choose a name.');
        return value.trim().length > longestLabelCharacters
          ? l10n.t('At most {0} characters, please.', longestLabelCharacters)
          : undefined;
      },
    });
    return typed?.trim();
  }

  #suggestLabel(): string {
    const taken = new Set(this.#options.keyRing.list().map(({ label }) => label));
    const base = l10n.t('Claude');
    let label = base;
    for (let next = 2; taken.has(label); next += 1) label = `${base} ${next}`;
    return label;
  }

  #host(): string {
    const { baseUrl } = this.#options.readSettings();
    return URL.parse(baseUrl)?.host ?? baseUrl;
  }
}

const longestLabelCharacters = 60;

/** Tells a failure, with one way on. True when the person takes it. */
async function offer(message: string, wayOn: string): Promise<boolean> {
  return (await vscode.window.showErrorMessage(message, wayOn)) === wayOn;
}

function toItem(key: KeyInfo): vscode.QuickPickItem {
  return {
    label: `${key.isActive ? '$(check)' : '$(key)'} ${key.label}`,
    description: `····${key.lastCharacters}${key.isActive ? ` · ${l10n.t('in use')}` : ''}`,
    detail: l10n.t('Added {0}', formatClock(key.addedAt, 0)),
  };
}
