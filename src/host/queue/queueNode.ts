import type { ActivityEntry } from '../activity';
import type { RowIcon } from '../keys/keyNode';

/** A row of the queue view, as plain data: `queueTree.ts` makes VS Code's item of it. */
export interface QueueNode {
  /** The same over refreshes, so that what is expanded and selected stays so; no two rows have the same. */
  readonly id: string;
  /** Of the job that the row is about. */
  readonly jobId: string | undefined;
  /** Of a row that is no job: a chat that is being answered, and the like. */
  readonly activity: ActivityEntry | undefined;
  /** What Enter offers: all that can be done, or what would help a job that takes long. */
  readonly offers: 'actions' | 'easings' | undefined;
  readonly label: string;
  /** The important first: a narrow side bar shows no more. */
  readonly description: string | undefined;
  readonly icon: RowIcon;
  /** Markdown without links or commands: it is shown without trust. */
  readonly tooltip: string;
  /** What menus match on: `job.<state>`, with `.batch` after it where it goes out in batches; `activity`; `group`; `fact`. */
  readonly contextValue: string;
  /** For screen readers: the row as one sentence, without icons. */
  readonly spoken: string;
  /** Whether its children are shown before anybody has expanded it. */
  readonly isExpanded: boolean;
  readonly children: readonly QueueNode[];
}

/**
 * The job that a command is to act on: from the palette there is none, a menu gives the row, another command the id, and
 * anything else may come from another extension.
 */
export function jobIdOf(argument: unknown): string | undefined {
  const id = typeof argument === 'object' && argument !== null && 'jobId' in argument ? argument.jobId : argument;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** What else a row may be. */
export function activityOf(argument: unknown): ActivityEntry | undefined {
  if (typeof argument !== 'object' || argument === null || !('activity' in argument)) return undefined;
  return isActivity(argument.activity) ? argument.activity : undefined;
}

export function asksForEasings(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'offers' in argument && argument.offers === 'easings';
}

function isActivity(value: unknown): value is ActivityEntry {
  if (typeof value !== 'object' || value === null) return false;
  const [can, status] = ['canSendNow' in value && value.canSendNow, 'status' in value && value.status];
  const [send, cancel] = ['sendNow' in value && value.sendNow, 'cancel' in value && value.cancel];
  return [can, status, send, cancel].every((each) => typeof each === 'function');
}
