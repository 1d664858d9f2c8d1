import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { documentSchemes } from '../../contributions';
import { plainText } from '../plainText';
import { nameOf } from '../summarize/textSources';
import { applyTo, fitCode, follow, type Proposal } from './proposal';

interface OpenProposal {
  readonly document: vscode.Uri;
  readonly uri: vscode.Uri;
  /** As the answer had it, to be fitted again to what the document has become. */
  readonly answer: string;
  proposal: Proposal;
}

/**
 * What answers propose for documents, each beside its document in VS Code's diff editor, at most one for each document.
 * A proposal lives as long as a tab shows it, and follows its document meanwhile.
 */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #open = new Map<string, OpenProposal>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor() {
    const { window, workspace } = vscode;
    this.#subscriptions = [
      workspace.registerTextDocumentContentProvider(documentSchemes.proposal, this),
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => this.#follow(document, contentChanges)),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.length > 0) this.#forgetClosed();
      }),
      this.#changed,
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const open = this.#open.get(uri.toString());
    if (!open) return '';
    const document = await vscode.workspace.openTextDocument(open.document);
    return applyTo(document.getText(), open.proposal);
  }

  /** Shows what the document would be with the code in place of the selection, or of everything when nothing is selected. */
  async propose(editor: vscode.TextEditor, code: string): Promise<void> {
    const { document, selection } = editor;
    const span = selection.isEmpty
      ? { start: 0, end: document.getText().length }
      : { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
    await this.#show(document, code, { span, isWhole: selection.isEmpty });
  }

  /** Of the diff that is shown, or of this one: puts it into its document, as one step to undo. */
  async accept(uri?: vscode.Uri): Promise<void> {
    const open = this.#find(uri);
    if (!open) return tellNoneShown();
    const document = await vscode.workspace.openTextDocument(open.document);
    if (open.proposal.isStale) return this.#offerAgain(open, document);
    const { span, code } = open.proposal;
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)), code);
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showErrorMessage(
        plainText(l10n.t('{0} could not be changed. It may be read-only.', nameOf(document.uri))),
      );
      return;
    }
    // Shown first: closing the last editor of a changed document would ask whether to save it.
    await vscode.window.showTextDocument(document, { preview: false });
    await this.#close(open);
  }

  async discard(uri?: vscode.Uri): Promise<void> {
    const open = this.#find(uri);
    if (!open) return tellNoneShown();
    await this.#close(open);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#open.clear();
  }

  async #show(
    document: vscode.TextDocument,
    answer: string,
    { span, isWhole }: Pick<Proposal, 'span' | 'isWhole'>,
  ): Promise<void> {
    const replaced = document.getText().slice(span.start, span.end);
    const code = fitCode(answer, replaced, document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
    if (code === replaced) {
      void vscode.window.showInformationMessage(
        plainText(l10n.t('{0} says exactly that already.', nameOf(document.uri))),
      );
      return;
    }
    const before = [...this.#open.values()].find((each) => each.document.toString() === document.uri.toString());
    // The query tells documents apart whose paths are alike; the path gives the tab its name and the text its language.
    const uri =
      before?.uri ??
      vscode.Uri.from({ scheme: documentSchemes.proposal, path: pathOf(document.uri), query: crypto.randomUUID() });
    const proposal = { span, isWhole, code, isStale: false };
    this.#open.set(uri.toString(), { document: document.uri, uri, answer, proposal });
    this.#changed.fire(uri);
    const name = nameOf(document.uri);
    const title = isWhole ? l10n.t('{0}: Proposal for the Whole File', name) : l10n.t('{0}: Proposal', name);
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, { preview: false });
  }

  #follow(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    if (changes.length === 0) return;
    for (const open of this.#open.values()) {
      if (open.document.toString() !== document.uri.toString()) continue;
      open.proposal = follow(
        open.proposal,
        changes.map(({ rangeOffset, rangeLength, text }) => ({ offset: rangeOffset, length: rangeLength, text })),
      );
      this.#changed.fire(open.uri);
    }
  }

  async #offerAgain({ document: uri, answer, proposal }: OpenProposal, document: vscode.TextDocument): Promise<void> {
    const again = l10n.t('Compute Again');
    const picked = await vscode.window.showWarningMessage(
      plainText(l10n.t('{0} has changed where the proposal would go, so nothing was replaced.', nameOf(uri))),
      again,
    );
    if (picked === again) await this.#show(document, answer, proposal);
  }

  #find(uri: vscode.Uri | undefined): OpenProposal | undefined {
    if (uri?.scheme === documentSchemes.proposal) return this.#open.get(uri.toString());
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    return input instanceof vscode.TabInputTextDiff ? this.#open.get(input.modified.toString()) : undefined;
  }

  async #close({ uri }: OpenProposal): Promise<void> {
    this.#open.delete(uri.toString());
    await vscode.window.tabGroups.close(proposalTabs().filter((tab) => shows(tab, uri)));
  }

  /** A tab that is dragged to another group is closed as well, and still there. */
  #forgetClosed(): void {
    const tabs = proposalTabs();
    for (const [key, { uri }] of this.#open) if (!tabs.some((tab) => shows(tab, uri))) this.#open.delete(key);
  }
}

function pathOf(uri: vscode.Uri): string {
  return uri.path.startsWith('/') ? uri.path : `/${uri.path}`;
}

function proposalTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.scheme === documentSchemes.proposal,
    );
}

function shows({ input }: vscode.Tab, uri: vscode.Uri): boolean {
  return input instanceof vscode.TabInputTextDiff && input.modified.toString() === uri.toString();
}

function tellNoneShown(): void {
  void vscode.window.showInformationMessage(l10n.t('Open the proposal first: no proposal is shown.'));
}
