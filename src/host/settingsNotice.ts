import * as l10n from '@vscode/l10n';
import { extensionId, settingDefaults } from '../contributions';
import { redact } from '../keys/redact';
import type { UnusableSetting } from './settings';

/** Longer values are not worth reading in a notice. */
const longestShownValue = 40;

export interface SettingsNoticeOptions {
  readonly findUnusable: () => readonly UnusableSetting[];
  /** Resolves to whether the person wants to see the settings. */
  readonly warn: (text: string, action: string) => Thenable<boolean>;
  /** Takes what the settings editor can search for. */
  readonly openSettings: (query: string) => void;
}

/** Tells the person of settings that cannot be used: once for each value, however often it is looked at. */
export class SettingsNotice {
  readonly #options: SettingsNoticeOptions;
  #told: ReadonlySet<string> = new Set();

  constructor(options: SettingsNoticeOptions) {
    this.#options = options;
  }

  /** To be called at the start and when a setting has changed. Never rejects. */
  async tell(): Promise<void> {
    const { findUnusable, warn, openSettings } = this.#options;
    const unusable = findUnusable();
    const isNew = unusable.some((setting) => !this.#told.has(nameOf(setting)));
    this.#told = new Set(unusable.map(nameOf));
    const [first, ...others] = unusable;
    if (!first || !isNew) return;
    if (await warn(describeUnusable(first, others), l10n.t('Open Settings'))) {
      openSettings(others.length === 0 ? first.id : `@ext:${extensionId}`);
    }
  }
}

function describeUnusable(first: UnusableSetting, others: readonly UnusableSetting[]): string {
  if (others.length > 0) {
    const ids = [first, ...others].map(({ id }) => id).join(', ');
    return l10n.t('Sluice cannot use the values of these settings, so their defaults hold: {0}.', ids);
  }
  const { id, value } = first;
  // A key that was pasted into a setting is not repeated on the screen.
  const shown = redact(JSON.stringify(value)).slice(0, longestShownValue);
  const byDefault = settingDefaults[id];
  return byDefault === null
    ? l10n.t('Sluice cannot use {0} for “{1}”, so there is no such limit now.', shown, id)
    : l10n.t(
        'Sluice cannot use {0} for “{1}”, so {2} holds.',
        shown,
        id,
        typeof byDefault === 'object' ? JSON.stringify(byDefault) : byDefault,
      );
}

function nameOf({ id, value }: UnusableSetting): string {
  return `${id} ${JSON.stringify(value)}`;
}
