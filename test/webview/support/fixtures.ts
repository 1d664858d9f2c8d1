import type { BucketView, ChatSnapshot, TurnAction, TurnState, TurnView } from '../../../src/protocol/chat';

export const budgets: readonly BucketView[] = [
  { label: 'Requests', remaining: '47', limit: '50', share: 0.94, level: 'plenty' },
  { label: 'Input', remaining: '9.2k', limit: '30k', share: 0.31, level: 'low' },
  { label: 'Output', remaining: '7.1k', limit: '8k', share: 0.89, level: 'plenty' },
];

export function snapshot(change: Partial<ChatSnapshot> = {}): ChatSnapshot {
  return {
    revision: 1,
    hasKey: true,
    isBusy: false,
    model: 'claude-sonnet-5-5',
    turns: [],
    buckets: budgets,
    notice: undefined,
    ...change,
  };
}

export function question(id: string, text: string, attachment?: string): TurnView {
  return { id, role: 'user', text, time: '14:03:12', attachment, state: { kind: 'done', note: undefined } };
}

export function answer(id: string, text: string, state: TurnState = { kind: 'done', note: undefined }): TurnView {
  return { id, role: 'assistant', text, time: '14:03:14', attachment: undefined, state };
}

export const streaming: TurnState = { kind: 'streaming' };

export function waiting(until: number | undefined, title = 'Waiting for input tokens until 14:05:20'): TurnState {
  const detail = '26k needed, 9.2k left of 30k a minute · 1st in line';
  return { kind: 'waiting', title, detail, until, canSendNow: until !== undefined };
}

const retry: TurnAction = { id: 'retry', label: 'Retry' };
const showLog: TurnAction = { id: 'showLog', label: 'Show Log' };

export function failed(isIncomplete: boolean): TurnState {
  return {
    kind: 'failed',
    title: isIncomplete ? 'The answer was cut off: Anthropic is overloaded' : 'The key was refused',
    detail: isIncomplete ? 'Not your limit. What arrived is kept.' : 'Nothing more is sent with it.',
    actions: [retry, showLog],
    isIncomplete,
  };
}

export const richAnswer = `The wait is computed from **reset**, which says when the bucket is *full*, not when your request
fits. Use the server's own word:

\`\`\`ts
const wait = Math.max(
  backoff(attempt),
  retryAfter(headers) ?? 0,
);
\`\`\`

With jitter on top, no two windows wake together. See [the docs](https://example.com/limits), or \`retry.ts\`.

### What to check

- [x] the header \`retry-after\`
- [ ] the clock of the machine
  1. wall clock
  2. monotonic clock

| dimension | left | limit |
| --- | ---: | ---: |
| requests | 47 | 50 |
| input tokens | 9.2k | 30k |

> Waiting costs nothing while no bucket is full.
`;
