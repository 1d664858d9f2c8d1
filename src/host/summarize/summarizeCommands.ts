import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ClientError } from '../../client/errors';
import type { Client } from '../../client/types';
import { Summarizer, type SummaryOptions, type SummaryProgress, type SummarySource } from '../../summarize/summarizer';
import { commands, settings } from '../../contributions';
import type { ActivityList } from '../activity';
import { NotReadyError, type ClientService } from '../clientService';
import { formatCount } from '../format';
import type { Log } from '../log';
import { describeNotReady } from '../notReadyText';
import { describeProblem } from '../problemText';
import type { SluiceSettings } from '../settings';
import { findFolderFiles, mostFiles } from './folderFiles';
import { describeProgress } from './progressText';
import { fileSource, nameOf, selectionSource, SourceError } from './textSources';

export interface SummarizeCommandsOptions {
  readonly clients: ClientService;
  readonly readSettings: () => SluiceSettings;
  readonly activities: ActivityList;
  readonly log: Log;
}

/** The three summarize commands: each shows progress with Cancel, and opens its result as a markdown document. */
export class SummarizeCommands {
  readonly #options: SummarizeCommandsOptions;

  constructor(options: SummarizeCommandsOptions) {
    this.#options = options;
  }

  async summarizeSelection(): Promise<void> {
    await this.#guard(async () => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) throw new SourceError(l10n.t('Open a file and select some text first.'));
      const source = selectionSource(editor);
      await this.#run(source.name, 'normal', (summarizer) => summarizer.summarize(source));
    });
  }

  /** `uri` comes from the editor's or the explorer's menu; without it the active editor's file is meant. */
  async summarizeFile(uri?: vscode.Uri): Promise<void> {
    await this.#guard(async () => {
      const target = uri ?? activeUri();
      if (!target) throw new SourceError(l10n.t('Open the file that you want summarized first.'));
      const source = await fileSource(target);
      await this.#run(source.name, 'normal', (summarizer) => summarizer.summarize(source));
    });
  }

  async summarizeFolder(uri?: vscode.Uri): Promise<void> {
    await this.#guard(async () => {
      if (!vscode.workspace.isTrusted) {
        throw new SourceError(
          l10n.t('In Restricted Mode Sluice reads no folder. Trust this workspace to summarize it.'),
        );
      }
      const folder = uri ?? (await pickFolder());
      if (!folder) return;
      const name = nameOf(folder);
      const sources = await this.#readFolder(folder, name);
      if (!sources || !(await confirmFolder(name, sources))) return;
      await this.#run(name, 'background', async (summarizer) => {
        const summaries: string[] = [];
        for (const source of sources) {
          summaries.push(`## ${source.name}\n\n${await summarizer.summarize(source)}`);
        }
        const overview = await summarizer.combine(name, summaries);
        return summaries.length === 1 ? overview : [overview, ...summaries].join('\n\n');
      });
    });
  }

  async #readFolder(folder: vscode.Uri, name: string): Promise<readonly SummarySource[] | undefined> {
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: l10n.t('Reading {0}…', name), cancellable: true },
      async (_progress, token) => {
        const { files, isCut } = await findFolderFiles(folder, token);
        const sources: SummarySource[] = [];
        let skipped = 0;
        for (const file of files) {
          if (token.isCancellationRequested) return undefined;
          try {
            sources.push(await fileSource(file));
          } catch (error) {
            if (!SourceError.is(error)) throw error;
            skipped += 1;
            this.#options.log.info('Left out of the folder summary', { file: nameOf(file), why: error.message });
          }
        }
        this.#options.log.info('Read a folder', { folder: name, files: sources.length, skipped, isCut });
        if (sources.length === 0) throw new SourceError(l10n.t('{0} holds no text files to summarize.', name));
        if (isCut) {
          void vscode.window.showWarningMessage(
            l10n.t('{0} holds more than {1} files; the first {1} are summarized.', name, mostFiles),
          );
        }
        return sources;
      },
    );
  }

  async #run(
    name: string,
    priority: SummaryOptions['priority'],
    work: (summarizer: Summarizer) => Promise<string>,
  ): Promise<void> {
    const client: Client = await this.#options.clients.acquire();
    const { model } = this.#options.readSettings();
    const title = l10n.t('Summarizing {0}', name);
    const summary = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        let status = l10n.t('starting');
        const show = (now: SummaryProgress) => {
          status = describeProgress(now, Date.now());
          progress.report({ message: status });
        };
        const entry = this.#options.activities.add({
          label: title,
          status: () => status,
          cancel: () => abort.abort(),
        });
        try {
          const source = `summary-${crypto.randomUUID()}`;
          return await work(new Summarizer(client, { model, priority, source, signal: abort.signal }, show));
        } finally {
          entry.dispose();
        }
      },
    );
    const content = `# ${l10n.t('Summary of {0}', name)}\n\n${summary}\n`;
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Tells the person once why what they asked for failed, with one action; a cancelled one needs no telling. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (ClientError.is(error, 'cancelled')) return;
      this.#options.log.error('Failed to summarize', error);
      const { message, action, command } = this.#describe(error);
      const picked = await vscode.window.showErrorMessage(message, ...(action ? [action] : []));
      if (picked !== undefined && command) await vscode.commands.executeCommand(...command);
    }
  }

  #describe(error: unknown): { message: string; action?: string; command?: [id: string, ...args: string[]] } {
    if (SourceError.is(error)) return { message: error.message };
    if (NotReadyError.is(error)) {
      const { baseUrl } = this.#options.readSettings();
      const message = describeNotReady(error.reason, baseUrl);
      return error.reason === 'noKey'
        ? { message, action: l10n.t('Add API Key…'), command: [commands.addKey] }
        : { message, action: l10n.t('Open Settings'), command: ['workbench.action.openSettings', settings.baseUrl] };
    }
    if (ClientError.is(error)) {
      const { model } = this.#options.readSettings();
      const problem = describeProblem(error.reason, {
        until: error.until,
        model,
        hasPartialText: false,
        now: Date.now(),
      });
      const message = l10n.t('Failed to summarize: {0}. {1}', problem.title, problem.detail);
      const isAboutKey = error.reason === 'authentication' || error.reason === 'permission';
      return isAboutKey ? { message, action: l10n.t('Manage Keys…'), command: [commands.manageKeys] } : { message };
    }
    return { message: l10n.t('Failed to summarize. The log has the details.') };
  }
}

async function confirmFolder(name: string, sources: readonly SummarySource[]): Promise<boolean> {
  const characters = sources.reduce((sum, { text }) => sum + text.length, 0);
  const summarize = l10n.t('Summarize');
  const answer = await vscode.window.showInformationMessage(
    l10n.t('Summarize {0}?', name),
    {
      modal: true,
      detail: l10n.t(
        '{0} files, about {1} tokens. It runs in the background at the pace of your limits; chat goes first.',
        sources.length,
        formatCount(characters / charactersPerToken),
      ),
    },
    summarize,
  );
  return answer === summarize;
}

/** For a rough number to decide by; the true one comes from the API. */
const charactersPerToken = 3.5;

function activeUri(): vscode.Uri | undefined {
  const { activeTextEditor, tabGroups } = vscode.window;
  if (activeTextEditor) return activeTextEditor.document.uri;
  const input = tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const [only, ...others] = vscode.workspace.workspaceFolders ?? [];
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: l10n.t('Summarize Folder'),
    openLabel: l10n.t('Summarize'),
    ...(only && others.length === 0 ? { defaultUri: only.uri } : {}),
  });
  return picked?.[0];
}
