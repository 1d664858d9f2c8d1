import * as l10n from '@vscode/l10n';
import type { KeyInfo } from '../../keys/key';
import { isUsable } from '../../keys/key';
import type { KeyRing } from '../../keys/keyRing';
import type { KeyDialogs, PickQuestion } from './keyDialogs';
import { environmentName } from './keyText';

export interface KeyQuestion extends PickQuestion {
  /** Which keys can be chosen. */
  readonly accepts: (key: KeyInfo) => boolean;
}

/** The key that is named, or the one that the person chooses; the only one there is need not be chosen. */
export async function pickKey(
  ring: Pick<KeyRing, 'find' | 'list'>,
  dialogs: KeyDialogs,
  id: string | undefined,
  question: KeyQuestion,
): Promise<KeyInfo | undefined> {
  if (id !== undefined) {
    const named = ring.find(id);
    if (!named) void dialogs.tell('info', l10n.t('This key is not there any more.'));
    return named;
  }
  const keys = ring.list().filter((key) => question.accepts(key));
  const [only] = keys;
  if (!only) {
    void dialogs.tell('info', l10n.t('Add an API key first.'));
    return undefined;
  }
  return keys.length === 1 ? only : pickAmong(dialogs, keys, question);
}

/** Asks even when there is only one. */
export async function pickAmong(
  dialogs: KeyDialogs,
  keys: readonly KeyInfo[],
  question: PickQuestion,
): Promise<KeyInfo | undefined> {
  return (await dialogs.pick(keys.map(toChoice), question))?.key;
}

function toChoice(key: KeyInfo) {
  const icon = key.isActive ? '$(check)' : isUsable(key) ? '$(key)' : '$(error)';
  const parts = [
    ...(key.lastCharacters === '' ? [] : [`····${key.lastCharacters}`]),
    environmentName(key.environment),
    ...(key.isActive ? [l10n.t('in use')] : []),
  ];
  return { label: `${icon} ${key.label}`, description: parts.join(' · '), key };
}
