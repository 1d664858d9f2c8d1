import * as l10n from '@vscode/l10n';
import { isUsable, type KeyInfo } from '../../keys/key';
import type { KeyRing } from '../../keys/keyRing';
import { recordKeyEvent } from './keyAudit';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { pickAmong, pickKey } from './pickKey';

type ChosenBy = ReturnType<KeyRing['activeBy']>;

/**
 * Which key serves. Whoever chooses one also says what becomes of requests that stand with keys that serve nothing any
 * more: they go on with the chosen one, as is promised where they wait.
 */
export class KeyChoice {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  /** Removed in this window while something stood with them: the ring knows them no more. */
  readonly #removedIds = new Set<string>();

  constructor(parts: KeyParts, dialogs: KeyDialogs) {
    this.#parts = parts;
    this.#dialogs = dialogs;
  }

  async use(id?: string): Promise<void> {
    const { ring } = this.#parts;
    const key = await pickKey(ring, this.#dialogs, id, {
      title: l10n.t('Use API Key'),
      placeHolder: l10n.t('Choose the key that serves'),
      accepts: isUsable,
    });
    if (!key) return;
    if (!isUsable(key)) {
      const message = l10n.t('“{0}” serves nothing: it is refused or revoked. Give it a new key first.', key.label);
      void this.#dialogs.tell('error', message);
      return;
    }
    const choices = [
      {
        label: `$(window) ${l10n.t('Use in This Window')}`,
        detail: l10n.t('Other windows keep theirs.'),
        run: () => this.#useHere(key),
      },
      {
        label: `$(globe) ${l10n.t('Use in All Windows (Default)')}`,
        detail: l10n.t('Except where a window or a workspace has a choice of its own.'),
        run: () => this.#useEverywhere(key),
      },
      ...(ring.activeBy() === 'window'
        ? [
            {
              label: `$(folder) ${l10n.t('As the Workspace Says')}`,
              detail: l10n.t('Gives up the choice of this window: its workspace decides, or else the default.'),
              run: () => this.#useAsWorkspaceSays(),
            },
          ]
        : []),
    ];
    const title = l10n.t('Use “{0}”', key.label);
    await (await this.#dialogs.pick(choices, { title, placeHolder: l10n.t('Choose where') }))?.run();
  }

  /** Another one for what stands with this key, and for what is asked next. */
  async useInstead(id: string): Promise<void> {
    const { ring } = this.#parts;
    const before = ring.find(id);
    const key = await pickAmong(this.#dialogs, this.othersThan(id), {
      title: l10n.t('Use Another Key'),
      placeHolder: before
        ? l10n.t('Choose a key instead of “{0}”', before.label)
        : l10n.t('Choose the key that serves'),
    });
    if (!key) return;
    if (ring.active()?.id === id) await this.makeActive(key, ring.activeBy());
    this.#move(before ?? { id, label: '' }, key);
    this.#tell(l10n.t('“{0}” is in use.', key.label));
  }

  othersThan(id: string): readonly KeyInfo[] {
    return this.#parts.ring.list().filter((key) => key.id !== id && isUsable(key));
  }

  /** In place of the active one, as far as that one was chosen: for this window, or for all. */
  async makeActive(key: KeyInfo, instead: ChosenBy): Promise<void> {
    if (instead === 'window' || instead === 'workspace') this.#chooseHere(key);
    else await this.#makeDefault(key);
  }

  noteRemoved(id: string): void {
    this.#removedIds.add(id);
  }

  /**
   * The key that serves now that this one has ended, though nobody chose it.
   *
   * @param ended as it was before
   */
  heirOf(ended: KeyInfo): KeyInfo | undefined {
    const active = this.#parts.ring.active();
    return ended.isActive && active && active.id !== ended.id && isUsable(active) ? active : undefined;
  }

  /** Tells what has become of a key, and lets another one than its heir be used; resolves with any other button. */
  async tellEnded(
    message: string,
    { heir, parked }: { readonly heir: KeyInfo | undefined; readonly parked: number },
    ...buttons: readonly string[]
  ): Promise<string | undefined> {
    const useAnother = l10n.t('Use Another…');
    const canChoose = heir !== undefined && (parked > 0 || this.othersThan(heir.id).length > 0);
    const told = heir ? `${message} ${l10n.t('“{0}” is in use now.', heir.label)}` : message;
    const answer = await this.#dialogs.tell('info', told, ...buttons, ...(canChoose ? [useAnother] : []));
    if (canChoose && answer === useAnother) await this.use();
    return answer;
  }

  /** What stands with keys that serve nothing goes on with this one. */
  takeOver(to: KeyInfo): void {
    const { ring } = this.#parts;
    const stranded = ring.list().filter((key) => key.id !== to.id && !isUsable(key));
    for (const key of stranded) this.#move(key, to);
    for (const id of this.#removedIds) this.#move({ id, label: '' }, to);
  }

  async #useHere(key: KeyInfo): Promise<void> {
    this.#chooseHere(key);
    this.takeOver(key);
    this.#tell(l10n.t('“{0}” is in use in this window.', key.label));
  }

  async #useEverywhere(key: KeyInfo): Promise<void> {
    await this.#makeDefault(key);
    const { ring } = this.#parts;
    const active = ring.active();
    // What waits in this window goes on with the key of this window.
    if (active && isUsable(active)) this.takeOver(active);
    this.#tell(
      active && active.id !== key.id
        ? l10n.t('“{0}” is the default. This workspace asks for “{1}”.', key.label, active.label)
        : l10n.t('“{0}” is in use in all windows without a choice of their own.', key.label),
    );
  }

  async #useAsWorkspaceSays(): Promise<void> {
    const { ring } = this.#parts;
    ring.chooseForWindow(undefined);
    const active = ring.active();
    if (!active) return;
    recordKeyEvent(this.#parts, active, 'window', 'no choice of its own any more');
    if (isUsable(active)) this.takeOver(active);
    this.#tell(l10n.t('“{0}” is in use in this window.', active.label));
  }

  #chooseHere(key: KeyInfo): void {
    this.#parts.ring.chooseForWindow(key.id);
    recordKeyEvent(this.#parts, key, 'window');
  }

  async #makeDefault(key: KeyInfo): Promise<void> {
    await this.#parts.ring.makeDefault(key.id);
    recordKeyEvent(this.#parts, key, 'default');
  }

  #move(from: Pick<KeyInfo, 'id' | 'label'>, to: KeyInfo): void {
    const moved = this.#parts.clients.moveRuns(from.id, to.id);
    if (moved > 0) recordKeyEvent(this.#parts, from, 'moved', `${moved} to “${to.label}”`);
  }

  #tell(message: string): void {
    void this.#dialogs.tell('info', message);
  }
}
