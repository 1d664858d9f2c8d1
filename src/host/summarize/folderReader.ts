import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { JobSource } from '../../jobs/job';
import { formatBytes } from '../format';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { readFiles, type ReadFiles, type ReadingBounds, type ReadingOptions } from './fileReading';
import { listFolderFiles, type FolderFile } from './folderFiles';
import type { GatheredTexts } from './gathered';
import { prepareSource } from './preparedSource';
import { SymbolSeams } from './seams';
import { nameOf, SourceError, type NamedText } from './textSources';

/** A large repository; what is beyond it is better summarized by its folders. */
const summaryBounds: ReadingBounds = { mostFiles: 20_000, mostBytes: 20_000_000 };

/** All of it goes along with a message, and is weighed there: this is only what is worth reading for it. */
const chatBounds: ReadingBounds = { mostFiles: 200, mostBytes: 50_000_000 };

/** So often does a count that runs look alive; more often it costs more than it tells. */
const filesBetweenReports = 50;

export type FolderTexts = Pick<GatheredTexts, 'sources' | 'leftOut' | 'unreadable'>;

/** The texts of folders to be summarized; `undefined` when the person cancels. Rejects with `SourceError` when there are none. */
export async function readFoldersToSummarize(
  folders: readonly vscode.Uri[],
  title: string,
  log: Log,
): Promise<FolderTexts | undefined> {
  const seams = new SymbolSeams();
  const prepare = ({ name, uri }: FolderFile, text: string) => prepareSource(name, uri, text, seams);
  return readFolders(folders, title, { ...summaryBounds, prepare, log });
}

/** The texts of a folder as they are, for the chat; otherwise the same. */
export async function readFolder(
  folder: vscode.Uri,
  name: string,
  log: Log,
): Promise<readonly NamedText[] | undefined> {
  const read = await readFolders([folder], name, { ...chatBounds, prepare: asItIs, log });
  return read?.sources;
}

async function asItIs({ name, uri }: FolderFile, text: string): Promise<JobSource> {
  return { name, uri: uri.toString(), text };
}

type FolderOptions = Pick<ReadingOptions, 'mostFiles' | 'mostBytes' | 'prepare' | 'log'>;

async function readFolders(
  folders: readonly vscode.Uri[],
  title: string,
  options: FolderOptions,
): Promise<FolderTexts | undefined> {
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: plainText(l10n.t('Reading {0}…', title)),
      cancellable: true,
    },
    async (progress, token) => {
      const listed = await listAll(folders, token);
      if (token.isCancellationRequested) return undefined;
      const onProgress = (done: number, of: number) => {
        if (done % filesBetweenReports === 0) progress.report({ message: l10n.t('{0} of {1} files', done, of) });
      };
      const read = await readFiles(listed.files, { ...options, token, onProgress });
      // What was read by then is a part that nobody has chosen.
      if (token.isCancellationRequested) return undefined;
      const { sources, leftOut, beyondFiles, beyondBytes } = read;
      const unreadable = read.unreadable + listed.unreadable;
      options.log.info('Read a folder', {
        folder: title,
        files: sources.length,
        leftOut,
        unreadable,
        beyondFiles,
        beyondBytes,
      });
      if (sources.length === 0) throw new SourceError(l10n.t('{0} holds no text files to summarize.', title));
      tellBounds(title, options, { ...read, beyondFiles: beyondFiles + (listed.isCut ? 1 : 0) });
      return { sources, leftOut, unreadable };
    },
  );
}

interface Listed {
  readonly files: readonly FolderFile[];
  readonly isCut: boolean;
  readonly unreadable: number;
}

/** A folder of a workspace can lie within another: each file once. */
async function listAll(folders: readonly vscode.Uri[], token: vscode.CancellationToken): Promise<Listed> {
  const files = new Map<string, FolderFile>();
  let isCut = false;
  let unreadable = 0;
  for (const folder of folders) {
    const listed = await list(folder, token);
    for (const file of listed.files) files.set(file.uri.toString(), file);
    isCut ||= listed.isCut;
    unreadable += listed.unreadable.length;
  }
  return { files: [...files.values()], isCut, unreadable };
}

async function list(folder: vscode.Uri, token: vscode.CancellationToken): ReturnType<typeof listFolderFiles> {
  try {
    return await listFolderFiles(folder, token);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SourceError(l10n.t('Failed to read {0}: {1}', nameOf(folder), why), { cause: error });
  }
}

function tellBounds(
  title: string,
  { mostFiles, mostBytes }: ReadingBounds,
  { beyondFiles, beyondBytes }: Pick<ReadFiles, 'beyondFiles' | 'beyondBytes'>,
): void {
  if (beyondFiles > 0) {
    const text = l10n.t('{0} holds more than {1} files; only the first {1} are read.', title, mostFiles);
    void vscode.window.showWarningMessage(plainText(text));
  }
  if (beyondBytes > 0) {
    const most = formatBytes(mostBytes);
    const text = l10n.t('{0} holds more than {1}; files left out: {2}.', title, most, beyondBytes);
    void vscode.window.showWarningMessage(plainText(text));
  }
}
