import * as l10n from '@vscode/l10n';
import type { WaitReason } from '../../client/types';
import type { Fit } from '../../conversation/fit';
import type { FitAction, FitView } from '../../protocol/chat';
import { formatClock, formatCount } from '../format';

export interface FitContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the older part of the chat can still be made shorter. */
  readonly canCondense: () => boolean;
  /** Whether something is attached that can be read part by part. */
  readonly canSplit: boolean;
}

/** Said below the message box before anything is sent; `undefined` while nobody can tell. Pure. */
export function presentFit(fit: Fit, context: FitContext): FitView | undefined {
  switch (fit.kind) {
    case 'unknown':
      return undefined;
    case 'fits':
      return {
        kind: 'fits',
        text: l10n.t('Fits now: about {0} tokens', formatCount(fit.tokens)),
        until: undefined,
        actions: [],
      };
    case 'waits':
      // What is over by now would only be a clock time in the past.
      return fit.until <= context.now
        ? undefined
        : {
            kind: 'waits',
            text: l10n.t('{0} until {1}', describeReason(fit.reason), formatClock(fit.until, context.now)),
            until: fit.until,
            actions: actionsFor(context),
          };
    case 'tooLarge':
      return { kind: 'tooLarge', text: describeTooLarge(fit), until: undefined, actions: actionsFor(context) };
  }
}

function actionsFor({ canCondense, canSplit }: FitContext): readonly FitAction[] {
  return [
    ...(canCondense() ? [{ id: 'condense', label: l10n.t('Condense the Chat') } as const] : []),
    { id: 'switchModel', label: l10n.t('Other Model…') },
    ...(canSplit ? [{ id: 'split', label: l10n.t('Read in Parts') } as const] : []),
  ];
}

function describeTooLarge({ limit, tokens, limitTokens }: Extract<Fit, { kind: 'tooLarge' }>): string {
  const [has, most] = tellApart(tokens, limitTokens);
  return limit === 'window'
    ? l10n.t('Too large for this model: about {0} tokens, and {1} fit beside the answer', has, most)
    : l10n.t('Larger than a whole minute’s limit: about {0} tokens of {1}', has, most);
}

/** In short, unless the two would then read the same. */
function tellApart(tokens: number, limitTokens: number): readonly [string, string] {
  const short = [formatCount(tokens), formatCount(limitTokens)] as const;
  return short[0] === short[1] ? [String(Math.ceil(tokens)), String(Math.floor(limitTokens))] : short;
}

/** The words of a wait, as of something that has not been sent. */
function describeReason(reason: WaitReason): string {
  switch (reason) {
    case 'requests':
      return l10n.t('Would wait for the request limit');
    case 'inputTokens':
      return l10n.t('Would wait for input tokens');
    case 'outputTokens':
      return l10n.t('Would wait for output tokens');
    case 'concurrency':
      return l10n.t('Would wait for a running request to end');
    case 'userLimit':
      return l10n.t('Would wait for your own limit');
    case 'rateLimited':
      return l10n.t('Would wait for the rate limit');
    case 'rampLimited':
      return l10n.t('Would be slowed down, because usage grew too fast,');
    case 'overloaded':
      return l10n.t('Anthropic is overloaded: would wait');
    case 'network':
      return l10n.t('No connection to the API: would wait');
    case 'turn':
      return l10n.t('Would wait for its turn');
  }
}
