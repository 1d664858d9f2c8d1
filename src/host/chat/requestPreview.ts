import * as vscode from 'vscode';
import { documentSchemes } from '../../contributions';
import { composePreview, type PreviewedRequest } from './previewText';

/** Shows what would be sent as a read-only document. There is one, and it always shows what was asked for last. */
export class RequestPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #uri = vscode.Uri.from({ scheme: documentSchemes.preview, path: '/What Will Be Sent.md' });
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  #text = '';

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(documentSchemes.preview, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show(request: PreviewedRequest): Promise<void> {
    this.#text = composePreview(request);
    this.#changed.fire(this.#uri);
    await vscode.window.showTextDocument(this.#uri, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
