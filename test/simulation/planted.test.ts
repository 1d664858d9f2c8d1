import assert from 'node:assert/strict';
import { assert as holds, asyncProperty, string, stringMatching } from 'fast-check';
import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import { systemClock } from '../../src/client/clock';
import { Engine } from '../../src/client/engine';
import type { ClientError } from '../../src/client/errors';
import { Conversation } from '../../src/conversation/conversation';
import { presentTurn } from '../../src/host/chat/turnPresenter';
import { createLog } from '../../src/host/log';
import { ClientPool } from '../../src/keys/clientPool';
import { redactKeysIn } from '../../src/keys/redact';

/** What a server at fault does with a key that it was sent: it says it back. */
type Echo = (key: string, text: string) => Response;

const echoes: Readonly<Record<string, Echo>> = {
  'in the message of an error': (key, text) =>
    Response.json({ error: { type: 'invalid_request_error', message: `${text} ${key}` } }, { status: 400 }),
  'in the header of an error, and in its JSON within JSON': (key, text) =>
    new Response(
      JSON.stringify({ error: { type: text, message: JSON.stringify({ authorization: `Bearer ${key}` }) } }),
      {
        status: 422,
        headers: { 'x-echo': key },
      },
    ),
  'in a page that is no JSON': (key, text) => new Response(`<p>${text} x-api-key: ${key}</p>`, { status: 403 }),
  'in an answer': (key, text) => streamOf([text, key, ` and ${key}`]),
  'in an error in the middle of an answer': (key, text) =>
    streamOf(
      [text],
      `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: key, message: key } })}\n\n`,
    ),
};

function streamOf(texts: readonly string[], end = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'): Response {
  const usage = { input_tokens: 3, output_tokens: 1 };
  const events = [
    { type: 'message_start', message: { usage } },
    ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
  ];
  const lines = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response([...lines, end].join(''), { headers: { 'content-type': 'text/event-stream' } });
}

/** The way of a question to the API and back, and all that is said about it on the way. */
async function ask(key: string, question: string, echo: Echo) {
  const bodies: string[] = [];
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = createLog({ info: write, warn: write, error: write, show: () => {} }, () => [key]);
  const errors: ClientError[] = [];
  const pool = new ClientPool({
    hindranceOf: () => undefined,
    isReady: () => true,
    onUnavailable: () => {},
    secretOf: async () => key,
    organizationOf: () => undefined,
    createClient: (options) =>
      new Engine(
        {
          ...options,
          retry: { maxAttempts: 1 },
          fetch: async (_url, init) => {
            bodies.push(typeof init?.body === 'string' ? init.body : '');
            return echo(key, question);
          },
        },
        { clock: systemClock, random: Math.random, loadAdapter: async (each) => createAnthropicAdapter(each) },
      ),
    cleanContent: ({ system, messages }) => redactKeysIn({ system, messages }, [key]),
    onRefused: (keyId) => log.warn('The API has refused a key', { key: keyId }),
    onOrganization: () => {},
    onEnded: ({ error }) => {
      if (!error) return;
      errors.push(error);
      log.error('Run failed', error);
    },
    onQuota: () => {},
  });
  const conversation = new Conversation({ now: () => 1, newId: () => crypto.randomUUID() });
  const options = { model: 'claude-sonnet-5-5', maxTokens: 10, thinking: 'auto' } as const;
  conversation.ask(pool.viewOf('a'), question, [], options);
  await conversation.whenIdle();
  pool.dispose();
  const surroundings = { now: 1, isElsewhere: false, branch: undefined, countTokens: () => 1 };
  const shown = conversation.turns.map((turn) => redactKeysIn(presentTurn(turn, surroundings), [key]));
  return { bodies, lines, errors, shown };
}

/** As keys are: no white space, nothing that a header could not carry, and no word that is said anyway. */
const keys = stringMatching(/^[\x21-\x7e]{24,60}$/).filter(
  (key) => !/authorization|bearer|redacted/i.test(key) && new Set(key).size > 8,
);

describe('A key that is planted anywhere', () => {
  for (const [where, echo] of Object.entries(echoes)) {
    it(`is in no request, error, line of the log or message to the view when it comes back ${where}`, async () => {
      await holds(
        asyncProperty(keys, string(), string(), async (key, before, after) => {
          const { bodies, lines, errors, shown } = await ask(
            key,
            `${before} ${key} ${after} ${JSON.stringify(key)}`,
            echo,
          );
          assert.equal(bodies.length, 1);
          const causes = errors.map(({ message, cause }) => JSON.stringify([message, cause]));
          for (const text of [...bodies, ...lines, ...causes, JSON.stringify(shown)]) {
            assert.ok(!text.includes(key) && !text.includes(JSON.stringify(key).slice(1, -1)), text);
          }
        }),
        { numRuns: 60, seed: 5 },
      );
    });
  }

  it('would be found by this test', async () => {
    const key = 'demo-key-that-is-said-aloud';
    const { bodies } = await ask('demo-key-of-somebody-else', key, echoes['in an answer'] ?? assert.fail());
    assert.ok(bodies[0]?.includes(key));
  });
});
