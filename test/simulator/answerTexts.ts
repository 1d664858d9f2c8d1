/** What the simulated Claude knows: sections of markdown that read well after any opening. */

export const openings: readonly string[] = [
  `A rate limit of this API is a **token bucket**: it holds up to its limit and refills all the time. Nothing happens "at the full minute", so the useful question is never *when does the window end* but *how much is in the bucket now, and how fast does it fill*.`,
  `The short version: **three buckets decide**, and each can refuse on its own. A client that mirrors all three knows before it sends whether a request will pass, and it never has to find out from a refusal.`,
  `Pacing beats retrying. A refused request has used up a round trip and tells you only what the headers of the previous answer **already said**: how much is left, and how quickly it comes back.`,
];

/** Each with a list. */
export const listSections: readonly string[] = [
  `## The three buckets

- **Requests** a minute: every call takes one, long or short.
- **Input tokens** a minute: what you send. Tokens read from the prompt cache do *not* count.
- **Output tokens** a minute: what is really produced, while it is produced. A generous \`max_tokens\` costs nothing.

The tightest of the three sets your pace. With 50 requests and 30,000 input tokens a minute, a prompt of 600 tokens meets both limits at the same moment; anything longer is bound by tokens.`,
  `## Bursts

1. A full bucket is a burst you have not used yet: spend it on whoever is waiting.
2. After the burst you are down to the refill, so spread the rest evenly.
3. Waiting costs nothing while no bucket is full. Capacity is lost only when a bucket **overflows** with work in the queue.

That is why a short queue on the client does better than many retries on the server.`,
  `## Sharing fairly

Limits belong to the *organization*: a second key of the same organization draws from the same buckets. So share on your side of the wire:

- somebody at the keyboard goes first,
- background jobs take turns by **what they have used**, not by how many requests they sent,
- a little headroom stays free, so that a question never waits behind a bulk job.`,
];

/** Each with a fenced block. */
export const codeSections: readonly string[] = [
  `## Waiting for exactly as long as it takes

A bucket that holds \`level\` and gains \`rate\` a second has room for \`cost\` after a time you can compute:

\`\`\`ts
/** Milliseconds until the bucket holds \`cost\`; 0 when it does already. */
function waitFor(cost: number, level: number, ratePerMinute: number): number {
  const missing = Math.max(cost - level, 0);
  return (missing / ratePerMinute) * 60_000;
}
\`\`\`

No polling, no fixed pauses: set one timer for that moment and send.`,
  `## A small scheduler

\`\`\`ts
while (queue.length > 0) {
  const next = queue[0];
  const waitMs = Math.max(...buckets.map((bucket) => bucket.waitFor(next)));
  if (waitMs > 0) await sleep(waitMs);
  for (const bucket of buckets) bucket.reserve(next);
  void send(queue.shift()).then(settle);
}
\`\`\`

\`reserve\` holds what the request is expected to cost; \`settle\` replaces the guess by the usage that the API reports.`,
];

/** A table, a quotation. */
export const otherSections: readonly string[] = [
  `## Reading the headers

| header | what it tells you |
| --- | --- |
| \`…-limit\` | the size of the bucket for one minute |
| \`…-remaining\` | what was left when the request was admitted |
| \`…-reset\` | when the bucket is **full** again, not when you may go on |
| \`retry-after\` | the server's own word on a refusal: never undercut it |

The token headers are rounded to the nearest thousand, so treat them as a range and keep your own count between two answers.`,
  `## When a refusal comes all the same

First ask which kind it is. An empty bucket says so with \`retry-after\`; a spend limit does not, and no amount of patience will help before the month ends. An overload (529) is *not your quota*: back off with some randomness, and leave your buckets alone.

> Put the request back at the **front** of its queue. Whoever waited longest should not wait twice.`,
];

export const closing = `**In one line:** mirror the buckets, send when the tightest one has room, and believe the server when it disagrees.`;

/** Sentences that fill up an answer whose exact length is asked for. */
export const fillers: readonly string[] = [
  'A bucket that is never full loses nothing.',
  'Every answer carries the state of its buckets, so the mirror is corrected as often as you send.',
  'What is reserved too generously is given back when the usage is known.',
  'The estimate needs its spread as much as its mean.',
  'Two windows of one editor are two clients of one organization.',
  'Long answers are paid for while they stream, short ones almost at once.',
];
