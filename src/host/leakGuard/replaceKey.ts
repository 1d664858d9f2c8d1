import * as vscode from 'vscode';
import { importFor, replacementFor, type Replacement } from '../../keys/leakReplacement';
import { findLeaks } from '../../keys/leaks';
import type { MoveOutcome, Replaced } from './leakGuardText';
import { findDocument, rangeOf } from './watchedDocuments';

/** VS Code refuses an edit of a text that changes in the same moment: then it is looked at anew. */
const mostAttempts = 10;
/** Until the change that was in the way has been told to us as well. */
const tryAgainMs = 100;

/** Writes over the key wherever it stands in the document. Saves it, unless there was more to save. */
export async function replaceKey(uri: vscode.Uri, key: string): Promise<Replaced> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const document = findDocument(uri.toString());
    const replacements = document ? replacementsIn(document, key) : [];
    if (document === undefined || replacements.length === 0) return { outcome: 'gone', isEmptied: false };
    const wasDirty = document.isDirty;
    const edit = new vscode.WorkspaceEdit();
    for (const each of replacements) edit.replace(uri, rangeOf(document, each), each.text);
    if (await vscode.workspace.applyEdit(edit)) {
      const isEmptied = replacements.some(({ text }) => text === '');
      return { outcome: await save(document, wasDirty), isEmptied };
    }
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs));
  }
  return { outcome: 'refused', isEmptied: false };
}

/** Told by the file system; what only the editor holds for read-only shows when it is changed. */
export async function isReadOnly(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  try {
    const { permissions = 0 } = await vscode.workspace.fs.stat(uri);
    return (permissions & vscode.FilePermission.Readonly) !== 0;
  } catch {
    // A new document is nowhere yet.
    return false;
  }
}

function replacementsIn(document: vscode.TextDocument, key: string): readonly Replacement[] {
  const text = document.getText();
  const { languageId, fileName } = document;
  const replacements = findLeaks(text)
    .filter(({ start, end }) => text.slice(start, end) === key)
    .map((leak) => replacementFor(languageId, fileName, text, leak));
  const needed = replacements.some((each) => each.text.includes('os.environ')) && importFor(languageId, text);
  return needed ? [needed, ...replacements] : replacements;
}

async function save(document: vscode.TextDocument, wasDirty: boolean): Promise<MoveOutcome> {
  const notebook = vscode.workspace.notebookDocuments.find((each) =>
    each.getCells().some((cell) => cell.document === document),
  );
  if (document.isUntitled || notebook?.isUntitled) return 'untitled';
  // Whether there is more to save in a notebook a cell does not tell, and it cannot be saved by itself.
  if (wasDirty || document.uri.scheme === 'vscode-notebook-cell') return 'unsaved';
  return (await document.save()) ? 'replaced' : 'notSaved';
}
