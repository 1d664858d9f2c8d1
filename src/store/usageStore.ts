import type { DatabaseSync } from 'node:sqlite';
import type { KeyEvent, KeyEventFilter } from '../keys/keyEvent';
import { toKeyUsage, toldDays, type DayUsage } from '../usage/keyUsage';
import { lastDays, slotOf, startOfDay, startOfMonth, startOfNextDay, startOfNextMonth } from '../usage/periods';
import type { UsageEntry } from '../usage/usageEntry';
import type { KeyUsage, Spent } from '../usage/usageTotals';
import { Access, type StoreEnvironment } from './access';
import { fromEntry, fromEvent, toDayUsage, toEvent, toSpent } from './usageRows';
import { prepareUsageStatements } from './usageStatements';

/** SQLite's word for no limit. */
const noLimit = -1;
/** Milliseconds: longer than any clock tells. */
const never = Number.MAX_SAFE_INTEGER;

/**
 * What the keys of all windows have used, added up by quarters of an hour, and what has happened to them. Every method is
 * synchronous and a transaction of its own. Days and months are those of the local clock when they are asked for.
 *
 * Every method throws `StoreError` and nothing else.
 */
export class UsageStore {
  readonly #access: Access;
  readonly #statements: ReturnType<typeof prepareUsageStatements>;
  readonly #environment: StoreEnvironment;

  constructor(database: DatabaseSync, environment: StoreEnvironment) {
    this.#access = new Access(database, environment);
    this.#statements = prepareUsageStatements(this.#access);
    this.#environment = environment;
  }

  record(entry: UsageEntry): void {
    this.#access.write('record what a request used', () => this.#statements.record.run(fromEntry(entry)));
  }

  /** @param keyIds in the order they are wanted; `undefined`: every key that was ever used, in any order */
  usageOf(keyIds: readonly string[] | undefined, now: number): readonly KeyUsage[] {
    const days = lastDays(now, toldDays).map(({ from, to }) => [slotOf(from), slotOf(to)]);
    const json = JSON.stringify(days);
    return this.#access.read('read what keys have used', () =>
      (keyIds ?? this.#keys()).map((keyId) => toKeyUsage(keyId, this.#lastUse(keyId), this.#days(keyId, json))),
    );
  }

  spentOf(keyId: string, now: number): Spent {
    return this.#access.read('read what a key has spent', () =>
      toSpent(
        this.#statements.spent.get({
          keyId,
          day: slotOf(startOfDay(now)),
          nextDay: slotOf(startOfNextDay(now)),
          month: slotOf(startOfMonth(now)),
          nextMonth: slotOf(startOfNextMonth(now)),
        }),
      ),
    );
  }

  /**
   * Whether this window is the one that tells it: of all that ask, the first one is.
   *
   * @param againAfterMs after so long it may be told once more; never, without it
   */
  claim(notice: string, againAfterMs = never): boolean {
    const claim = { notice, at: this.#environment.now(), againAfterMs };
    return this.#access.write('claim what is told of a key', () => this.#statements.claim.run(claim).changes > 0);
  }

  /** Deletes what is of before that time, to a quarter of an hour, and the events and claims of before it. */
  prune(olderThan: number): void {
    this.#access.write('delete old records of use', () => {
      this.#statements.pruneSlots.run({ before: slotOf(olderThan) });
      this.#statements.pruneEvents.run({ olderThan });
      this.#statements.pruneNotices.run({ olderThan });
    });
  }

  addEvent(event: KeyEvent): void {
    this.#access.write('record what happened to a key', () => this.#statements.addEvent.run(fromEvent(event)));
  }

  /** Newest first. What cannot be understood is left out and logged. */
  events({ keyId, limit = noLimit }: KeyEventFilter = {}): readonly KeyEvent[] {
    return this.#access.read('read what happened to keys', () => {
      const events = this.#statements.events.all({ keyId: keyId ?? null, limit }).map(toEvent);
      if (events.includes(undefined)) this.#environment.log.warn('An event of a key could not be understood');
      return events.flatMap((event) => event ?? []);
    });
  }

  #keys(): readonly string[] {
    return this.#statements.keys.all().map((row) => String(row['id']));
  }

  #lastUse(keyId: string): number | undefined {
    const at = this.#statements.lastUse.get({ keyId })?.['at'];
    return typeof at === 'number' ? at : undefined;
  }

  #days(keyId: string, days: string): readonly DayUsage[] {
    return this.#statements.days.all({ keyId, days }).flatMap((row) => toDayUsage(row, toldDays) ?? []);
  }
}
