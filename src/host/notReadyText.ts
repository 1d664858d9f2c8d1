import * as l10n from '@vscode/l10n';
import type { NotReadyReason } from './notReady';

/** Why nothing can be sent, and what to do about it. */
export function describeNotReady(reason: NotReadyReason, baseUrl: string): string {
  switch (reason) {
    case 'noKey':
      return l10n.t('Add an API key first.');
    case 'baseUrl':
      return l10n.t(
        'Nothing was sent: the base URL “{0}” is not safe for a key. Use https (or http on this machine) and a plain address, without a user name or a “?”, in the setting “Sluice: Base Url”.',
        withoutCredentials(baseUrl).slice(0, 200),
      );
    case 'hostRefused':
      return l10n.t('Nothing was sent: the key may not go to {0}. Send again to be asked again.', hostOf(baseUrl));
    case 'keyUnreadable':
      return l10n.t('The key could not be read from the system’s keychain. Unlock it and try again.');
  }
}

function withoutCredentials(baseUrl: string): string {
  return baseUrl.replace(/\/\/[^/@]*@/, '//');
}

function hostOf(baseUrl: string): string {
  return URL.parse(baseUrl)?.host ?? baseUrl.slice(0, 200);
}
