export interface ChatDocumentOptions {
  /** Unguessable, and of this one document. */
  readonly nonce: string;
  /** Where the webview may load the extension's own files from. */
  readonly cspSource: string;
  /** The address of a file in `dist/`. */
  readonly asset: (name: string) => string;
  /** The language the texts are in, for a screen reader's pronunciation. */
  readonly language: string;
  /** Texts by their English ones; `undefined` for English. */
  readonly translations: unknown;
}

/** Scripts by nonce, styles and fonts from the extension, nothing from anywhere else: an image address can leak data. */
export function renderChatDocument({ nonce, cspSource, asset, language, translations }: ChatDocumentOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const data = translations === undefined ? '' : ` data-l10n="${escape(JSON.stringify(translations))}"`;
  return `<!DOCTYPE html>
<html lang="${escape(language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${asset('codicon.css')}" />
    <link rel="stylesheet" href="${asset('chat.css')}" />
    <title>Sluice</title>
  </head>
  <body${data}>
    <script nonce="${nonce}" src="${asset('chat.js')}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
