import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import type { KeyShape } from '../../keys/keyShape';
import { NotReadyError } from '../clientService';
import { describeNotReady } from '../notReadyText';

/** Shown under the input box while a person types or pastes. */
export function describeShape(problem: Extract<KeyShape, { isUsable: false }>['problem']): string {
  switch (problem) {
    case 'empty':
      return l10n.t('Paste the key from the Claude Console.');
    case 'characters':
      return l10n.t('A key has no spaces or line breaks inside. Copy it once more.');
    case 'tooLong':
      return l10n.t('This is too long for a key. Copy it once more.');
  }
}

/** Why a key was not stored. Nothing of the key appears in it. */
export function describeCheckFailure(error: unknown, baseUrl: string): string {
  if (NotReadyError.is(error)) return l10n.t('The key was not stored. {0}', describeNotReady(error.reason, baseUrl));
  const host = URL.parse(baseUrl)?.host ?? baseUrl;
  switch (ClientError.is(error) ? error.reason : undefined) {
    case 'authentication':
    case 'permission':
      return l10n.t(
        'Failed to add the key: {0} refuses it. Nothing was stored. Check that all of it was copied.',
        host,
      );
    case 'billing':
    case 'spendLimit':
      return l10n.t('Failed to add the key: its organization has a billing problem. Nothing was stored.');
    case 'network':
    case 'stalled':
    case 'incomplete':
      return l10n.t('Failed to check the key: no connection to {0}. Nothing was stored.', host);
    case 'overloaded':
    case 'rateLimited':
      return l10n.t('Failed to check the key: {0} is busy. Nothing was stored.', host);
    default:
      return l10n.t('Failed to check the key: {0} gave an unexpected answer. Nothing was stored.', host);
  }
}
