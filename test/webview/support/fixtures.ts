import type {
  AttachmentView,
  BucketView,
  ChatSnapshot,
  ChatStatus,
  ContextView,
  FactView,
  QueuedView,
  TurnAction,
  TurnState,
  TurnView,
} from '../../../src/protocol/chat';

export const budgets: readonly BucketView[] = [
  { label: 'Requests', remaining: '47', limit: '50', share: 0.94, level: 'plenty' },
  { label: 'Input', remaining: '9.2k', limit: '30k', share: 0.31, level: 'low' },
  { label: 'Output', remaining: '7.1k', limit: '8k', share: 0.89, level: 'plenty' },
];

export function status(change: Partial<ChatStatus> = {}): ChatStatus {
  return {
    hasKey: true,
    isBusy: false,
    model: 'Sonnet 5.5',
    title: '',
    buckets: budgets,
    notice: undefined,
    attachments: [],
    queue: [],
    isQueuePaused: false,
    context: undefined,
    fit: undefined,
    history: undefined,
    ...change,
  };
}

export function snapshot(change: Partial<ChatSnapshot> = {}): ChatSnapshot {
  return { revision: 1, conversationId: 'c1', turns: [], ...status(), ...change };
}

export function attachment(name: string, kind: AttachmentView['kind'] = 'file', tokens = '412'): AttachmentView {
  return { id: `attached-${name}`, kind, name, tokens };
}

const plain = {
  time: '14:03:12',
  attachments: [],
  thinking: '',
  branch: undefined,
  note: undefined,
  facts: [],
} as const;

export function question(id: string, text: string, change: Partial<TurnView> = {}): TurnView {
  return { ...plain, id, role: 'user', text, state: { kind: 'done' }, ...change };
}

export function answer(
  id: string,
  text: string,
  state: TurnState = { kind: 'done' },
  change: Partial<TurnView> = {},
): TurnView {
  return { ...plain, id, role: 'assistant', text, time: '14:03:14', state, ...change };
}

export function queued(id: string, text: string, ...attachments: readonly AttachmentView[]): QueuedView {
  return { id, text, attachments };
}

export const done: TurnState = { kind: 'done' };
export const streaming: TurnState = { kind: 'streaming', isElsewhere: false };
export const elsewhere: TurnState = { kind: 'streaming', isElsewhere: true };

export const facts: readonly FactView[] = [
  { label: 'Model', value: 'Sonnet 5.5' },
  { label: 'Input', value: '1,204 tokens' },
  { label: 'From the cache', value: '960 tokens' },
  { label: 'Output', value: '240 tokens' },
  { label: 'Cost', value: 'about $0.0048' },
  { label: 'Waited', value: '1.2 s' },
  { label: 'First word after', value: '0.6 s' },
];

export const context: ContextView = {
  used: '52k',
  reserved: '8k',
  free: '140k',
  window: '200k',
  usedShare: 0.26,
  reservedShare: 0.04,
  cache: '83 % from the cache',
};

export function waiting(until: number | undefined, title = 'Waiting for input tokens until 14:05:20') {
  const detail = '26k needed, 9.2k left of 30k a minute · 1st in line';
  return {
    kind: 'waiting',
    title,
    detail,
    until,
    canSendNow: until !== undefined,
    remedy: undefined,
  } satisfies TurnState;
}

const retry: TurnAction = { id: 'retry', label: 'Retry' };
const showLog: TurnAction = { id: 'showLog', label: 'Show Log' };

export function failed(isIncomplete: boolean, ...first: readonly TurnAction[]): TurnState {
  return {
    kind: 'failed',
    title: isIncomplete ? 'The answer was cut off: Anthropic is overloaded' : 'The key was refused',
    detail: isIncomplete ? 'Not your limit. What arrived is kept.' : 'Nothing more is sent with it.',
    actions: [...first, retry, showLog],
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
