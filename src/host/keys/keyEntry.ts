import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import { isUsable, type KeyInfo, type KeySource } from '../../keys/key';
import { readKey } from '../../keys/keyShape';
import { redact } from '../../keys/redact';
import { recordKeyEvent } from './keyAudit';
import type { KeyChoice } from './keyChoice';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeCheckFailure, describeDuplicate, describeShape } from './keyProblemText';

const longestLabelCharacters = 60;

/** Where a key was imported from that the leak guard has found. */
export const fileOrigin = 'file';

export interface CandidateKey {
  readonly secret: string;
  readonly label: string;
  readonly source: KeySource;
}

/** `again`: the API refuses the key, and the person wants to give another one. */
export type CheckOutcome =
  | { readonly kind: 'good'; readonly organization: string | undefined }
  | { readonly kind: 'again' }
  | { readonly kind: 'givenUp' };

/** What every way in has in common: asking for a key and its label, checking it, keeping it. */
export class KeyEntry {
  readonly #parts: KeyParts;
  readonly #dialogs: KeyDialogs;
  readonly #choice: KeyChoice;

  constructor(parts: KeyParts, dialogs: KeyDialogs, choice: KeyChoice) {
    this.#parts = parts;
    this.#dialogs = dialogs;
    this.#choice = choice;
  }

  async askKey(title: string): Promise<string | undefined> {
    const typed = await this.#dialogs.input({
      title,
      prompt: l10n.t('It is kept in VS Code’s secret storage and sent to {0} only.', this.#host()),
      placeHolder: l10n.t('API key'),
      isSecret: true,
      check: (value) => {
        const shape = readKey(value);
        return value === '' || shape.isUsable ? undefined : describeShape(shape.problem);
      },
    });
    const shape = readKey(typed ?? '');
    return shape.isUsable ? shape.key : undefined;
  }

  /** @param own whose label it is; another key must not have the same, for a workspace chooses by label */
  async askLabel(
    title: string,
    suggestion: string,
    own: { secret?: string; id?: string },
  ): Promise<string | undefined> {
    const { secrets } = this.#parts;
    // The one just typed, too: pasted once more by mistake, it must not become a label.
    const hidden = [...secrets.known(), ...(own.secret === undefined ? [] : [own.secret])];
    const typed = await this.#dialogs.input({
      title,
      prompt: l10n.t('A name for this key, such as what it is for.'),
      placeHolder: l10n.t('Label'),
      value: suggestion,
      check: (value) => {
        const label = value.trim();
        if (label === '') return l10n.t('Give it a name.');
        if (redact(value, hidden) !== value) return l10n.t('This holds a key. A label is shown openly: choose a name.');
        if (label.length > longestLabelCharacters)
          return l10n.t('At most {0} characters, please.', longestLabelCharacters);
        return this.isTaken(label, own.id) ? l10n.t('Another key is called that.') : undefined;
      },
    });
    return typed?.trim();
  }

  /** Whether another key is called that. A revoked one leaves its name to others. */
  isTaken(label: string, ownId: string | undefined): boolean {
    return this.#parts.ring.list().some((key) => key.id !== ownId && key.health !== 'revoked' && key.label === label);
  }

  suggestLabel(base = l10n.t('Claude')): string {
    const taken = new Set(this.#parts.ring.list().map(({ label }) => label));
    let label = base;
    for (let next = 2; taken.has(label); next += 1) label = `${base} ${next}`;
    return label;
  }

  /** The one that has this secret already, told to the person. */
  tellDuplicate(secret: string): KeyInfo | undefined {
    const known = this.#parts.secrets.ownerOf(secret);
    if (known) void this.#dialogs.tell('info', describeDuplicate(known));
    return known;
  }

  /**
   * @param wayOn the button for a key that the API refuses, if there is a way on: this one would be refused again
   * @param refusal what is said then, where it is not about a key that was typed or copied
   */
  async check(secret: string, wayOn?: string, refusal?: string): Promise<CheckOutcome> {
    const { clients, readSettings, log } = this.#parts;
    for (;;) {
      try {
        const title = l10n.t('Sluice: checking the key…');
        return { kind: 'good', ...(await this.#dialogs.working(title, () => clients.check(secret))) };
      } catch (error) {
        log.error('Failed to check a key', error);
        const isRefused = ClientError.is(error, 'authentication');
        const message = (isRefused ? refusal : undefined) ?? describeCheckFailure(error, readSettings().baseUrl);
        if (isRefused || ClientError.is(error, 'permission'))
          return { kind: (await this.#offer(message, wayOn)) ? 'again' : 'givenUp' };
        if (!(await this.#offer(message, l10n.t('Try Again')))) return { kind: 'givenUp' };
      }
    }
  }

  /** Checks it and keeps it; nothing is stored unless the API accepted it. */
  async add(candidate: CandidateKey, wayOn?: string): Promise<KeyInfo | 'again' | undefined> {
    const checked = await this.check(candidate.secret, wayOn, this.#describeRefused(candidate));
    if (checked.kind !== 'good') return checked.kind === 'again' ? 'again' : undefined;
    const isMadeActive = await this.#mayUse(candidate);
    if (isMadeActive === undefined) return undefined;
    const { label, source } = candidate;
    const key = source.kind === 'command' ? undefined : candidate.secret;
    const { organization } = checked;
    const added = await this.store(() =>
      this.#parts.ring.add({ key, label, environment: 'other', source, organization, isMadeActive }),
    );
    if (!added) return undefined;
    recordKeyEvent(this.#parts, added, source.kind === 'typed' ? 'added' : 'imported', originOf(source));
    if (isMadeActive) {
      this.#choice.takeOver(added);
      void this.#dialogs.tell('info', l10n.t('“{0}” is stored and in use.', label));
    } else {
      void this.#offerUse(added);
    }
    return added;
  }

  /**
   * Whether it serves from now on; `undefined` when nothing is to be done with it. A key of a file may be anybody's, put there
   * to have what is asked go through their account: it serves only where the person says so, knowing that.
   */
  async #mayUse({ label, source }: CandidateKey): Promise<boolean | undefined> {
    if (!isFromFile(source)) return true;
    if (this.#parts.ring.list().some(isUsable)) return false;
    const [use, keep] = [l10n.t('Use the Key'), l10n.t('Only Store It')];
    const answer = await this.#dialogs.ask(
      l10n.t('“{0}” would be the only key. Use it for all that you ask from now on?', label),
      l10n.t(
        'It comes from a file. Whoever put it there may own it: what you send would then go through their account, where they may be able to read it. Use it only if you know that it is yours.',
      ),
      use,
      keep,
    );
    return answer === undefined ? undefined : answer === use;
  }

  async #offerUse({ id, label }: KeyInfo): Promise<void> {
    const use = l10n.t('Use It…');
    try {
      const message = l10n.t(
        '“{0}” is stored; it is not in use. It comes from a file: use it only if it is yours.',
        label,
      );
      if ((await this.#dialogs.tell('info', message, use)) === use) await this.#choice.use(id);
    } catch (error) {
      this.#parts.log.error('Failed to use a key', error);
    }
  }

  /** Nobody can copy it again. */
  #describeRefused({ source }: CandidateKey): string | undefined {
    return isFromFile(source)
      ? l10n.t('The key in the file works no more: {0} refuses it. It was not stored.', this.#host())
      : undefined;
  }

  /** Writes into the keychain, as often as the person wants to try; `undefined` when it was not to be. */
  async store<Stored>(write: () => Promise<Stored>): Promise<Stored | undefined> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        this.#parts.log.error('Failed to store a key', error);
        const message = l10n.t('Failed to store the key: the keychain refused. Unlock it, then try again.');
        if (!(await this.#offer(message, l10n.t('Try Again')))) return undefined;
      }
    }
  }

  /** Tells a failure, with one way on where there is one. True when the person takes it. */
  async #offer(message: string, wayOn: string | undefined): Promise<boolean> {
    const buttons = wayOn === undefined ? [] : [wayOn];
    const answer = await this.#dialogs.tell('error', message, ...buttons);
    return answer !== undefined && answer === wayOn;
  }

  #host(): string {
    const { baseUrl } = this.#parts.readSettings();
    return URL.parse(baseUrl)?.host ?? baseUrl;
  }
}

function isFromFile(source: KeySource): boolean {
  return source.kind === 'imported' && source.from === fileOrigin;
}

function originOf(source: KeySource): string | undefined {
  switch (source.kind) {
    case 'typed':
      return undefined;
    case 'imported':
      return `from ${source.from}`;
    case 'command':
      return `from the command “${source.name}”`;
  }
}
