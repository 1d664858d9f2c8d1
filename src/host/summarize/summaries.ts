import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Jobs } from '../../jobs/desk';
import { isOpen } from '../../jobs/job';
import { createJobs } from '../../jobs/jobDesk';
import { knownLimits } from '../../jobs/knownLimits';
import { cheaperModel } from '../../summarize/cheaperModel';
import { easeSpec } from '../../summarize/ease';
import { summarizeProgram } from '../../summarize/program';
import { readSpec } from '../../summarize/spec';
import type { ActivityEntry } from '../activity';
import type { ClientService } from '../clientService';
import { JobStorage } from '../jobs/jobStorage';
import type { OpenMark } from '../jobs/openMark';
import { createKeyDialogs } from '../keys/vscodeKeyDialogs';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { JobActions } from '../queue/jobActions';
import type { QueueNode } from '../queue/queueNode';
import { QueueTree } from '../queue/queueTree';
import type { SluiceSettings } from '../settings';
import { describeReason, type Because } from './failureText';
import { TextGatherer } from './gather';
import { saveSummary } from './saveSummary';
import { SourceLinks } from './sourceLinks';
import { SummarizeCommands } from './summarizeCommands';
import { SummaryDesk } from './summaryDesk';
import { SummaryFiles } from './summaryFiles';

const dayMs = 86_400_000;

/** What made a job pause by itself, and is over once there is a key, or another one. */
const endedByAnotherKey: ReadonlySet<string> = new Set(['noKey', 'keyUnreadable', 'authentication', 'billing']);

export interface SummariesParts {
  readonly clients: ClientService;
  readonly readSettings: () => SluiceSettings;
  /** What may be sent and stored of what is said: no key that stands in it. */
  readonly clean: <Value>(value: Value) => Value;
  readonly windowId: string;
  /** Of the database; `undefined` where there is no disk. */
  readonly folder: string | undefined;
  /** What is under way in the chat. */
  readonly activities: () => readonly ActivityEntry[];
  readonly chatText: () => Promise<{ readonly title: string; readonly text: string } | undefined>;
  readonly hasChat: () => boolean;
  /** Whether there is a key that the API has not refused. */
  readonly hasUsableKey: () => boolean;
  readonly log: Log;
  readonly view: vscode.TreeView<QueueNode>;
  readonly mark: OpenMark;
}

/** All that is done with summaries and jobs, and seen of them. */
export interface Summaries extends vscode.Disposable {
  readonly commands: SummarizeCommands;
  readonly actions: JobActions;
  readonly jobs: Jobs;
  readonly tree: QueueTree;
  readonly files: SummaryFiles;
  /** Of the summary that is shown, where none is named. */
  readonly save: (uri: vscode.Uri | undefined) => Promise<void>;
  /** To be called when what is under way in the chat has changed. */
  readonly handleChange: () => void;
  /** To be called when keys have changed. */
  readonly handleKeys: () => void;
  /** To be called when a setting has changed. */
  readonly handleSettings: () => void;
  /** Before the window goes. */
  readonly close: () => Promise<void>;
}

export function createSummaries(parts: SummariesParts): Summaries {
  // A bundle of its own has texts of its own.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  const {
    clients,
    readSettings,
    clean,
    windowId,
    folder,
    activities,
    chatText,
    hasChat,
    hasUsableKey,
    log,
    view,
    mark,
  } = parts;
  const now = Date.now;
  const storage = new JobStorage({
    folder,
    windowId,
    isSaved: () => readSettings().summaries.isSaved,
    retentionDays: () => readSettings().summaries.retentionDays,
    warn: (sentence) => void vscode.window.showWarningMessage(plainText(sentence)),
    log,
    redact: clean,
    now,
  });
  const jobs = createJobs({
    records: () => storage.records(),
    hasChanged: () => storage.hasChanged(),
    windowId,
    program: summarizeProgram,
    acquire: (keyId) => clients.acquireWithKey(keyId),
    limits: () => readSettings().limits,
    account: (keyId, { model, usage, costUsd }) =>
      clients.account({ keyId, model, usage, costUsd, at: now(), outcome: 'done', refusals: 0 }),
    easeBySetting: () => readSettings().summaries.underPressure,
    cheaperThan: cheaperModel,
    applyEasing: (spec, easing) => easeSpec(spec, easing, cheaperModel(readSpec(spec).mapModel)),
    log,
    now,
  });
  const explain = ({ reason, until }: Because) => {
    const { model, baseUrl } = readSettings();
    return describeReason({ reason, until }, { model, baseUrl, now: now() }).why;
  };
  const tree = new QueueTree({ jobs: () => jobs, activities, explain, now });
  const files = new SummaryFiles({ jobs, explain, now });
  const links = new SourceLinks({ jobs });
  const open = async (jobId: string, options: { readonly preserveFocus: boolean }) => {
    const document = await vscode.workspace.openTextDocument(files.uriOf(jobId));
    await vscode.window.showTextDocument(document, { preview: false, ...options });
  };
  const save = (uri: vscode.Uri | undefined) =>
    saveSummary({ uri: uri ?? vscode.window.activeTextEditor?.document.uri, jobs, files, log });
  const actions = new JobActions({
    jobs: async () => jobs,
    dialogs: createKeyDialogs(),
    openSummary: (jobId) => open(jobId, { preserveFocus: false }),
    saveSummary: (jobId) => save(files.uriOf(jobId)),
    now,
  });
  const desk = new SummaryDesk({
    jobs,
    acquire: () => clients.acquire(),
    limitsOf: (client, model) => knownLimits(client.limits(model), readSettings().limits),
    known: (keys) => {
      try {
        return storage.records().answers(keys);
      } catch (error) {
        log.error('Failed to look for answers', error);
        return new Map();
      }
    },
    readSettings,
    clean,
    workspace: (vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri)?.toString(),
    now,
  });
  const gatherer = new TextGatherer({ log, chatText });
  const commands = new SummarizeCommands({ gatherer, desk, jobs, readSettings, open, hasChat, log });
  const handleJobs = () => {
    mark.set(storage.isKept && jobs.list().some(isOpen));
    tree.handleChange();
  };
  const listening = jobs.onDidChange(handleJobs);
  tree.attach(view);
  storage.prune();
  const pruning = setInterval(() => storage.prune(), dayMs);
  handleJobs();
  return {
    commands,
    actions,
    jobs,
    tree,
    files,
    save,
    handleChange: () => tree.handleChange(),
    handleKeys: () => {
      if (!hasUsableKey()) return;
      for (const { id, state, failure = '' } of jobs.list()) {
        if (state === 'paused' && endedByAnotherKey.has(failure)) jobs.resume(id);
      }
    },
    handleSettings: () => {
      storage.prune();
      tree.handleChange();
    },
    close: () => jobs.close(),
    dispose: () => {
      clearInterval(pruning);
      listening.dispose();
      for (const each of [links, files, tree, jobs, storage]) each.dispose();
    },
  };
}
