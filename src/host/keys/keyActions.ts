import * as l10n from '@vscode/l10n';
import { isUsable, type KeyInfo } from '../../keys/key';
import type { KeyBudgetFlow } from './keyBudget';
import type { KeyChoice } from './keyChoice';
import type { KeyCommands } from './keyCommands';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeRefusal } from './keyProblemText';
import { describeCaps, environmentName } from './keyText';
import { pickKey } from './pickKey';
import type { RevokeKey } from './revokeKey';
import type { RotateKey } from './rotateKey';

interface KeyAction {
  readonly label: string;
  readonly description?: string | undefined;
  /** A line between actions, which cannot be chosen. */
  readonly isSeparator?: boolean | undefined;
  readonly run: () => Promise<void>;
}

export interface KeyActionFlows {
  readonly commands: KeyCommands;
  readonly choice: KeyChoice;
  readonly rotation: RotateKey;
  readonly revocation: RevokeKey;
  readonly budget: KeyBudgetFlow;
}

/** All that can be done with one key, in one list. */
export class KeyActions {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #flows: KeyActionFlows;

  constructor(parts: KeyParts, dialogs: KeyDialogs, flows: KeyActionFlows) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#flows = flows;
  }

  async show(id?: string): Promise<void> {
    const key = await pickKey(this.#parts.ring, this.#dialogs, id, {
      title: l10n.t('API Keys'),
      placeHolder: l10n.t('Choose a key'),
      accepts: () => true,
    });
    if (!key) return;
    const end = key.lastCharacters === '' ? '' : ` ····${key.lastCharacters}`;
    const picked = await this.#dialogs.pick(this.#actionsOf(key), {
      title: key.label,
      placeHolder: l10n.t('What to do with “{0}”{1}', key.label, end),
    });
    await picked?.run();
  }

  #actionsOf(key: KeyInfo): readonly KeyAction[] {
    const { commands, choice, rotation, revocation, budget } = this.#flows;
    if (key.health === 'revoked') {
      return [
        { label: `$(add) ${l10n.t('Enter a New Key…')}`, run: () => rotation.rotate(key.id) },
        { label: `$(trash) ${l10n.t('Remove from List…')}`, run: () => commands.remove(key) },
      ];
    }
    const use: KeyAction = {
      label: `$(check) ${l10n.t('Use…')}`,
      description: key.isActive ? l10n.t('in use') : undefined,
      run: () => choice.use(key.id),
    };
    return [
      ...(isUsable(key) ? [use] : []),
      { label: `$(sync) ${l10n.t('Rotate…')}`, run: () => rotation.rotate(key.id) },
      { label: `$(edit) ${l10n.t('Rename…')}`, run: () => commands.rename(key) },
      {
        label: `$(tag) ${l10n.t('Environment…')}`,
        description: environmentName(key.environment),
        run: () => commands.setEnvironment(key),
      },
      {
        label: `$(credit-card) ${l10n.t('Spend Cap…')}`,
        description: describeCaps(key.budget) || l10n.t('none'),
        run: () => budget.set(key.id),
      },
      { label: `$(pulse) ${l10n.t('Check Now')}`, run: () => this.#check(key) },
      { label: '', isSeparator: true, run: async () => {} },
      { label: `$(circle-slash) ${l10n.t('Revoke Now…')}`, run: () => revocation.revoke(key.id) },
      { label: `$(trash) ${l10n.t('Remove…')}`, run: () => commands.remove(key) },
    ];
  }

  async #check(key: KeyInfo): Promise<void> {
    const { commands, rotation } = this.#flows;
    if ((await commands.checkNow(key)) !== 'invalid') return;
    const replace = l10n.t('Replace…');
    const message = describeRefusal(key.label, this.#parts.readSettings().baseUrl);
    if ((await this.#dialogs.tell('error', message, replace)) === replace) await rotation.rotate(key.id);
  }
}
