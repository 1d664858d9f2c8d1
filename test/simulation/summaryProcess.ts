// A window in a process of its own: opens the database of a folder and begins the summary of a made-up source tree, or
// joins it where it is under way; goes on with whatever nobody runs, and ends when no job is open any more. It loads all
// it needs first and then waits for its order, a line of JSON, so that it can be started ahead of time.
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { createAnthropicAdapter } from '../../src/client/anthropicAdapter';
import { systemClock } from '../../src/client/clock';
import { Engine } from '../../src/client/engine';
import { isOpen, type JobSource } from '../../src/jobs/job';
import { createJobs } from '../../src/jobs/jobDesk';
import { openDatabase } from '../../src/store/database';
import { identityOf } from '../../src/summarize/identity';
import { summarizeProgram } from '../../src/summarize/program';
import type { SummarySpec } from '../../src/summarize/spec';
import { createRandom } from '../support/random';

const limitsSchema = v.object({
  requestsPerMinute: v.number(),
  inputTokensPerMinute: v.number(),
  outputTokensPerMinute: v.number(),
});

const orderSchema = v.object({
  folder: v.string(),
  windowId: v.string(),
  url: v.string(),
  apiKey: v.string(),
  /** What of the API was learned before. */
  limits: limitsSchema,
  maxConcurrent: v.number(),
  preset: v.picklist(['standard', 'bullets']),
  /** Of the source tree. */
  files: v.number(),
  seed: v.number(),
  /**
   * Leases of twenty seconds are waited for by a clock of their own: it stands at `origin` when the real one does, goes
   * so many times as fast, and is ahead by this much.
   */
  clock: v.object({ origin: v.number(), speed: v.number(), aheadMs: v.number() }),
});

export type WindowOrder = v.InferOutput<typeof orderSchema>;

const model = 'claude-sonnet-5-5';
const filesInFolder = 12;
/** Of a file: below and above what a request may take on average, so that some share one and others do not. */
const lines = { fewest: 3, most: 25 };
const verbs = ['reads', 'writes', 'sorts', 'finds', 'keeps', 'sends', 'drops', 'counts'];
const nouns = [
  'the list',
  'a number',
  'each row',
  'the index',
  'what is left',
  'the first one',
  'a name',
  'the result',
];

const input = createInterface({ input: process.stdin });
input.once('line', (line) => {
  summarize(v.parse(orderSchema, JSON.parse(line))).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
// Whoever has started it is gone.
input.once('close', () => process.exit(2));

async function summarize(order: WindowOrder): Promise<void> {
  const { folder, windowId, url, apiKey, limits, maxConcurrent, seed } = order;
  const { origin, speed, aheadMs } = order.clock;
  const now = () => Math.round(origin + aheadMs + (Date.now() - origin) * speed);
  const log = {
    info: () => {},
    warn: (message: string) => void process.stderr.write(`${message}\n`),
    error: (message: string, error: unknown) => void process.stderr.write(`${message}: ${String(error)}\n`),
  };
  const opened = openDatabase({ folder, windowId, now, log });
  if (opened.kind === 'unusable') throw new Error(opened.reason);
  const { store } = opened;
  const client = new Engine(
    {
      apiKey,
      baseUrl: url,
      limits: { maxConcurrent },
      rememberedLimits: [{ organization: undefined, group: model, ...limits }],
    },
    {
      clock: systemClock,
      random: createRandom(seed),
      loadAdapter: async (options) => createAnthropicAdapter(options),
    },
  );
  const jobs = createJobs({
    records: () => store.jobs,
    hasChanged: () => store.hasChanged(),
    windowId,
    program: summarizeProgram,
    acquire: async () => ({ client, keyId: 'key' }),
    limits: () => ({ maxConcurrent }),
    account: () => {},
    easeBySetting: () => 'wait',
    cheaperThan: () => undefined,
    applyEasing: () => undefined,
    log,
    now,
  });
  const sources = makeSources(order);
  const spec: SummarySpec = {
    name: 'tree',
    subject: 'files',
    preset: order.preset,
    model,
    mapModel: model,
    length: 'normal',
  };
  const started = jobs.start(
    {
      title: order.preset,
      identity: identityOf(spec, sources),
      workspace: undefined,
      model,
      priority: 'background',
      delivery: 'direct',
      expected: { requests: 0, inputTokens: 0, outputTokens: 0 },
      spec: JSON.stringify(spec),
    },
    sources,
  );
  if (!started) throw new Error('The job could not be begun');
  process.stdout.write(started.isJoined ? 'joined\n' : 'began\n');
  for (let open = jobs.list().find(isOpen); open; open = jobs.list().find(isOpen)) await jobs.whenEnded(open.id);
  await jobs.close();
  await client.close();
  store.close();
}

/** Each file is known by a word that stands in no other: whoever asks for its summary sends it. */
function makeSources({ files, seed }: WindowOrder): readonly JobSource[] {
  const random = createRandom(seed);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  return Array.from({ length: files }, (_, index) => {
    const count = lines.fewest + Math.floor(random() * (lines.most - lines.fewest));
    const body = Array.from(
      { length: count },
      () => `  // It ${pick(verbs)} ${pick(nouns)} and ${pick(verbs)} ${pick(nouns)}.`,
    );
    const text = [`export function unit${index}u(): void {`, ...body, '}', ''].join('\n');
    const folder = String(Math.floor(index / filesInFolder)).padStart(2, '0');
    return { name: `tree/part${folder}/file${index}.ts`, uri: undefined, text };
  });
}
