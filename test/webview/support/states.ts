import type { ChatSnapshot } from '../../../src/protocol/chat';
import {
  answer,
  attachment,
  budgets,
  context,
  done,
  elsewhere,
  facts,
  failed,
  question,
  queued,
  richAnswer,
  snapshot,
  streaming,
  waiting,
} from './fixtures';

const longCode = `Here is the whole function:

\`\`\`typescript
export async function readRetryAfterHeaderOfTheResponse(response: Response, now: number): Promise<number | undefined> {
  const value = response.headers.get('retry-after');
${Array.from({ length: 30 }, (_, index) => `  step(${index}); // ${'a line like many others '.repeat((index % 4) + 1)}`).join('\n')}
}
\`\`\`
`;

const manyLanguages = `\`\`\`python
# How long until there is room again
class Bucket(Limit):
    def wait(self, amount: int = 1) -> float:
        """Seconds, never negative."""
        return max(0.0, (amount - self.level) / self.rate)  # f"{amount} tokens"
\`\`\`

\`\`\`diff
- const wait = backoff(attempt);
+ const wait = Math.max(backoff(attempt), retryAfter(headers) ?? 0);
\`\`\`

\`\`\`json
{ "sluice.model": "claude-sonnet-5-5", "limits": [50, 30000], "isOn": true }
\`\`\`

\`\`\`html
<p class="note">It is <!-- not --> &amp; done</p>
\`\`\`

\`\`\`
no language
\`\`\`
`;

const retryFile = attachment('retry.ts:12–48', 'selection');
const story = [
  question('q1', 'Why does this retry too early?', { attachments: [retryFile] }),
  answer('a1', richAnswer, done, { note: '1.2k in · 240 out · about $0.0048', facts }),
];
const fits = { kind: 'fits', text: '1.2k tokens, fits now', until: undefined, actions: [] } as const;

/** The chat in every state a person can meet. */
export const states = {
  welcome: snapshot({ hasKey: false, buckets: [] }),
  empty: snapshot({ buckets: [] }),
  conversation: snapshot({ title: 'Why does this retry too early?', turns: story, context, fit: fits }),
  streaming: snapshot({
    title: 'Token buckets',
    isBusy: true,
    context,
    turns: [
      question('q1', 'Explain token buckets in three points.'),
      answer(
        'a1',
        `- A bucket holds up to its limit and refills all the time.
- Every request takes out what it costs; an empty bucket means wait.
- A full bucket is spent burst: waiting costs nothing until it is full`,
        streaming,
        { thinking: 'Three points: what it holds, what is taken, and what a burst is.' },
      ),
    ],
  }),
  'answering elsewhere': snapshot({
    isBusy: true,
    turns: [question('q1', 'Explain token buckets.'), answer('a1', 'A bucket holds up to its', elsewhere)],
  }),
  thinking: snapshot({
    isBusy: true,
    turns: [question('q1', 'Explain token buckets.'), answer('a1', '', streaming, { thinking: 'A bucket is' })],
  }),
  waiting: snapshot({
    isBusy: true,
    buckets: budgets.map((bucket, index) =>
      index === 1 ? { ...bucket, remaining: '0', share: 0, level: 'empty' } : bucket,
    ),
    turns: [
      question('q1', 'Why does this retry too early?', { attachments: [retryFile] }),
      answer('a1', 'The wait is computed from **reset**. Use the server’s own word.'),
      question('q2', 'Now summarize the whole client folder.'),
      answer('a2', '', waiting(Date.now() + 83_000)),
    ],
  }),
  'cut off': snapshot({
    turns: [
      question('q1', 'Explain token buckets in three points.'),
      answer(
        'a1',
        'A bucket holds up to its limit and refills all the time. Every request takes',
        failed(true, { id: 'continue', label: 'Continue' }),
      ),
    ],
  }),
  'asked again': snapshot({
    isBusy: true,
    turns: [
      question('q1', 'Explain token buckets in three points.'),
      answer('a1', 'A bucket holds up to its limit and refills all the time. Every request takes', failed(true)),
      answer('a2', '', waiting(Date.now() + 83_000)),
    ],
  }),
  refused: snapshot({
    turns: [question('q1', 'Hello?'), answer('a1', '', failed(false))],
    notice: 'The key was refused at 09:41. Choose another one to go on.',
  }),
  'key gone': snapshot({
    hasKey: false,
    turns: [question('q1', 'Hello?'), answer('a1', 'Hello! How can I help?')],
    notice: 'Add an API key first.',
  }),
  branches: snapshot({
    title: 'Token buckets',
    turns: [
      question('q1', 'Explain token buckets in two points.', { branch: { position: 2, count: 3 } }),
      answer('a1', 'A bucket refills all the time.', done, {
        branch: { position: 1, count: 2 },
        note: '40 in · 9 out',
        facts,
      }),
    ],
  }),
  queue: snapshot({
    title: 'Token buckets',
    isBusy: true,
    turns: [question('q1', 'Explain token buckets.'), answer('a1', 'A bucket holds', streaming)],
    queue: [
      queued('m1', 'And what is a burst?'),
      queued(
        'm2',
        `Then summarize ${'this long file and all the others beside it '.repeat(4)}`,
        attachment('src/client', 'folder', '26k'),
      ),
    ],
  }),
  paused: snapshot({
    turns: [question('q1', 'Explain token buckets.'), answer('a1', 'A bucket holds', failed(true))],
    queue: [queued('m1', 'And what is a burst?'), queued('m2', '', retryFile)],
    isQueuePaused: true,
  }),
  crowded: snapshot({
    title: 'The whole client',
    turns: story,
    notice: 'The key was refused at 09:41. Choose another one to go on.',
    attachments: ['src/client', 'retry.ts', 'limits.ts', 'aVeryLongFileNameThatGoesOnAndOn.ts'].map((name) =>
      attachment(name),
    ),
    queue: ['And what is a burst?', 'And what is a lane?', 'And then?'].map((text, index) => queued(`m${index}`, text)),
    isQueuePaused: true,
    context,
    fit: {
      kind: 'waits',
      text: '29k tokens: would wait until 14:05:20 for input tokens',
      until: undefined,
      actions: [{ id: 'condense', label: 'Condense' }],
    },
  }),
  context: snapshot({
    title: 'The whole client',
    turns: story,
    attachments: [
      retryFile,
      attachment('src/client', 'folder', '26k'),
      attachment('Problems', 'problems', '180'),
      attachment('Uncommitted changes', 'diff', '2.1k'),
      attachment('aVeryLongFileNameThatGoesOnAndOnUntilNothingIsLeftOfTheRoom.ts', 'file', '1.2k'),
    ],
    context: { ...context, used: '180k', free: '12k', usedShare: 0.9, cache: undefined },
    fit: {
      kind: 'waits',
      text: '29k tokens: would wait until 14:05:20 for input tokens',
      until: Date.now() + 83_000,
      actions: [
        { id: 'condense', label: 'Condense' },
        { id: 'switchModel', label: 'Another Model…' },
      ],
    },
  }),
  'too large': snapshot({
    turns: story,
    context: { ...context, usedShare: 1, reservedShare: 0.04, free: '0' },
    fit: {
      kind: 'tooLarge',
      text: '41k tokens are more than the 30k input tokens a minute allows',
      until: undefined,
      actions: [
        { id: 'condense', label: 'Condense' },
        { id: 'switchModel', label: 'Another Model…' },
        { id: 'split', label: 'Split' },
      ],
    },
  }),
  summarized: snapshot({
    turns: [...story, question('q2', 'And then?'), answer('a2', 'It waits.')],
    history: {
      beforeTurnId: 'q2',
      title: '2 earlier messages are sent as a summary (1.4k → 120 tokens)',
      detail: 'The person asked why `retry.ts` retries too early. **Cause**: it used `reset`.',
      canUndo: true,
    },
  }),
  long: snapshot({
    turns: Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0 ? question(`t${index}`, `Question ${index}?`) : answer(`t${index}`, `Answer ${index}.`),
    ),
  }),
  'long code': snapshot({ turns: [question('q1', 'Show me the function.'), answer('a1', longCode)] }),
  'many languages': snapshot({ turns: [question('q1', 'In every language?'), answer('a1', manyLanguages)] }),
} satisfies Record<string, ChatSnapshot>;
