import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { renderChatDocument } from './chatDocument';

/** The only folder a chat webview may load from. */
export function chatResources(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist')];
}

export function renderChatHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  return renderChatDocument({
    nonce: randomBytes(24).toString('base64'),
    cspSource: webview.cspSource,
    // Without translations the texts are English, whatever language VS Code speaks.
    language: vscode.l10n.bundle ? vscode.env.language : 'en',
    translations: vscode.l10n.bundle,
    asset: (name) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString(),
  });
}
