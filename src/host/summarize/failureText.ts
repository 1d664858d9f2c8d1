import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import { settings, type SettingId } from '../../contributions';
import { NoSummaryError } from '../../summarize/noSummaryError';
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

/** Why a summary, or a part of one, could not be made. */
export function describeFailure(error: unknown, { model, baseUrl, now }: FailureContext): Failure {
  if (NotReadyError.is(error)) {
    return { why: describeNotReady(error.reason, baseUrl), action: notReadyAction(error.reason) };
  }
  if (NoSummaryError.is(error)) {
    const why =
      error.reason === 'refused'
        ? l10n.t('The model refused to summarize it.')
        : l10n.t('The model answered without a text.');
    return { why, action: undefined };
  }
  if (ClientError.is(error, 'cancelled')) return { why: l10n.t('Cancelled.'), action: undefined };
  if (ClientError.is(error, 'tooLarge')) {
    return {
      why: l10n.t('Too large for one request. Even a small part of it is more than the limits let through at once.'),
      action: openSettings(settings.inputTokensPerMinute),
    };
  }
  if (ClientError.is(error)) {
    const problem = describeProblem(error.reason, { until: error.until, model, hasPartialText: false, now });
    const why = problem.detail === '' ? `${problem.title}.` : `${problem.title}. ${problem.detail}`;
    // The command can be run again: what else there is to do is worth the one button.
    const first = problem.actions.find(({ id }) => id !== 'retry');
    return { why, action: first && toAction(first.id, settingAbout(error)) };
  }
  return { why: l10n.t('Something unexpected happened. The log has the details.'), action: showLog() };
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

function settingAbout({ reason }: ClientError): SettingId {
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
