import * as vscode from 'vscode';
import { documentSchemes } from '../../contributions';
import { jobIdAt, summaryAddress } from './summaryPath';
import { SummaryTexts, type SummaryTextsOptions } from './summaryTexts';

/**
 * The documents of summaries as files of their own scheme, which are there again after a reload: what they say is told by
 * `SummaryTexts`. Whoever registers the scheme hands on what is asked of it.
 */
export class SummaryFiles implements vscode.Disposable {
  readonly #options: SummaryTextsOptions;
  readonly #texts: SummaryTexts;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  constructor(options: SummaryTextsOptions) {
    this.#options = options;
    this.#texts = new SummaryTexts(options);
    this.#texts.follow(
      () => openDocuments().flatMap(({ uri }) => summaryJobOf(uri) ?? []),
      (jobId, what) => this.#tell(jobId, what),
    );
  }

  /** Under another name it may be open already, from before the language was changed. */
  uriOf(jobId: string): vscode.Uri {
    const open = openDocuments().find(({ uri }) => summaryJobOf(uri) === jobId);
    const title = this.#options.jobs.find(jobId)?.title ?? '';
    return open?.uri ?? vscode.Uri.from({ scheme: documentSchemes.summary, ...summaryAddress(jobId, title) });
  }

  /** @throws `FileNotFound` when the job is not there any more */
  stat(uri: vscode.Uri): vscode.FileStat {
    const { text, createdAt, changedAt } = this.#read(uri);
    const size = new TextEncoder().encode(text).length;
    const permissions = vscode.FilePermission.Readonly;
    return { type: vscode.FileType.File, ctime: createdAt, mtime: changedAt, size, permissions };
  }

  /** @throws `FileNotFound` when the job is not there any more */
  readFile(uri: vscode.Uri): Uint8Array {
    return new TextEncoder().encode(this.#read(uri, 'handOut').text);
  }

  /** The text for another place, from which links lead elsewhere; `undefined` when the job is not there any more. */
  textFor(jobId: string, linkOf: (uri: string) => string | undefined): string | undefined {
    return this.#texts.compose(jobId, linkOf);
  }

  dispose(): void {
    this.#texts.dispose();
    this.#changed.dispose();
  }

  #read(uri: vscode.Uri, how: 'read' | 'handOut' = 'read') {
    const jobId = summaryJobOf(uri);
    const read = jobId === undefined ? undefined : this.#texts[how](jobId);
    if (!read) throw vscode.FileSystemError.FileNotFound(uri);
    return read;
  }

  #tell(jobId: string, what: 'changed' | 'gone'): void {
    const type = what === 'gone' ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
    const documents = openDocuments().filter(({ uri }) => summaryJobOf(uri) === jobId);
    this.#changed.fire(documents.map(({ uri }) => ({ type, uri })));
  }
}

/** The job whose document this is; `undefined` of any other document. */
export function summaryJobOf(uri: vscode.Uri): string | undefined {
  return uri.scheme === documentSchemes.summary ? jobIdAt(uri) : undefined;
}

function openDocuments(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === documentSchemes.summary);
}
