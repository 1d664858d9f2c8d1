import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ChatSession } from './chatSession';
import type { ChatView } from './chatView';

/** Starts over. The button is one click away from a long conversation, so what it erased can be had back. */
export async function startNewChat(session: ChatSession, view: ChatView): Promise<void> {
  const erased = session.clear();
  await view.focus();
  // Not awaited: the command is done, whatever becomes of the offer.
  if (erased.length > 0) void offerBack(() => session.restore(erased));
}

async function offerBack(restore: () => boolean): Promise<void> {
  const bringBack = l10n.t('Bring It Back');
  const answer = await vscode.window.showInformationMessage(
    l10n.t('This is a new chat. The one before was erased.'),
    bringBack,
  );
  if (answer === bringBack && !restore()) {
    void vscode.window.showInformationMessage(
      l10n.t('The new chat has begun already. Erase it with “New Chat” first, then bring the old one back.'),
    );
  }
}
