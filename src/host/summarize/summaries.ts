import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Jobs } from '../../jobs/desk';
import { createJobs } from '../../jobs/jobDesk';
import { knownLimits } from '../../jobs/knownLimits';
import { cheaperModel, easeSpec } from '../../summarize/ease';
import { summarizeProgram } from '../../summarize/program';
import type { ActivityEntry } from '../activity';
import type { ClientService } from '../clientService';
import { JobStorage } from '../jobs/jobStorage';
import type { OpenMark } from '../jobs/openMark';
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
  /** To be called when keys, or what is under way in the chat, have changed. */
  readonly handleChange: () => void;
  /** To be called when a setting has changed. */
  readonly handleSettings: () => void;
  /** Before the window goes. */
  readonly close: () => Promise<void>;
}
