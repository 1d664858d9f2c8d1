import type { ChatSnapshot } from '../../../src/protocol/chat';
import { answer, budgets, failed, question, richAnswer, snapshot, streaming, waiting } from './fixtures';

const [requests, input, output] = budgets;

const longCode = `Here is the whole function:

\`\`\`typescript
export async function readRetryAfterHeaderOfTheResponse(response: Response, now: number): Promise<number | undefined> {
  const value = response.headers.get('retry-after');
${Array.from({ length: 30 }, (_, index) => `  step(${index}); // ${'a line like many others '.repeat((index % 4) + 1)}`).join('\n')}
}
\`\`\`
`;

/** The chat in every state a person can meet. */
export const states = {
  welcome: snapshot({ hasKey: false, buckets: [] }),
  empty: snapshot({ buckets: [] }),
  conversation: snapshot({
    turns: [
      question('q1', 'Why does this retry too early?', 'retry.ts:12–48'),
      answer('a1', richAnswer, { kind: 'done', note: '1.2k in · 240 out · about $0.0048' }),
    ],
  }),
  streaming: snapshot({
    isBusy: true,
    turns: [
      question('q1', 'Explain token buckets in three points.'),
      answer(
        'a1',
        `- A bucket holds up to its limit and refills all the time.
- Every request takes out what it costs; an empty bucket means wait.
- A full bucket is spent burst: waiting costs nothing until it is full`,
        streaming,
      ),
    ],
  }),
  waiting: snapshot({
    isBusy: true,
    buckets: [requests, input, output].flatMap((bucket, index) =>
      bucket === undefined ? [] : index === 1 ? { ...bucket, remaining: '0', share: 0, level: 'empty' } : bucket,
    ),
    turns: [
      question('q1', 'Why does this retry too early?', 'retry.ts:12–48'),
      answer('a1', 'The wait is computed from **reset**. Use the server’s own word.'),
      question('q2', 'Now summarize the whole client folder.'),
      answer('a2', '', waiting(Date.now() + 83_000)),
    ],
  }),
  'cut off': snapshot({
    turns: [
      question('q1', 'Explain token buckets in three points.'),
      answer('a1', 'A bucket holds up to its limit and refills all the time. Every request takes', failed(true)),
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
  'long code': snapshot({ turns: [question('q1', 'Show me the function.'), answer('a1', longCode)] }),
} satisfies Record<string, ChatSnapshot>;
