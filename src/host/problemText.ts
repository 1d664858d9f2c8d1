import * as l10n from '@vscode/l10n';
import type { ClientErrorReason } from '../client/errors';
import type { TurnAction } from '../protocol/chat';
import { formatClock } from './format';

export interface Problem {
  readonly title: string;
  /** What to do next, or what was kept. */
  readonly detail: string;
  readonly actions: readonly TurnAction[];
}

export interface ProblemContext {
  /** Epoch milliseconds when it may be tried again, when known. */
  readonly until: number | undefined;
  readonly model: string;
  readonly hasPartialText: boolean;
  readonly now: number;
}

const action = {
  retry: () => ({ id: 'retry', label: l10n.t('Retry') }),
  manageKeys: () => ({ id: 'manageKeys', label: l10n.t('Manage Keys…') }),
  openSettings: () => ({ id: 'openSettings', label: l10n.t('Open Settings') }),
  showLog: () => ({ id: 'showLog', label: l10n.t('Show Log') }),
} as const satisfies Record<string, () => TurnAction>;

/** For a wait that only another key ends, or a higher cap on this one. */
export const manageKeysAction: () => TurnAction = action.manageKeys;

/** What is told of a failed request: what happened, whose fault it was, what to do next. */
export function describeProblem(reason: ClientErrorReason, context: ProblemContext): Problem {
  const { until, model, hasPartialText, now } = context;
  const kept = hasPartialText ? l10n.t('What arrived is kept.') : undefined;
  const cutOff = (cause: string) =>
    hasPartialText ? l10n.t('The answer was cut off: {0}', cause) : l10n.t('No answer: {0}', cause);
  switch (reason) {
    case 'authentication':
      return {
        // A key that served until now was not mistyped; who has revoked it may be the person.
        title: hasPartialText ? cutOff(l10n.t('its key was revoked')) : l10n.t('The API refused the key'),
        detail: hasPartialText
          ? sentence(l10n.t('Go on with another key, or replace this one.'), kept)
          : l10n.t('It was revoked, or mistyped. Replace it, or use another one.'),
        actions: [action.manageKeys(), action.retry()],
      };
    case 'permission':
      return {
        title: l10n.t('This key may not do that'),
        detail: sentence(l10n.t('It has no access to {0}. Choose another model or another key.', model), kept),
        actions: [action.openSettings(), action.manageKeys(), action.retry()],
      };
    case 'billing':
      return {
        title: l10n.t('Payment trouble at Anthropic'),
        detail: l10n.t('Set the billing of this organization right in the Claude Console, then retry.'),
        actions: [action.retry(), action.manageKeys()],
      };
    case 'spendLimit':
      return {
        title:
          until === undefined
            ? l10n.t('The spend limit is reached')
            : l10n.t('The spend limit is reached until {0}', formatClock(until, now)),
        detail: l10n.t(
          'Raise it where it is set: in the Claude Console, or in “API Keys” if it is your own cap. A key of another organization has its own.',
        ),
        actions: [action.retry(), action.manageKeys()],
      };
    case 'tooLarge':
      return {
        title: l10n.t('Too large for one request'),
        detail: l10n.t('Send less at once, start a new chat, or summarize the text first.'),
        actions: [],
      };
    case 'notFound':
      return {
        title: l10n.t('The API does not know the model {0}', model),
        detail: l10n.t('Correct it in the settings, then retry.'),
        actions: [action.openSettings(), action.retry()],
      };
    case 'rateLimited':
      return {
        title:
          until === undefined
            ? l10n.t('The rate limit leaves no room yet')
            : l10n.t('The rate limit leaves no room until {0}', formatClock(until, now)),
        detail: sentence(l10n.t('It was tried as often and for as long as the settings allow.'), kept),
        actions: [action.retry(), action.openSettings()],
      };
    case 'overloaded':
      return {
        title: cutOff(l10n.t('Anthropic is overloaded')),
        detail: sentence(l10n.t('Not your limit.'), kept),
        actions: [action.retry()],
      };
    case 'network':
      return {
        title: cutOff(l10n.t('no connection to the API')),
        detail: sentence(l10n.t('Check the network, then retry.'), kept),
        actions: [action.retry(), action.showLog()],
      };
    case 'stalled':
      return {
        title: cutOff(l10n.t('the API went silent')),
        detail: sentence(l10n.t('Not your limit.'), kept),
        actions: [action.retry()],
      };
    case 'incomplete':
      return {
        title: cutOff(l10n.t('the stream ended early')),
        detail: sentence(kept),
        actions: [action.retry()],
      };
    case 'cancelled':
      return { title: l10n.t('Stopped'), detail: sentence(kept), actions: [action.retry()] };
    case 'closed':
      return { title: cutOff(l10n.t('the window closed')), detail: sentence(kept), actions: [action.retry()] };
    case 'invalid':
      return {
        title: l10n.t('The API did not accept the request'),
        detail: sentence(l10n.t('The log has its words.'), kept),
        actions: [action.showLog(), action.retry()],
      };
  }
}

function sentence(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
