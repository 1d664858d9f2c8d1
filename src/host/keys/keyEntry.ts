import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import type { KeyInfo, KeySource } from '../../keys/key';
import { readKey } from '../../keys/keyShape';
import { redact } from '../../keys/redact';
import { recordKeyEvent } from './keyAudit';
import type { KeyChoice } from './keyChoice';
import type { KeyDialogs } from './keyDialogs';
import type { KeyParts } from './keyParts';
import { describeCheckFailure, describeShape } from './keyProblemText';

const longestLabelCharacters = 60;

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
      prompt: l10n.t('It is kept in the system’s keychain and sent to {0} only.', this.#host()),
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
    const { ring, secrets } = this.#parts;
    // The one just typed, too: pasted once more by mistake, it must not become a label.
    const hidden = [...secrets.known(), ...(own.secret === undefined ? [] : [own.secret])];
    const isTaken = (label: string) =>
      ring.list().some((key) => key.id !== own.id && key.health !== 'revoked' && key.label === label);
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
        return isTaken(label) ? l10n.t('Another key is called that.') : undefined;
      },
    });
    return typed?.trim();
  }

  suggestLabel(base = l10n.t('Claude')): string {
    const taken = new Set(this.#parts.ring.list().map(({ label }) => label));
    let label = base;
    for (let next = 2; taken.has(label); next += 1) label = `${base} ${next}`;
    return label;
  }

  /** The one that has this secret already, told to the person. */
  tellDuplicate(secret: string): KeyInfo | undefined {
    const known = this.#parts.ring.findDuplicate(secret);
    if (known) void this.#dialogs.tell('info', l10n.t('This key is already stored as “{0}”.', known.label));
    return known;
  }

  /** @param wayOn the button for a key that the API refuses, if another one can be given: this one would be refused again */
  async check(secret: string, wayOn?: string): Promise<CheckOutcome> {
    const { clients, readSettings, log } = this.#parts;
    for (;;) {
      try {
        const title = l10n.t('Sluice: checking the key…');
        return { kind: 'good', ...(await this.#dialogs.working(title, () => clients.check(secret))) };
      } catch (error) {
        log.error('Failed to check a key', error);
        const message = describeCheckFailure(error, readSettings().baseUrl);
        if (ClientError.is(error, 'authentication') || ClientError.is(error, 'permission'))
          return { kind: (await this.#offer(message, wayOn)) ? 'again' : 'givenUp' };
        if (!(await this.#offer(message, l10n.t('Try Again')))) return { kind: 'givenUp' };
      }
    }
  }

  /** Checks it and keeps it; nothing is stored unless the API accepted it. */
  async add(candidate: CandidateKey, wayOn?: string): Promise<KeyInfo | 'again' | undefined> {
    const checked = await this.check(candidate.secret, wayOn);
    if (checked.kind !== 'good') return checked.kind === 'again' ? 'again' : undefined;
    const { label, source } = candidate;
    const key = source.kind === 'command' ? undefined : candidate.secret;
    const { organization } = checked;
    const added = await this.store(() =>
      this.#parts.ring.add({ key, label, environment: 'other', source, organization }),
    );
    if (!added) return undefined;
    recordKeyEvent(this.#parts, added, source.kind === 'typed' ? 'added' : 'imported', originOf(source));
    this.#choice.takeOver(added);
    void this.#dialogs.tell('info', l10n.t('“{0}” is stored and in use.', label));
    return added;
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
