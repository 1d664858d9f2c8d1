import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { plainText } from '../plainText';
import type { Choice, InputQuestion, KeyDialogs, PickQuestion, SaveQuestion, SaveTarget } from './keyDialogs';

/** The dialogs of VS Code. */
export function createKeyDialogs(): KeyDialogs {
  return {
    input,
    pick,
    tell: async (level, message, ...buttons) => {
      switch (level) {
        case 'info':
          return vscode.window.showInformationMessage(plainText(message), ...buttons);
        case 'warning':
          return vscode.window.showWarningMessage(plainText(message), ...buttons);
        case 'error':
          return vscode.window.showErrorMessage(plainText(message), ...buttons);
      }
    },
    ask: async (message, detail, ...buttons) =>
      vscode.window.showWarningMessage(plainText(message), { modal: true, detail: plainText(detail) }, ...buttons),
    working: async (title, work) =>
      vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: plainText(title) }, work),
    save,
    openLink: (url) => void vscode.env.openExternal(vscode.Uri.parse(url)),
    openSetting: (id) => execute('workbench.action.openSettings', `@id:${id}`),
    manageTrust: () => execute('workbench.trust.manage'),
    showKeys: () => execute(commands.manageKeys),
  };
}

function execute(command: string, ...args: readonly string[]): void {
  void vscode.commands.executeCommand(command, ...args);
}

async function input({ title, prompt, placeHolder, value, isSecret, check }: InputQuestion) {
  return vscode.window.showInputBox({
    title,
    prompt: plainText(prompt),
    placeHolder,
    ...(value === undefined ? {} : { value }),
    ...(isSecret ? { password: true } : {}),
    // A key is copied from another window: the box must still be there.
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const problem = check(typed);
      return problem && plainText(problem);
    },
  });
}

async function pick<Offered extends Choice>(
  choices: readonly Offered[],
  { title, placeHolder }: PickQuestion,
): Promise<Offered | undefined> {
  const items = choices.map((choice) => toItem(choice));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return picked?.choice;
}

function toItem<Offered extends Choice>(choice: Offered): vscode.QuickPickItem & { readonly choice: Offered } {
  const { label, description, detail, isSeparator } = choice;
  return {
    label,
    ...(description === undefined ? {} : { description }),
    ...(detail === undefined ? {} : { detail }),
    ...(isSeparator ? { kind: vscode.QuickPickItemKind.Separator } : {}),
    choice,
  };
}

async function save(question: SaveQuestion): Promise<SaveTarget | undefined> {
  const { title, saveLabel, fileName, formatName, extension } = question;
  const target = await vscode.window.showSaveDialog({
    title,
    saveLabel,
    filters: { [formatName]: [extension] },
    // Not into the workspace, where it could be committed.
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(homedir()), fileName),
  });
  if (!target) return undefined;
  return {
    name: target.path.slice(target.path.lastIndexOf('/') + 1),
    write: async (text) => vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text)),
    open: async () => {
      await vscode.window.showTextDocument(target);
    },
  };
}
