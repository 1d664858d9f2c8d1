import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainText } from '../plainText';
import { nameOf } from '../summarize/textSources';
import { languageIdFor } from './proposal';
import type { Proposals } from './proposals';

/** What the buttons of a code block do. Each tells the person when it cannot. */
export class CodeActions {
  readonly #proposals: Pick<Proposals, 'propose'>;

  constructor(proposals: Pick<Proposals, 'propose'>) {
    this.#proposals = proposals;
  }

  /** In place of what is selected in the last active editor; one step to undo. */
  async insert(text: string): Promise<void> {
    const editor = findEditor();
    if (!editor) return tellNoEditor();
    const isDone = await editor.edit((builder) => {
      for (const selection of editor.selections) builder.replace(selection, text);
    });
    if (!isDone) {
      void vscode.window.showErrorMessage(
        plainText(l10n.t('Nothing could be inserted into {0}. It may be read-only.', nameOf(editor.document.uri))),
      );
      return;
    }
    const { document, viewColumn } = editor;
    await vscode.window.showTextDocument(document, viewColumn === undefined ? {} : { viewColumn });
  }

  async apply(text: string): Promise<void> {
    const editor = findEditor();
    if (!editor) return tellNoEditor();
    await this.#proposals.propose(editor, text);
  }

  /** `mark` is what the code block's fence is marked with, such as `ts`; empty for none. */
  async newFile(text: string, mark: string): Promise<void> {
    const language = languageIdFor(mark, await vscode.languages.getLanguages());
    const document = await vscode.workspace.openTextDocument({ language, content: text });
    await vscode.window.showTextDocument(document, { preview: false });
  }
}

/** The one used last, or another that is in sight; with the chat in focus it is still the active one. */
function findEditor(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  return [...(activeTextEditor ? [activeTextEditor] : []), ...visibleTextEditors].find(({ document }) => {
    const { scheme } = document.uri;
    // Not the output panel, nor either side of a diff that shows the past.
    return scheme === 'untitled' || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
  });
}

function tellNoEditor(): void {
  void vscode.window.showInformationMessage(l10n.t('Open the file that the code belongs into first, then try again.'));
}
