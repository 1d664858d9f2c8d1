import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './sqlite';
import type { StoreLog } from './stored';
import { StoreError } from './storeError';

export interface StoreEnvironment {
  /** Of this window, and of no other that is open. */
  readonly windowId: string;
  readonly now: () => number;
  readonly log: StoreLog;
  /** What of a text may be stored; all of it by default. Must leave JSON readable, and never throw. */
  readonly redact?: ((text: string) => string) | undefined;
  /** Whether the database that is open is none that anybody else opens any more. */
  readonly isMoved?: (() => boolean) | undefined;
  /** Called with each failure before it is thrown. */
  readonly onFailure?: ((error: StoreError) => void) | undefined;
}

type Parameters = Readonly<Record<string, string | number | null>>;
export type Row = Readonly<Record<string, unknown>>;

/** Parameters are named. */
export interface Statement {
  run(parameters?: Parameters): { readonly changes: number | bigint };
  get(parameters?: Parameters): Row | undefined;
  all(parameters?: Parameters): readonly Row[];
}

/**
 * The one way from our methods to the database. No text gets into a statement but through `redact`: not into a row, nor
 * into what is searched by. Whatever is derived from a text has to be derived by SQL, of what came through.
 */
export class Access {
  readonly #database: DatabaseSync;
  readonly #environment: StoreEnvironment;

  constructor(database: DatabaseSync, environment: StoreEnvironment) {
    this.#database = database;
    this.#environment = environment;
  }

  prepare(sql: string): Statement {
    const statement = this.#database.prepare(sql);
    return {
      run: (parameters) => statement.run(this.#redacted(parameters)),
      get: (parameters) => statement.get(this.#redacted(parameters)),
      all: (parameters) => statement.all(this.#redacted(parameters)),
    };
  }

  /** Makes a function of SQL; `null` stands for no result. */
  define(name: string, work: (text: string) => string | null): void {
    this.#database.function(name, { deterministic: true }, (text) => (typeof text === 'string' ? work(text) : null));
  }

  /** @param what completes the sentence "Failed to …" */
  write<Result>(what: string, work: () => Result): Result {
    return this.#watch(() =>
      inTransaction(this.#database, 'immediate', what, () => {
        if (this.#environment.isMoved?.()) throw new StoreError('moved', `Failed to ${what}: the database was moved`);
        return work();
      }),
    );
  }

  /** All that is read in `work` is of one moment. */
  read<Result>(what: string, work: () => Result): Result {
    return this.#watch(() => inTransaction(this.#database, 'deferred', what, work));
  }

  #redacted(parameters: Parameters = {}): Record<string, string | number | null> {
    const { redact } = this.#environment;
    if (!redact) return parameters;
    return Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? redact(value) : value]),
    );
  }

  #watch<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (StoreError.is(error)) this.#environment.onFailure?.(error);
      throw error;
    }
  }
}
