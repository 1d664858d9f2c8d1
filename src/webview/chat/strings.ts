import '../l10n';
import * as l10n from '@vscode/l10n';
import type { AttachmentView, ContextView } from '../../protocol/chat';

/** Every text of the chat that the host does not send, in one place for translation. */
export const strings = {
  conversation: l10n.t('Conversation'),
  newChat: l10n.t('New chat'),
  showHistory: l10n.t('Chat History…'),
  showingChat: (title: string) => l10n.t('Chat: {0}', title),
  showEarlier: (count: number) =>
    count === 1 ? l10n.t('Show the earlier message') : l10n.t('Show {0} earlier messages', count),
  jumpToLatest: l10n.t('Jump to latest'),

  you: l10n.t('You'),
  claude: l10n.t('Claude'),
  claudeIncomplete: l10n.t('Claude, incomplete'),
  answering: l10n.t('answering…'),
  answeringElsewhere: l10n.t('answering in another window…'),
  thinking: l10n.t('Thinking'),
  thinkingNow: l10n.t('Thinking…'),
  cancel: l10n.t('Cancel'),
  sendNow: l10n.t('Try Now'),
  switchModel: l10n.t('Switch Model…'),

  actionsOfQuestion: l10n.t('Actions for your message'),
  actionsOfAnswer: l10n.t('Actions for the answer'),
  edit: l10n.t('Edit'),
  editQuestion: l10n.t('Edit your message'),
  resend: l10n.t('Send Again'),
  save: l10n.t('Save'),
  copyQuestion: l10n.t('Copy Your Message'),
  copyAnswer: l10n.t('Copy Answer'),
  retry: l10n.t('Ask Again'),
  details: l10n.t('Details'),
  deleteQuestion: l10n.t('Delete From Here'),
  deleteAnswer: l10n.t('Delete Answer and What Follows'),
  deleted: l10n.t('Deleted'),
  versions: l10n.t('Versions'),
  previousVersion: l10n.t('Previous Version'),
  nextVersion: l10n.t('Next Version'),
  versionOf: (position: number, count: number) => l10n.t('{0} of {1}', position, count),
  stillAnswering: l10n.t('Claude is still answering. Your message is kept here.'),
  undoHistory: l10n.t('Send It All Again'),

  limits: l10n.t('Remaining limits'),
  remainingOf: (remaining: string, limit: string) => l10n.t('{0} of {1} left', remaining, limit),
  remainingLow: (remaining: string, limit: string) => l10n.t('{0} of {1} left, running low', remaining, limit),
  remainingNone: (remaining: string, limit: string) => l10n.t('{0} of {1} left, used up', remaining, limit),

  messageClaude: l10n.t('Message Claude'),
  send: l10n.t('Send'),
  sendNext: l10n.t('Send Next'),
  sentNext: l10n.t('queued next'),
  stop: l10n.t('Stop'),
  model: l10n.t('Model:'),

  addContext: l10n.t('Add Context…'),
  addContextHow: l10n.t('Add Context… Files can also be dropped here while Shift is held.'),
  addContextShort: l10n.t('Add context'),
  attachments: l10n.t('Sent along'),
  tokens: (count: string) => l10n.t('{0} tokens', count),
  kinds: {
    selection: l10n.t('Selection'),
    file: l10n.t('File'),
    folder: l10n.t('Folder'),
    problems: l10n.t('Problems'),
    diff: l10n.t('Changes'),
  } satisfies Record<AttachmentView['kind'], string>,
  removeAttachment: (name: string) => l10n.t('Remove {0}', name),
  attached: (names: string) => l10n.t('Added: {0}', names),
  detached: (names: string) => l10n.t('Removed: {0}', names),
  dropHere: l10n.t('Drop to add to your message'),

  queue: l10n.t('Queued messages'),
  queued: (count: number) => (count === 1 ? l10n.t('1 message queued') : l10n.t('{0} messages queued', count)),
  queueEmpty: l10n.t('No message queued'),
  editQueued: l10n.t('Edit Queued Message'),
  removeQueued: l10n.t('Remove Queued Message'),
  queuePaused: l10n.t('Paused: the answer before it did not end well'),
  resumeQueue: l10n.t('Resume'),
  queuedGone: l10n.t('That message has left the queue. What you wrote is in the message box.'),
  sendQueuedNow: l10n.t('Send Queued Message Now'),

  context: ({ used, reserved, free, window, cache }: ContextView) => {
    const text = l10n.t(
      'Context window: {0} used, {1} reserved for the answer, {2} free of {3}.',
      used,
      reserved,
      free,
      window,
    );
    return cache === undefined ? text : `${text} ${cache}.`;
  },
  preview: l10n.t('Preview what will be sent'),

  addKey: l10n.t('Add API Key…'),
  welcomeTitle: l10n.t('Claude, at the pace your limit allows'),
  welcomeText: l10n.t(
    'Add an Anthropic API key. It stays in VS Code’s secret storage and goes nowhere but to the API.',
  ),
  emptyTitle: l10n.t('What are you working on?'),
  emptyText: l10n.t('Ask about code, errors or ideas. Messages wait their turn when a limit is near; none is lost.'),
  examples: [
    l10n.t('Explain what a token bucket is, in three points.'),
    l10n.t('Write a unit test for this function: '),
    l10n.t('What could cause this error? '),
  ],

  isAnswering: l10n.t('Claude is answering'),
  answerComplete: l10n.t('Answer complete'),
  copied: l10n.t('Copied'),
  failed: (title: string, detail: string | undefined) => (detail === undefined ? title : `${title}. ${detail}`),

  now: l10n.t('any moment'),
  inSeconds: (seconds: number) => l10n.t('in {0} s', seconds),
  inMinutes: (minutes: number, seconds: number) => l10n.t('in {0} min {1} s', minutes, pad(seconds)),
  inHours: (hours: number, minutes: number) => l10n.t('in {0} h {1} min', hours, pad(minutes)),
} as const;

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
