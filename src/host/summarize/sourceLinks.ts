import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { documentSchemes } from '../../contributions';
import type { Jobs } from '../../jobs/desk';
import { findSourceLinks, leadsOf } from './headings';
import { readDraft } from './resultDocument';
import { jobIdAt } from './summaryPath';

export interface SourceLinksOptions {
  readonly jobs: Pick<Jobs, 'find' | 'resultOf'>;
}

/** Lets the headings of a summary lead to what they are about, wherever that lies. */
export class SourceLinks implements vscode.DocumentLinkProvider, vscode.Disposable {
  readonly #options: SourceLinksOptions;
  readonly #registration: vscode.Disposable;

  constructor(options: SourceLinksOptions) {
    this.#options = options;
    const selector = { scheme: documentSchemes.summary };
    this.#registration = vscode.languages.registerDocumentLinkProvider(selector, this);
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { jobs } = this.#options;
    const jobId = jobIdAt(document.uri);
    const job = jobId === undefined ? undefined : jobs.find(jobId);
    if (!job) return [];
    const leads = leadsOf(job.title, readDraft(jobs.resultOf(job.id)));
    return findSourceLinks(document.getText(), leads).map(({ line, from, to, name, uri }) => {
      const link = new vscode.DocumentLink(new vscode.Range(line, from, line, to), vscode.Uri.parse(uri));
      link.tooltip = l10n.t('Open {0}', name);
      return link;
    });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
