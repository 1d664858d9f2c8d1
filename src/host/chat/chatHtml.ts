import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The only folder a chat webview may load from. */
export function chatResources(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist')];
}

/** Scripts by nonce, styles and fonts from the extension, nothing from anywhere else: an image address can leak data. */
export function renderChatHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(24).toString('base64');
  const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${asset('codicon.css')}" />
    <link rel="stylesheet" href="${asset('chat.css')}" />
    <title>Sluice</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${asset('chat.js')}"></script>
  </body>
</html>`;
}
