import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Jobs } from '../../jobs/desk';
import type { Log } from '../log';
import { plainText } from '../plainText';
import type { SummaryDraft } from '../../summarize/spec';
import { relativeLink } from './headings';
import { readDraft } from './resultDocument';
import { summaryJobOf, type SummaryFiles } from './summaryFiles';
import { savedName } from './summaryPath';

export interface SaveSummaryOptions {
  /** Of the document; `undefined` when none is looked at. */
  readonly uri: vscode.Uri | undefined;
  readonly jobs: Pick<Jobs, 'find' | 'resultOf'>;
  readonly files: Pick<SummaryFiles, 'textFor'>;
  readonly log: Log;
}

/** Asks where, writes the summary with links that lead to the sources from there, and shows it. */
export async function saveSummary({ uri, jobs, files, log }: SaveSummaryOptions): Promise<void> {
  const jobId = uri && summaryJobOf(uri);
  if (jobId === undefined) return tell(l10n.t('Open the summary first: no summary is shown.'));
  const job = jobs.find(jobId);
  if (!job) return tell(l10n.t('This summary is not there any more.'));
  const folder = folderFor(readDraft(jobs.resultOf(jobId)));
  const target = await vscode.window.showSaveDialog({
    title: l10n.t('Save Summary'),
    saveLabel: l10n.t('Save'),
    filters: { [l10n.t('Markdown')]: ['md'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, savedName(job.title)) } : {}),
  });
  if (!target) return;
  const place = vscode.Uri.joinPath(target, '..');
  // As it is now: it may have grown while a place was looked for.
  const text = files.textFor(jobId, (source) => relativeLink(place, vscode.Uri.parse(source)));
  if (text === undefined) return tell(l10n.t('This summary is not there any more.'));
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(target, { preview: false });
  } catch (error) {
    log.error('Failed to save a summary', error);
    const cause = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(plainText(l10n.t('Failed to save the summary: {0}', cause)));
  }
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}

/** The workspace's folder that its first source lies in; for what lies elsewhere the first one. */
function folderFor(draft: SummaryDraft | undefined): vscode.Uri | undefined {
  const source = draft?.uri ?? draft?.sections.find(({ uri }) => uri !== undefined)?.uri;
  const own = source === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(source));
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}
