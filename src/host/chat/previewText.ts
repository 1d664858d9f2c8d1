import * as l10n from '@vscode/l10n';
import type { ContentBlock, Message, ThinkingChoice } from '../../client/types';
import { fenceFor } from '../../conversation/messages';

/** A request as it would leave, with what we think of it. */
export interface PreviewedRequest {
  readonly model: string;
  readonly maxTokens: number;
  readonly thinking: ThinkingChoice;
  readonly system: string | readonly ContentBlock[] | undefined;
  readonly messages: readonly Message[];
  readonly estimatedTokens: number;
  /** Turns of the chat that are not sent. */
  readonly leftOut: number;
}

/** The whole request, word for word, as markdown: nothing is shortened. Pure. */
export function composePreview(request: PreviewedRequest): string {
  const { system, messages } = request;
  const parts = [
    `# ${l10n.t('What Will Be Sent')}`,
    composeFacts(request),
    ...(system === undefined ? [] : [`## ${l10n.t('System')}`, composeContent(system)]),
    ...messages.flatMap(({ role, content }, index) => [
      `## ${index + 1}. ${role === 'user' ? l10n.t('You') : l10n.t('Claude')}`,
      composeContent(content),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function composeFacts({ model, maxTokens, thinking, estimatedTokens, leftOut, ...content }: PreviewedRequest): string {
  const breakpoints = [content.system, ...content.messages.map((message) => message.content)]
    .flatMap((each) => (typeof each === 'string' || each === undefined ? [] : each))
    .filter((block) => ttlOf(block) !== undefined).length;
  const facts: readonly (readonly [string, string])[] = [
    [l10n.t('Model'), model],
    [l10n.t('Estimated input'), l10n.t('about {0} tokens', estimatedTokens)],
    [l10n.t('Longest answer'), l10n.t('{0} tokens', maxTokens)],
    [l10n.t('Thinking'), thinking],
    [l10n.t('Messages'), String(content.messages.length)],
    [l10n.t('Cache breakpoints'), String(breakpoints)],
    [l10n.t('Turns left out'), String(leftOut)],
  ];
  return facts.map(([label, value]) => `- ${label}: ${value}`).join('\n');
}

function composeContent(content: string | readonly ContentBlock[]): string {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return blocks.map(composeBlock).join('\n\n');
}

function composeBlock(block: ContentBlock): string {
  const ttl = ttlOf(block);
  const mark =
    ttl === undefined ? [] : [`*${l10n.t('Cache breakpoint ({0}): all up to here can be read from the cache', ttl)}*`];
  const text = block['text'];
  const shown =
    block.type === 'text' && typeof text === 'string'
      ? fenced(text, 'text')
      : fenced(JSON.stringify(block, null, 2), 'json');
  return [shown, ...mark].join('\n\n');
}

/** In a fence, so that it reads as it is and not as what its markdown would make of it. */
function fenced(text: string, language: string): string {
  const fence = fenceFor(text);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** How long the API keeps what ends with this block; `undefined` where nothing is marked. */
function ttlOf(block: ContentBlock): string | undefined {
  const control = block['cache_control'];
  if (typeof control !== 'object' || control === null) return undefined;
  return 'ttl' in control && typeof control.ttl === 'string' ? control.ttl : '5m';
}
