import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ClientError } from '../../client/errors';
import type { Client } from '../../client/types';
import { commands } from '../../contributions';
import type { SummaryOptions, SummaryProgress } from '../../summarize/asker';
import { Summarizer, type Summary, type SummarySource } from '../../summarize/summarizer';
import type { ActivityList } from '../activity';
import type { ClientService } from '../clientService';
import { NotReadyError } from '../notReady';
import type { Log } from '../log';
import { plainText } from '../plainText';
import type { SluiceSettings } from '../settings';
import { confirmFolder, confirmLarge } from './confirmations';
import { describeFailure, type FailureAction } from './failureText';
import { readFolder } from './folderReader';
import { canSendNow } from '../waitText';
import { describeProgress } from './progressText';
import { composeDocument } from './resultDocument';
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
      await this.#summarizeOne(source);
    });
  }

  /** `uri` comes from the editor's or the explorer's menu; without it the active editor's file is meant. */
  async summarizeFile(uri?: vscode.Uri): Promise<void> {
    await this.#guard(async () => {
      const target = uri ?? activeUri();
      if (!target) throw new SourceError(l10n.t('Open the file that you want summarized first.'));
      const source = await fileSource(target);
      await this.#summarizeOne(source);
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
      const sources = await readFolder(folder, name, this.#options.log);
      if (!sources || !(await confirmFolder(name, sources, this.#model))) return;
      await this.#run(name, 'background', (summarizer) => summarizer.summarizeAll(name, sources));
    });
  }

  get #model(): string {
    return this.#options.readSettings().model;
  }

  async #summarizeOne(source: SummarySource): Promise<void> {
    if (!(await confirmLarge(source, this.#model))) return;
    await this.#run(source.name, 'normal', (summarizer) => summarizer.summarize(source));
  }

  async #run(
    name: string,
    priority: SummaryOptions['priority'],
    work: (summarizer: Summarizer) => Promise<Summary>,
  ): Promise<void> {
    const client: Client = await this.#options.clients.acquire();
    const { model, limits } = this.#options.readSettings();
    const inputTokenCap = limits.inputTokensPerMinute;
    const title = l10n.t('Summarizing {0}', name);
    const summary = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: plainText(title), cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        let status = l10n.t('starting');
        let last: SummaryProgress['last'];
        const show = (now: SummaryProgress) => {
          status = describeProgress(now, Date.now());
          ({ last } = now);
          progress.report({ message: plainText(status) });
        };
        // One for each job: jobs share fairly.
        const source = `summary-${crypto.randomUUID()}`;
        const { signal } = abort;
        const summarizer = new Summarizer(client, { model, priority, source, inputTokenCap, signal }, show);
        const entry = this.#options.activities.add({
          label: title,
          status: () => status,
          cancel: () => abort.abort(),
          canSendNow: () => last !== undefined && 'until' in last && canSendNow(last, Date.now()),
          sendNow: () => summarizer.sendNow(),
        });
        try {
          return await work(summarizer);
        } finally {
          entry.dispose();
        }
      },
    );
    const content = composeDocument(name, summary, (error) => this.#describe(error).why);
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
    await vscode.window.showTextDocument(document, { preview: false });
    if (summary.failure) throw summary.failure;
  }

  /** Tells the person once why what they asked for failed, with one action; a cancelled one needs no telling. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (ClientError.is(error, 'cancelled')) return;
      this.#options.log.error('Failed to summarize', error);
      if (SourceError.is(error)) {
        void vscode.window.showErrorMessage(plainText(error.message));
        return;
      }
      const { why, action } = this.#describe(error);
      const message = NotReadyError.is(error) ? why : l10n.t('Failed to summarize: {0}', why);
      const picked = await vscode.window.showErrorMessage(plainText(message), ...(action ? [action.label] : []));
      if (picked !== undefined && action) await this.#perform(action);
    }
  }

  #describe(error: unknown): ReturnType<typeof describeFailure> {
    const { model, baseUrl } = this.#options.readSettings();
    return describeFailure(error, { model, baseUrl, now: Date.now() });
  }

  async #perform(action: FailureAction): Promise<void> {
    switch (action.kind) {
      case 'addKey':
        await vscode.commands.executeCommand(commands.addKey);
        break;
      case 'manageKeys':
        await vscode.commands.executeCommand(commands.manageKeys);
        break;
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', action.setting);
        break;
      case 'showLog':
        this.#options.log.show();
        break;
    }
  }
}

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
