import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import type { KeyInfo } from '../../keys/key';
import type { KeyShape } from '../../keys/keyShape';
import type { SecretUnavailable } from '../../keys/keySecrets';
import { NotReadyError } from '../notReady';
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
    case 'admin':
      return l10n.t(
        'This is an admin key: it could change your whole organization, and chatting needs far less. Make an ordinary API key in the Claude Console.',
      );
    case 'oauth':
      return l10n.t(
        'This is a token of a sign-in: it opens an account, and chatting needs far less. Make an API key in the Claude Console.',
      );
  }
}

/** Why a key was not stored. Nothing of the key appears in it. */
export function describeCheckFailure(error: unknown, baseUrl: string): string {
  if (NotReadyError.is(error)) return l10n.t('The key was not stored. {0}', describeNotReady(error.reason, baseUrl));
  const host = hostOf(baseUrl);
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

/** Why nothing can be said of a key that is stored. Nothing of it has changed, unless the API refuses it. */
export function describeRecheckFailure(error: unknown, label: string, baseUrl: string): string {
  if (NotReadyError.is(error)) return describeNotReady(error.reason, baseUrl);
  const host = hostOf(baseUrl);
  switch (ClientError.is(error) ? error.reason : undefined) {
    case 'authentication':
      return describeRefusal(label, baseUrl);
    case 'permission':
      return l10n.t('{0} knows “{1}”, but it may not list models. It may still be good for the chat.', host, label);
    case 'billing':
    case 'spendLimit':
      return l10n.t('The organization of “{0}” has a billing problem. The Claude Console says more.', label);
    case 'network':
    case 'stalled':
    case 'incomplete':
      return l10n.t('Failed to check “{0}”: no connection to {1}.', label, host);
    case 'overloaded':
    case 'rateLimited':
      return l10n.t('Failed to check “{0}”: {1} is busy.', label, host);
    default:
      return l10n.t('Failed to check “{0}”: {1} gave an unexpected answer.', label, host);
  }
}

export function describeRefusal(label: string, baseUrl: string): string {
  return l10n.t('{0} refuses “{1}”. Nothing more is sent with it.', hostOf(baseUrl), label);
}

/** Why a secret manager gave no key, and what to do. `name` is that of the command in the settings. */
export function describeSecretFailure(reason: SecretUnavailable['reason'], name: string): string {
  switch (reason) {
    case 'gone':
      return l10n.t('This key is not there any more.');
    case 'untrusted':
      return l10n.t('The command “{0}” runs in trusted windows only.', name);
    case 'notConfigured':
      return l10n.t('There is no command “{0}” in the setting “Sluice › Keys: Commands”.', name);
    case 'notStarted':
      return l10n.t(
        'The command “{0}” could not be started: give the full path of the program. On Windows a .cmd or .bat needs cmd.exe before it.',
        name,
      );
    case 'commandFailed':
      return l10n.t(
        'The command “{0}” failed. Run it in a terminal to see why: Sluice neither shows nor logs what it prints.',
        name,
      );
    case 'timedOut':
      return l10n.t(
        'The command “{0}” took too long. It must not ask anything: sign in to the secret manager first.',
        name,
      );
    case 'notAKey':
      return l10n.t('The command “{0}” printed no API key. It must print the key alone.', name);
  }
}

/** What a person wanted, for the sentence that says it has failed. */
export type FlowPurpose = 'add' | 'import' | 'export' | 'change';

/** Something failed that has no sentence of its own. */
export function describeFlowFailure(purpose: FlowPurpose): string {
  switch (purpose) {
    case 'add':
      return l10n.t('Failed to add the key. The log of Sluice has the details.');
    case 'import':
      return l10n.t('Failed to import the key. The log of Sluice has the details.');
    case 'export':
      return l10n.t('Failed to export the audit trail. The log of Sluice has the details.');
    case 'change':
      return l10n.t(
        'Failed to change the key. It may have been removed in another window, or the keychain is locked; the log has the details.',
      );
  }
}

/** The key that is to come in is there already. */
export function describeDuplicate({ label, source }: Pick<KeyInfo, 'label' | 'source'>): string {
  return source.kind === 'command'
    ? l10n.t('A secret manager gives this key already, as “{0}”.', label)
    : l10n.t('This key is already stored as “{0}”.', label);
}

function hostOf(baseUrl: string): string {
  return URL.parse(baseUrl)?.host ?? baseUrl;
}
