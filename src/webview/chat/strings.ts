/** Every text of the chat that the host does not send, in one place for translation. */
export const strings = {
  conversation: 'Conversation',
  you: 'You',
  claude: 'Claude',
  claudeIncomplete: 'Claude, incomplete',
  answering: 'answering…',
  attachment: (name: string) => `Sent along: ${name}`,
  cancel: 'Cancel',
  sendNow: 'Try Now',
  jumpToLatest: 'Jump to latest',

  limits: 'Remaining limits',
  remainingOf: (remaining: string, limit: string) => `${remaining} of ${limit} left`,
  levels: { plenty: '', low: ', running low', empty: ', used up' },

  messageClaude: 'Message Claude',
  send: 'Send',
  stop: 'Stop',
  model: 'Model:',
  stillAnswering: 'Claude is still answering. Your message is kept here.',

  addKey: 'Add API Key…',
  welcomeTitle: 'Claude, at the pace your limit allows',
  welcomeText: 'Add an Anthropic API key. It stays in your system’s keychain and goes nowhere but to the API.',
  emptyTitle: 'What are you working on?',
  emptyText: 'Ask about code, errors or ideas. Messages wait their turn when a limit is near; none is lost.',
  examples: [
    'Explain what a token bucket is, in three points.',
    'Write a unit test for this function: ',
    'What could cause this error? ',
  ],

  isAnswering: 'Claude is answering',
  answerComplete: 'Answer complete',
  copied: 'Copied',
  failed: (title: string, detail: string | undefined) => (detail === undefined ? title : `${title}. ${detail}`),

  now: 'any moment',
  inSeconds: (seconds: number) => `in ${seconds} s`,
  inMinutes: (minutes: number, seconds: number) => `in ${minutes} min ${pad(seconds)} s`,
  inHours: (hours: number, minutes: number) => `in ${hours} h ${pad(minutes)} min`,
} as const;

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
