import type { Client } from '../../client/types';
import { composeRequest, type Composed } from '../../conversation/history/compose';
import { DigestBreaker } from '../../conversation/history/digestBreaker';
import { digestPrompt, planDigest } from '../../conversation/history/digest';
import type { HistoryPolicy, Room } from '../../conversation/history/policy';
import { TurnIndex } from '../../conversation/history/turnIndex';
import { modelFacts } from '../../client/models';
import type { Turn } from '../../conversation/turn';
import type { Log } from '../log';
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
  /** A person wanted it whole: it is summarized again when one asks for it. */
  #isUndone = false;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** A summary is being made. */
  get isCondensing(): boolean {
    return this.#running !== undefined;
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
    if (this.#isUndone) return;
    if (policy.kind === 'summary' && this.#breaker.canTry(Date.now())) await this.#condense(client, model, policy);
  }

  /** Because a person asked for it. Resolves with whether there is a summary now. Never rejects. */
  async condenseNow(client: Client, model: string): Promise<boolean> {
    this.#isUndone = false;
    return this.#condense(client, model, { kind: 'summary', atShare: askedForShare });
  }

  /** Everything is sent as it is again, and goes on to be. */
  undo(): void {
    this.#isUndone = true;
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
    try {
      const { text, stopReason } = await client.send({
        model,
        maxTokens,
        system,
        messages: [{ role: 'user', content: prompt }],
        priority: 'normal',
        source: 'chat-summary',
      }).result;
      if (text.trim() === '' || stopReason === 'refusal') throw new Error('The summary is empty');
      this.#breaker.succeeded();
      // What was deleted or undone meanwhile must not come back in a summary.
      if (this.#isUndone || !chat.conversation.find(plan.upToTurnId)) return false;
      chat.addDigest({
        upToTurnId: plan.upToTurnId,
        text: text.trim(),
        at: Date.now(),
        tokensBefore: countTokens(prompt),
        tokensAfter: countTokens(text),
      });
      return true;
    } catch (error) {
      this.#breaker.failed(Date.now());
      log.error('Failed to summarize the older part of the conversation', error);
      return false;
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
