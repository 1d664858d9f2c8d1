import type { DatabaseSync } from 'node:sqlite';
import type { Attachment, Digest, QueuedMessage, Turn } from '../conversation/turn';
import { Access, type StoreEnvironment } from './access';
import { loadConversation } from './loading';
import { fromDigest, fromTurn, toQueue, toSummary } from './rows';
import { Scrubber } from './scrubber';
import { searchPatterns } from './search';
import { prepareStatements, type Statements } from './statements';
import type { ConversationSummary, StoredConversation } from './stored';
import { StoreError } from './storeError';

export type { ConversationSummary, StoredConversation } from './stored';

/** SQLite's word for no limit. */
const noLimit = -1;

/**
 * All conversations, of all windows. Every method is synchronous and a transaction of its own: another window, or the
 * next start after a crash, sees all of it or nothing. A write raises the conversation's revision and signs it with this
 * window's id; a write to a conversation that another window has deleted does not bring it back, it throws `gone`. A
 * write into a file that is not the database any more throws `moved`.
 *
 * Every method throws {@link StoreError} and nothing else.
 */
export class ConversationStore {
  readonly #access: Access;
  readonly #statements: Statements;
  readonly #environment: StoreEnvironment;
  readonly #scrubber: Scrubber;
  #hasClaimed = false;

  constructor(database: DatabaseSync, environment: StoreEnvironment) {
    this.#access = new Access(database, environment);
    this.#statements = prepareStatements(this.#access);
    this.#environment = environment;
    this.#scrubber = new Scrubber(database, this.#access, environment.log);
  }

  /**
   * Newest first.
   *
   * @param search words, each of which stands somewhere in the title or in the texts of the turns, as a part of a word
   * and in any case
   */
  list(filter: {
    readonly workspace?: string | undefined;
    readonly search?: string | undefined;
    readonly limit?: number | undefined;
  }): readonly ConversationSummary[] {
    const { workspace, search = '', limit = noLimit } = filter;
    return this.#access.read('list the conversations', () =>
      this.#statements.list
        .all({
          now: this.#environment.now(),
          workspace: workspace ?? null,
          patterns: JSON.stringify(searchPatterns(search)),
          limit,
        })
        .flatMap((row) => this.#toSummary(row) ?? []),
    );
  }

  /** Nothing happens when it is there already. */
  create({ id, workspace, at }: { readonly id: string; readonly workspace: string | undefined; readonly at: number }) {
    const writer = this.#environment.windowId;
    this.#run('create a conversation', () => {
      this.#statements.create.run({ id, workspace: workspace ?? null, at, writer });
    });
  }

  /** What of it cannot be understood is left out and logged; `undefined` when it is not there. */
  load(id: string): StoredConversation | undefined {
    const { now, log } = this.#environment;
    return this.#access.read('load a conversation', () => loadConversation(this.#statements, id, now(), log));
  }

  /** Adds the turn, or replaces the one of this id. While it waits or streams it is this window's. */
  putTurn(id: string, turn: Turn): void {
    const { isRunning, ...columns } = fromTurn(turn);
    const runner = isRunning ? this.#environment.windowId : null;
    this.#touch(id, 'save a turn', () => this.#statements.putTurn.run({ id, turnId: turn.id, runner, ...columns }));
  }

  /** For good, and with them the summaries that ended at them. */
  removeTurns(id: string, turnIds: readonly string[]): void {
    this.#touch(id, 'delete turns', () => {
      for (const turnId of turnIds) {
        this.#statements.removeTurn.run({ id, turnId });
        this.#statements.removeDigest.run({ id, turnId });
      }
    });
    this.#scrubber.scrub();
  }

  setHead(id: string, headId: string | undefined): void {
    this.#change(id, 'save which branch is shown', () => this.#statements.setHead.run({ id, headId: headId ?? null }));
  }

  setQueue(id: string, queue: readonly QueuedMessage[]): void {
    this.#change(id, 'save the queue', () => this.#statements.setQueue.run({ id, json: JSON.stringify(queue) }));
  }

  /** Reads and writes in one step: of two windows that change the queue at once, neither undoes what the other did. */
  changeQueue(id: string, change: (queue: readonly QueuedMessage[]) => readonly QueuedMessage[]) {
    let changed: readonly QueuedMessage[] = [];
    this.#change(id, 'save the queue', () => {
      const json = this.#statements.queue.get({ id })?.['queue'];
      changed = change(typeof json === 'string' ? toQueue(json).flatMap((each) => each ?? []) : []);
      this.#statements.setQueue.run({ id, json: JSON.stringify(changed) });
    });
    return changed;
  }

  setDrafts(id: string, attachments: readonly Attachment[]): void {
    this.#change(id, 'save what is attached', () =>
      this.#statements.setDrafts.run({ id, json: JSON.stringify(attachments) }),
    );
  }

  setModel(id: string, model: string | undefined): void {
    this.#change(id, 'save the model', () => this.#statements.setModel.run({ id, model: model ?? null }));
  }

  /** A title by a person is never replaced by a made one. */
  setTitle(id: string, title: string, byPerson: boolean): void {
    const written = title.toWellFormed();
    const isOwn = byPerson ? 1 : 0;
    this.#run('save the title', () => {
      if (!byPerson && this.#statements.hasOwnTitle.get({ id })) return;
      this.#sign(id, this.#statements.raiseRevision, {});
      this.#statements.setTitle.run({ id, title: written, isOwn });
    });
  }

  /** Adds the summary, or replaces the one that ends at the same turn. */
  putDigest(id: string, digest: Digest): void {
    this.#change(id, 'save a summary', () =>
      this.#statements.putDigest.run({ id, turnId: digest.upToTurnId, details: fromDigest(digest) }),
    );
  }

  removeDigest(id: string, upToTurnId: string): void {
    this.#change(id, 'remove a summary', () => this.#statements.removeDigest.run({ id, turnId: upToTurnId }));
  }

  setSummaryUndone(id: string, isUndone: boolean): void {
    this.#change(id, 'save that the history is sent whole', () =>
      this.#statements.setSummaryUndone.run({ id, isUndone: isUndone ? 1 : 0 }),
    );
  }

  /** For good, whoever is answering in it. */
  remove(id: string): void {
    this.#run('delete a conversation', () => this.#statements.remove.run({ id }));
    this.#scrubber.scrub();
  }

  /** Deletes all, or all of one workspace, but those in which a window is answering. Returns how many. */
  clear({ workspace }: { readonly workspace?: string | undefined }): number {
    return this.#removeAll(() =>
      this.#statements.clear.run({ workspace: workspace ?? null, now: this.#environment.now() }),
    );
  }

  /** Deletes those that last changed before the time `olderThan`, but none in which a window is answering. */
  prune(olderThan: number): number {
    return this.#removeAll(() => this.#statements.prune.run({ olderThan, now: this.#environment.now() }));
  }

  /** Deletes those of before that time in which nothing was ever asked, whatever is attached in them. */
  removeEmpty(olderThan: number): number {
    return this.#removeAll(() => this.#statements.removeEmpty.run({ olderThan, now: this.#environment.now() }));
  }

  /**
   * Takes the right to answer until then, or prolongs it. False while another window has it, and when the conversation
   * is gone. Whoever claims has to prolong in time: a lease that has run out is free.
   */
  claim(id: string, until: number): boolean {
    const parameters = { id, until, now: this.#environment.now(), writer: this.#environment.windowId };
    const isMine = this.#run(
      'begin to answer',
      () => this.#statements.prolong.run(parameters).changes > 0 || this.#statements.claim.run(parameters).changes > 0,
    );
    this.#hasClaimed ||= isMine;
    return isMine;
  }

  /** Gives the right to answer back; nothing happens when it is not this window's. */
  release(id: string): void {
    this.#run('end an answer', () => this.#statements.release.run({ id, writer: this.#environment.windowId }));
  }

  /**
   * Gives all of them back. Nothing happens when none was taken through this store: the window may have the database
   * open a second time.
   */
  releaseAll(): void {
    if (!this.#hasClaimed) return;
    this.#run('end all answers', () => this.#statements.releaseAll.run({ writer: this.#environment.windowId }));
  }

  revisionOf(id: string): { readonly revision: number; readonly writer: string } | undefined {
    return this.#access.read('look at a conversation', () => {
      const row = this.#statements.revision.get({ id });
      return row && { revision: Number(row['revision']), writer: String(row['writer']) };
    });
  }

  /** Overwrites what was deleted while another window stood in the way. Never throws. */
  scrubIfDue(): void {
    if (this.#scrubber.isDue && !this.#environment.isMoved?.()) this.#scrubber.scrub();
  }

  #toSummary(row: Readonly<Record<string, unknown>>): ConversationSummary | undefined {
    const summary = toSummary(row);
    if (!summary) {
      this.#environment.log.warn('A conversation of the list could not be understood', { conversation: row['id'] });
    }
    return summary;
  }

  /** A change that makes it the newest of the list. */
  #touch(id: string, what: string, change: () => void): void {
    const { touch } = this.#statements;
    this.#run(what, () => {
      this.#sign(id, touch, { now: this.#environment.now() });
      change();
    });
  }

  #change(id: string, what: string, change: () => void): void {
    this.#run(what, () => {
      this.#sign(id, this.#statements.raiseRevision, {});
      change();
    });
  }

  #sign(id: string, statement: Statements['touch'], parameters: Readonly<Record<string, number>>): void {
    const { changes } = statement.run({ id, writer: this.#environment.windowId, ...parameters });
    if (changes === 0) throw new StoreError('gone', 'The conversation has been deleted');
  }

  #removeAll(remove: () => { readonly changes: number | bigint }): number {
    const count = this.#run('delete conversations', () => Number(remove().changes));
    if (count > 0) this.#scrubber.scrub();
    return count;
  }

  #run<Result>(what: string, work: () => Result): Result {
    const result = this.#access.write(what, work);
    this.scrubIfDue();
    return result;
  }
}
