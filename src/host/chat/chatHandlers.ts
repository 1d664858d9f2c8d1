import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ClientError } from '../../client/errors';
import { publishedModelIds } from '../../client/models';
import { commands, extensionId } from '../../contributions';
import { cacheLoss } from '../../conversation/fit';
import type { Attachment } from '../../conversation/turn';
import type { ClientService } from '../clientService';
import type { Log } from '../log';
import { plainText } from '../plainText';
import type { SluiceSettings } from '../settings';
import { describeProgress } from '../summarize/progressText';
import { parseLink } from './chatMessages';
import { confirmDeleteFrom } from './chatDialogs';
import type { ChatSession } from './chatSession';
import { draftId } from './chatStatus';
import type { ChatViewOptions } from './chatView';
import type { CodeActions } from './codeActions';
import { pickContext } from './contextPicker';
import type { ContextChoice, ContextSources, Gathered } from './contextSources';
import { describeRefusals } from './contextText';
import type { HistoryKeeper } from './historyKeeper';
import type { LiveChat } from './liveChat';
import { pickModel } from './modelPicker';
import { readInParts } from './readInParts';
import { isSplittable } from './sendOutlook';

export interface ChatHandlersOptions {
  readonly session: ChatSession;
  readonly clients: ClientService;
  readonly sources: ContextSources;
  readonly codeActions: CodeActions;
  readonly historyOf: (chat: LiveChat) => HistoryKeeper;
  readonly readSettings: () => SluiceSettings;
  /** What is written in the message box. */
  readonly draft: () => string;
  readonly log: Log;
}

/** What the chat view asks for, done. */
export class ChatHandlers {
  readonly #options: ChatHandlersOptions;
  /** Whose attachments are being read in parts. */
  readonly #splitting = new Set<LiveChat>();

  constructor(options: ChatHandlersOptions) {
    this.#options = options;
  }

  /** Resolves with whether something was attached. */
  async attach(choices?: readonly ContextChoice[]): Promise<boolean> {
    const chosen = choices ?? (await pickContext());
    if (!chosen || chosen.length === 0) return false;
    return this.#take(await this.#options.sources.gather(chosen));
  }

  /** @param waitingTurnId an answer that waits, and is asked of the new model at once */
  async pickModel(waitingTurnId?: string): Promise<void> {
    const { session, clients, log } = this.#options;
    const from = session.model;
    const picked = await pickModel({
      current: from,
      listModels: async () => (await clients.acquire()).models(),
      tableIds: publishedModelIds,
      lanes: () => clients.quota(),
      cacheLossOf: (to) => cacheLoss({ path: session.turns, from, to, now: Date.now() }),
      log,
    });
    if (picked !== undefined) await session.setModel(picked, waitingTurnId);
  }

  /** For the view; `ready`, the drafts and what concerns the shown turns alone are its own. */
  create(): ChatViewOptions['handlers'] {
    const { session, sources, codeActions, historyOf, log } = this.#options;
    return {
      stop: () => session.stop(),
      act: ({ turnId, action }) => this.#act(turnId, action),
      remove: ({ turnId }) => this.#remove(turnId),
      showBranch: ({ turnId, step }) => session.showBranch(turnId, step),
      attach: () => this.attach(),
      attachUris: async ({ uris }) => this.#take(await sources.gatherDropped(uris)),
      detach: ({ attachmentId }) => {
        const { chat } = session;
        chat?.setDrafts(chat.drafts.filter((each) => draftId(each) !== attachmentId));
      },
      editQueued: ({ id, text }) => session.editQueued(id, text),
      removeQueued: ({ id }) => session.removeQueued(id),
      holdQueued: ({ id }) => session.holdQueued(id ?? undefined),
      resumeQueue: () => session.resumeQueue(),
      sendQueuedNow: ({ id }) => session.sendQueuedNow(id),
      pickModel: () => this.pickModel(),
      fitAct: ({ action }) => this.#fitAct(action),
      code: ({ action, text, language }) => {
        if (action === 'insert') return codeActions.insert(text);
        return action === 'apply' ? codeActions.apply(text) : codeActions.newFile(text, language);
      },
      preview: () => execute(commands.previewRequest),
      undoHistory: () => {
        if (session.chat) historyOf(session.chat).undo();
      },
      showHistory: () => execute(commands.showHistory),
      copy: async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
      },
      openLink: async ({ url }) => {
        const link = parseLink(url);
        if (link) await vscode.env.openExternal(vscode.Uri.parse(link.href, true));
        else log.warn('The chat view asked for a link that may not be opened');
      },
      addKey: () => execute(commands.addKey),
      reportError: ({ message }) => log.warn('The chat view reported an error', { message: message.slice(0, 2_000) }),
    };
  }

  async #act(turnId: string, action: Parameters<ChatViewOptions['handlers']['act']>[0]['action']): Promise<void> {
    const { session, log } = this.#options;
    switch (action) {
      case 'retry':
        await session.retry(turnId);
        return;
      case 'continue':
        await session.continueAnswer(turnId);
        return;
      case 'cancel':
        return session.stop();
      case 'sendNow':
        return session.sendNow();
      case 'switchModel':
        return this.pickModel(turnId);
      case 'addKey':
        return execute(commands.addKey);
      case 'manageKeys':
        return execute(commands.manageKeys);
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`);
        return;
      case 'showLog':
        return log.show();
    }
  }

  /** A click beside Copy must not cost a long conversation. */
  async #remove(turnId: string): Promise<void> {
    const { session } = this.#options;
    const index = session.turns.findIndex(({ id }) => id === turnId);
    const follow = session.turns.length - 1 - index;
    const isQuestion = session.turns[index]?.role === 'user';
    if (index >= 0 && follow > (isQuestion ? 1 : 0) && !(await confirmDeleteFrom(follow + 1))) return;
    session.remove(turnId);
  }

  async #take({ attachments, refusals }: Gathered): Promise<boolean> {
    const { session } = this.#options;
    await session.whenLoaded();
    const { chat } = session;
    if (chat && attachments.length > 0) chat.setDrafts([...chat.drafts, ...attachments]);
    session.setNotice(describeRefusals(refusals));
    return attachments.length > 0;
  }

  async #fitAct(action: 'condense' | 'switchModel' | 'split'): Promise<void> {
    switch (action) {
      case 'switchModel':
        return this.pickModel();
      case 'condense':
        return this.#condense();
      case 'split':
        return this.#split();
    }
  }

  async #condense(): Promise<void> {
    const { session, clients, historyOf } = this.#options;
    const { chat } = session;
    if (!chat) return;
    session.setNotice(l10n.t('The older part of this chat is being summarized…'));
    try {
      const isDone = await historyOf(chat).condenseNow(await clients.acquire(), session.model);
      session.setNotice(
        isDone ? undefined : l10n.t('The older part of this chat could not be summarized. It stays as it is.'),
      );
    } catch (error) {
      this.#options.log.error('Failed to condense the chat', error);
      session.setNotice(l10n.t('The older part of this chat could not be summarized. It stays as it is.'));
    }
  }

  /** Whatever is large among what is attached is read part by part; notes on it take its place. */
  async #split(): Promise<void> {
    const { session, clients, readSettings, draft, log } = this.#options;
    const { chat, model } = session;
    if (!chat) return;
    if (this.#splitting.has(chat)) return;
    this.#splitting.add(chat);
    const question = draft();
    const inputTokenCap = readSettings().limits.inputTokensPerMinute;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: l10n.t('Reading in parts'), cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        try {
          const client = await clients.acquire();
          const notes = new Map<Attachment, Attachment>();
          for (const attachment of chat.drafts.filter(isSplittable)) {
            const made = await readInParts(attachment, {
              client,
              model,
              inputTokenCap,
              question,
              signal: abort.signal,
              onProgress: (now) =>
                progress.report({ message: plainText(`${attachment.name}: ${describeProgress(now, Date.now())}`) }),
            });
            notes.set(attachment, made);
          }
          chat.setDrafts(chat.drafts.map((each) => notes.get(each) ?? each));
        } catch (error) {
          if (ClientError.is(error, 'cancelled')) return;
          log.error('Failed to read in parts', error);
          session.setNotice(
            l10n.t('It could not be read in parts. What is attached stays as it is; the log has the details.'),
          );
        } finally {
          this.#splitting.delete(chat);
        }
      },
    );
  }
}

async function execute(command: string): Promise<void> {
  await vscode.commands.executeCommand(command);
}
