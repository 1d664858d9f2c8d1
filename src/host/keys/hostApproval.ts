import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainText } from '../plainText';

const approvedKey = 'sluice.approvedHosts';

/** Asks once, by name, before a key goes to a host other than Anthropic's; a yes is remembered on this machine. */
export function createHostApproval(memento: vscode.Memento): (baseUrl: URL) => Promise<boolean> {
  const asking = new Map<string, Promise<boolean>>();

  async function ask(host: string): Promise<boolean> {
    const send = l10n.t('Send the Key There');
    const answer = await vscode.window.showWarningMessage(
      plainText(l10n.t('Send your API key to {0}?', host)),
      {
        modal: true,
        detail: l10n.t(
          'The setting “Sluice: Base Url” names this host instead of api.anthropic.com. It will see your key, your questions and the answers.',
        ),
      },
      send,
    );
    if (answer !== send) return false;
    await memento.update(approvedKey, [...approvedHosts(memento), host]);
    return true;
  }

  return async ({ host }) => {
    if (approvedHosts(memento).includes(host)) return true;
    // Requests that arrive together share one question.
    const pending = asking.get(host) ?? ask(host).finally(() => asking.delete(host));
    asking.set(host, pending);
    return pending;
  };
}

function approvedHosts(memento: vscode.Memento): readonly string[] {
  const value = memento.get<unknown>(approvedKey);
  return Array.isArray(value) ? value.filter((host) => typeof host === 'string') : [];
}
