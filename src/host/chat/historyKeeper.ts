import * as l10n from '@vscode/l10n';
import { ClientError } from '../../client/errors';
import type { Client, Run, RunEvent, RunResult } from '../../client/types';
import { composeRequest, type Composed } from '../../conversation/history/compose';
import { DigestBreaker } from '../../conversation/history/digestBreaker';
import { digestPrompt, isWholeDigest, planDigest } from '../../conversation/history/digest';
import type { HistoryPolicy, Room } from '../../conversation/history/policy';
import { TurnIndex } from '../../conversation/history/turnIndex';
import { modelFacts } from '../../client/models';
import type { Turn } from '../../conversation/turn';
import type { ActivityEntry } from '../activity';
import type { Log } from '../log';
import { canSendNow, describeWait, type Wait } from '../waitText';
import type { LiveChat } from './liveChat';

export interface HistoryKeeperOptions {
  readonly chat: LiveChat;
  readonly readPolicy: () => HistoryPolicy;
  readonly roomFor: (model: string) => Room;
  readonly countTokens: (text: string) => number;
  readonly log: Log;
}

/** Whoever asks for a shorter history wants one now, whatever share of the room the policy would wait for. */
const askedForShare = 0.05;

/** What of one conversation is sent, and the summaries that stand for its older part. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  readonly #breaker = new DigestBreaker();
  readonly #index = new TurnIndex();
  #running: Promise<boolean> | undefined;
  #run: { readonly run: Run; wait: Wait | undefined } | undefined;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** The summary that is being made, for the queue view. */
  activity(): ActivityEntry | undefined {
    const making = this.#run;
    if (!making) return undefined;
    const { run } = making;
    return {
      label: l10n.t('Summary of a Chat’s Older Part'),
      status: () => (making.wait ? describeWait(making.wait, Date.now()) : l10n.t('Claude is answering')),
      cancel: () => run.cancel(),
      canSendNow: () => making.wait !== undefined && canSendNow(making.wait, Date.now()),
      sendNow: () => void run.retryNow(),
    };
  }

  get policy(): HistoryPolicy {
    return this.#options.readPolicy();
  }

  compose(path: readonly Turn[], model: string): Composed {
    const { chat, readPolicy, roomFor, countTokens } = this.#options;
    return composeRequest({
      path,
      policy: readPolicy(),
      digests: chat.digests,
      room: roomFor(model),
      estimate: countTokens,
      minCacheableTokens: modelFacts(model)?.minCacheableTokens,
      index: this.#index,
    });
  }

  /** Whether there is an older part that a summary could stand for. */
  canCondense(model: string): boolean {
    return this.#plan(model, { kind: 'summary', atShare: askedForShare }) !== undefined;
  }

  /** Makes the summary that the policy wants by now, if any. Never rejects. */
  async condenseIfDue(client: Client, model: string): Promise<void> {
    const policy = this.#options.readPolicy();
    if (this.#options.chat.isSummaryUndone) return;
    if (policy.kind === 'summary' && this.#breaker.canTry(Date.now())) await this.#condense(client, model, policy);
  }

  /** Because a person asked for it. Resolves with whether there is a summary now. Never rejects. */
  async condenseNow(client: Client, model: string): Promise<boolean> {
    this.#options.chat.setSummaryUndone(false);
    return this.#condense(client, model, { kind: 'summary', atShare: askedForShare });
  }

  /** Everything is sent as it is again, and goes on to be. */
  undo(): void {
    this.#options.chat.setSummaryUndone(true);
    this.#options.chat.removeDigests();
  }

  #condense(client: Client, model: string, policy: HistoryPolicy): Promise<boolean> {
    this.#running ??= this.#make(client, model, policy).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #make(client: Client, model: string, policy: HistoryPolicy): Promise<boolean> {
    const { chat, countTokens, log } = this.#options;
    const plan = this.#plan(model, policy);
    if (!plan) return false;
    const { system, prompt, maxTokens } = digestPrompt(plan.turns, plan.previous);
    const run = client.send({
      model,
      maxTokens,
      system,
      messages: [{ role: 'user', content: prompt }],
      priority: 'normal',
      source: 'chat-summary',
    });
    try {
      const { text, stopReason } = await this.#follow(run);
      // What was cut off would be missing from everything that is asked later.
      if (!isWholeDigest({ text, stopReason })) throw new Error(`The summary ended with ${stopReason}`);
      this.#breaker.succeeded();
      // What was deleted or undone meanwhile must not come back in a summary.
      if (chat.isSummaryUndone || !chat.conversation.find(plan.upToTurnId)) return false;
      chat.addDigest({
        upToTurnId: plan.upToTurnId,
        text: text.trim(),
        at: Date.now(),
        tokensBefore: countTokens(prompt),
        tokensAfter: countTokens(text),
      });
      return true;
    } catch (error) {
      if (ClientError.is(error, 'cancelled')) return false;
      this.#breaker.failed(Date.now());
      log.error('Failed to summarize the older part of the conversation', error);
      return false;
    }
  }

  async #follow(run: Run): Promise<RunResult> {
    const making: { readonly run: Run; wait: Wait | undefined } = { run, wait: undefined };
    this.#run = making;
    try {
      for await (const event of run) making.wait = waitOf(event, making.wait);
      return await run.result;
    } finally {
      this.#run = undefined;
    }
  }

  #plan(model: string, policy: HistoryPolicy) {
    const { chat, roomFor, countTokens } = this.#options;
    return planDigest({
      path: chat.turns,
      policy,
      digests: chat.digests,
      room: roomFor(model),
      estimate: countTokens,
    });
  }
}

/** What a run waits for after this event; `undefined` once it has started. */
function waitOf(event: RunEvent, before: Wait | undefined): Wait | undefined {
  switch (event.type) {
    case 'queued':
      return { reason: before?.reason ?? 'turn', until: event.readyAt, position: event.position, attempt: 1 };
    case 'waiting':
      return { reason: event.reason, until: event.until, position: before?.position, attempt: before?.attempt ?? 1 };
    case 'retrying':
      return { reason: event.reason, until: event.until, position: undefined, attempt: event.attempt };
    case 'parked':
      return { reason: event.reason, until: event.until, position: undefined, attempt: 1 };
    case 'started':
      return undefined;
    case 'text':
    case 'thinking':
    case 'done':
      return before;
  }
}
