import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SummarySource } from '../../summarize/summarizer';
import { formatBytes } from '../format';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { findFolderFiles, mostFiles } from './folderFiles';
import { fileSource, largestFileBytes, nameOf, SourceError } from './textSources';

/** All of it is read, and its texts held in memory, before the person is asked: more is not done on a mere click. */
const mostFolderBytes = 50_000_000;

/** The texts of a folder; `undefined` when the person cancels. Rejects with `SourceError` when there are none. */
export async function readFolder(
  folder: vscode.Uri,
  name: string,
  log: Log,
): Promise<readonly SummarySource[] | undefined> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: plainText(l10n.t('Reading {0}…', name)),
      cancellable: true,
    },
    async (_progress, token) => {
      const { files, isCut } = await findFolderFiles(folder, token);
      const sources: SummarySource[] = [];
      let skipped = 0;
      let beyondBudget = 0;
      let bytes = 0;
      for (const file of files) {
        if (token.isCancellationRequested) break;
        const size = await readableSize(file);
        if (bytes + size > mostFolderBytes) {
          beyondBudget += 1;
          continue;
        }
        bytes += size;
        try {
          sources.push(await fileSource(file));
        } catch (error) {
          if (!SourceError.is(error)) throw error;
          skipped += 1;
          log.info('Left out of the folder summary', { file: nameOf(file), why: error.message });
        }
      }
      // Also when the search itself was cancelled: it has found nothing then, which says nothing about the folder.
      if (token.isCancellationRequested) return undefined;
      log.info('Read a folder', { folder: name, files: sources.length, skipped, beyondBudget, isCut });
      if (sources.length === 0) throw new SourceError(l10n.t('{0} holds no text files to summarize.', name));
      if (isCut) {
        void vscode.window.showWarningMessage(
          plainText(l10n.t('{0} holds more than {1} files; the first {1} are summarized.', name, mostFiles)),
        );
      }
      if (beyondBudget > 0) {
        void vscode.window.showWarningMessage(
          plainText(
            l10n.t('{0} holds more than {1}; files left out: {2}.', name, formatBytes(mostFolderBytes), beyondBudget),
          ),
        );
      }
      return sources;
    },
  );
}

/** 0 for what will not be read: too large a file, and one whose size nobody can tell. */
async function readableSize(file: vscode.Uri): Promise<number> {
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    return size > largestFileBytes ? 0 : size;
  } catch {
    // Reading it fails as well, and says why.
    return 0;
  }
}
