import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { readBySelectionCopy } from './copiedSelection';
import { SourceError, type NamedText } from './textSources';

/** A name that a program has given its terminal can be a whole command line. */
const longestNameCharacters = 40;

/**
 * What is selected in the active terminal. VS Code shows no extension a terminal's text: its own command copies the
 * selection, and the clipboard is put back. Rejects with `SourceError`.
 */
export async function selectedTerminalText(): Promise<NamedText> {
  const { activeTerminal } = vscode.window;
  if (!activeTerminal) throw new SourceError(l10n.t('Open a terminal and select some of its text first.'));
  const text = await copySelection();
  if (text === undefined || text.trim() === '') {
    throw new SourceError(l10n.t('Select some text in the terminal first: there is nothing to summarize.'));
  }
  const name = activeTerminal.name.trim().slice(0, longestNameCharacters);
  return { name: l10n.t('terminal {0}', name).trim(), text };
}

async function copySelection(): Promise<string | undefined> {
  const { clipboard } = vscode.env;
  try {
    return await readBySelectionCopy({
      read: () => clipboard.readText(),
      write: (text) => clipboard.writeText(text),
      copy: () => vscode.commands.executeCommand('workbench.action.terminal.copySelection'),
      mark: crypto.randomUUID(),
    });
  } catch (error) {
    // In a browser the clipboard is only lent.
    const text = l10n.t('The terminal’s selection can only be read over the clipboard, and that could not be used.');
    throw new SourceError(text, { cause: error });
  }
}
