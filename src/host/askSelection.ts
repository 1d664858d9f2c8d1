import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../contributions';
import { askQuestion } from './chat/askQuestion';
import type { ChatSession, Obstacle } from './chat/chatSession';
import type { ChatView } from './chat/chatView';
import { formatBytes } from './format';
import { plainText } from './plainText';
import { selectionName } from './summarize/textSources';

/** About 300k tokens: more than any question needs, and less than the window of every current model but the smallest. */
const largestSelectionCharacters = 1_000_000;

/** Asks for a question about the selection and sends both to the chat. */
export async function askSelection(session: ChatSession, view: ChatView): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? '';
  if (!editor || text.trim() === '') {
    void vscode.window.showInformationMessage(l10n.t('Select the text you want to ask about first.'));
    return;
  }
  if (text.length > largestSelectionCharacters) {
    const summarize = l10n.t('Summarize Selection');
    const answer = await vscode.window.showErrorMessage(
      plainText(
        l10n.t(
          'The selection has {0}; a question takes at most {1}. Select less, or summarize it.',
          formatBytes(text.length),
          formatBytes(largestSelectionCharacters),
        ),
      ),
      summarize,
    );
    if (answer === summarize) await vscode.commands.executeCommand(commands.summarizeSelection);
    return;
  }
  const name = selectionName(editor);
  const attachment = { kind: 'selection', name, languageId: editor.document.languageId, text } as const;
  await askQuestion(session, attachment, {
    ask: (typed, problem) =>
      vscode.window.showInputBox({
        title: l10n.t('Ask About {0}', name),
        placeHolder: l10n.t('What do you want to know?'),
        value: typed,
        ...(problem !== undefined && { prompt: plainText(problem) }),
        ignoreFocusOut: true,
      }),
    showObstacle,
    showChat: () => view.focus(),
  });
}

async function showObstacle({ text, needsKey }: Obstacle): Promise<void> {
  const addKey = l10n.t('Add API Key…');
  const answer = await vscode.window.showErrorMessage(plainText(text), ...(needsKey ? [addKey] : []));
  if (answer === addKey) await vscode.commands.executeCommand(commands.addKey);
}
