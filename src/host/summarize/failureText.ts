import * as l10n from '@vscode/l10n';
import { ClientError, type ClientErrorReason } from '../../client/errors';
import { settings, type SettingId } from '../../contributions';
import { NoAnswerError } from '../../jobs/noAnswerError';
import type { TurnAction } from '../../protocol/chat';
import { NotReadyError } from '../notReady';
import { describeNotReady } from '../notReadyText';
import { describeProblem } from '../problemText';

export type FailureAction =
  | { readonly kind: 'addKey' | 'manageKeys' | 'showLog'; readonly label: string }
  | { readonly kind: 'openSettings'; readonly label: string; readonly setting: SettingId };

export interface Failure {
  /** One sentence or two, for a list of what is missing as well. */
  readonly why: string;
  /** The first thing that helps; `undefined` where only trying again does. */
  readonly action: FailureAction | undefined;
}

export interface FailureContext {
  readonly model: string;
  readonly baseUrl: string;
  readonly now: number;
}

/** A reason of `ClientError`, `NoAnswerError` or `NotReadyError`, or any other word for what nobody expected. */
export interface Because {
  readonly reason: string;
  /** When that ends by itself, where known. */
  readonly until?: number | undefined;
}

/** Why a summary could not be begun, or what it was made of could not be read. */
export function describeFailure(error: unknown, context: FailureContext): Failure {
  if (NotReadyError.is(error) || NoAnswerError.is(error)) return describeReason({ reason: error.reason }, context);
  if (ClientError.is(error)) return describeReason({ reason: error.reason, until: error.until }, context);
  return describeReason({ reason: 'unexpected' }, context);
}

/** Why a summary, or a part of one, could not be made: as a job has it written down. */
export function describeReason({ reason, until }: Because, { model, baseUrl, now }: FailureContext): Failure {
  if (isNotReadyReason(reason)) return { why: describeNotReady(reason, baseUrl), action: notReadyAction(reason) };
  switch (reason) {
    case 'refused':
      return { why: l10n.t('The model refused to summarize it.'), action: undefined };
    case 'empty':
      return { why: l10n.t('The model answered without a text.'), action: undefined };
    case 'cancelled':
      return { why: l10n.t('Cancelled.'), action: undefined };
    case 'tooLarge':
      return {
        why: l10n.t('Too large for one request. Even a small part of it is more than the limits let through at once.'),
        action: openSettings(settings.inputTokensPerMinute),
      };
  }
  if (!isClientReason(reason)) {
    return { why: l10n.t('Something unexpected happened. The log has the details.'), action: showLog() };
  }
  const problem = describeProblem(reason, { until, model, hasPartialText: false, now });
  const why = problem.detail === '' ? `${problem.title}.` : `${problem.title}. ${problem.detail}`;
  // The command can be run again: what else there is to do is worth the one button.
  const first = problem.actions.find(({ id }) => id !== 'retry');
  return { why, action: first && toAction(first.id, settingAbout(reason)) };
}

const clientReasons: Readonly<Record<ClientErrorReason, true>> = {
  authentication: true,
  permission: true,
  billing: true,
  spendLimit: true,
  tooLarge: true,
  invalid: true,
  notFound: true,
  rateLimited: true,
  overloaded: true,
  network: true,
  stalled: true,
  incomplete: true,
  cancelled: true,
  closed: true,
};

function isClientReason(reason: string): reason is ClientErrorReason {
  return Object.hasOwn(clientReasons, reason);
}

const notReadyReasons: Readonly<Record<NotReadyError['reason'], true>> = {
  noKey: true,
  baseUrl: true,
  hostRefused: true,
  keyUnreadable: true,
};

function isNotReadyReason(reason: string): reason is NotReadyError['reason'] {
  return Object.hasOwn(notReadyReasons, reason);
}

function notReadyAction(reason: NotReadyError['reason']): FailureAction | undefined {
  switch (reason) {
    case 'noKey':
      return { kind: 'addKey', label: l10n.t('Add API Key…') };
    case 'baseUrl':
      return openSettings(settings.baseUrl);
    case 'hostRefused':
    case 'keyUnreadable':
      return undefined;
  }
}

function settingAbout(reason: ClientErrorReason): SettingId {
  return reason === 'rateLimited' ? settings.maxWaitSeconds : settings.model;
}

function toAction(id: TurnAction['id'], setting: SettingId): FailureAction | undefined {
  switch (id) {
    case 'manageKeys':
      return { kind: 'manageKeys', label: l10n.t('Manage Keys…') };
    case 'openSettings':
      return openSettings(setting);
    case 'showLog':
      return showLog();
    case 'addKey':
      return { kind: 'addKey', label: l10n.t('Add API Key…') };
    case 'retry':
    case 'continue':
    case 'cancel':
    case 'sendNow':
    case 'switchModel':
      return undefined;
  }
}

function showLog(): FailureAction {
  return { kind: 'showLog', label: l10n.t('Show Log') };
}

function openSettings(setting: SettingId): FailureAction {
  return { kind: 'openSettings', label: l10n.t('Open Settings'), setting };
}
