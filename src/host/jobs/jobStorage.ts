import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../client/types';
import type { JobRecords } from '../../jobs/records';
import { openDatabase, type UnusableReason } from '../../store/database';
import { openInMemory } from '../../store/memory';
import type { Store } from '../../store/store';
import { StoreError } from '../../store/storeError';
import type { Log } from '../log';

const dayMs = 86_400_000;

export interface JobStorageOptions {
  /** Where the database lies; `undefined` where there is no disk. */
  readonly folder: string | undefined;
  readonly windowId: string;
  /** As the settings say when it is opened. */
  readonly isSaved: () => boolean;
  /** What was finished or used last before is deleted; `undefined`: nothing is. */
  readonly retentionDays: () => number | undefined;
  /** Tells the person, each thing once. */
  readonly warn: (sentence: string) => void;
  readonly log: Log;
  /** What of a text may be stored. */
  readonly redact: (text: string) => string;
  readonly now: () => number;
  /** Opens the database. */
  readonly open?: typeof openDatabase;
}

/**
 * What jobs are kept in: a connection to the database of its own. One that was moved or is found to be damaged is opened
 * anew by whoever asks next. Where it cannot be used the person is told, and jobs live in memory.
 */
export class JobStorage implements Disposable {
  readonly #options: JobStorageOptions;
  readonly #told = new Set<string>();
  #store: Store | undefined;
  #records: JobRecords | undefined;
  #isKept = false;
  #mustReopen = false;
  #isDisposed = false;

  constructor(options: JobStorageOptions) {
    this.#options = options;
  }

  /** Whether it is on disk. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** @throws {StoreError} `closed` once it is over */
  records(): JobRecords {
    if (this.#isDisposed) throw new StoreError('closed', 'Failed to reach the jobs: their window is going');
    if (this.#mustReopen || this.#store?.isMoved()) this.#close();
    this.#records ??= this.#open();
    return this.#records;
  }

  /** Whether another window has written since this was last asked. Never throws. */
  hasChanged(): boolean {
    return this.#mustReopen || (this.#store?.hasChanged() ?? false);
  }

  /** Deletes what is older than the settings say. */
  prune(): void {
    const days = this.#options.retentionDays();
    if (days === undefined || this.#isDisposed) return;
    try {
      this.records().prune(this.#options.now() - days * dayMs);
    } catch (error) {
      this.#options.log.error('Failed to delete old summaries', error);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#close();
  }

  #close(): void {
    this.#mustReopen = false;
    this.#records = undefined;
    this.#store?.close();
    this.#store = undefined;
  }

  #open(): JobRecords {
    const { folder, isSaved, windowId, now, log, redact, open = openDatabase } = this.#options;
    const opened = folder === undefined || !isSaved() ? undefined : open({ folder, windowId, now, log, redact });
    if (opened?.setAside !== undefined) {
      log.warn('The damaged database is kept', { path: opened.setAside });
      this.#tell(
        l10n.t(
          'The database of summaries was damaged. It was set aside and a new one begun; the log says where it is.',
        ),
      );
    }
    if (opened?.kind === 'unusable') {
      this.#tell(`${describeUnusable(opened.reason)} ${l10n.t('Summaries of this window will not be kept.')}`);
    }
    this.#isKept = opened?.kind === 'ready';
    this.#store = opened?.kind === 'ready' ? opened.store : openInMemory({ windowId, now, log, redact });
    return this.#watched(this.#store.jobs);
  }

  /** A database that fails in a way that only a new look at it can mend is opened anew. */
  #watched(records: JobRecords): JobRecords {
    return new Proxy(records, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...parameters: readonly unknown[]): unknown => {
          try {
            return Reflect.apply(method, target, parameters);
          } catch (error) {
            this.#mustReopen ||= StoreError.is(error, 'moved') || StoreError.is(error, 'corrupt');
            throw error;
          }
        };
      },
    });
  }

  #tell(sentence: string): void {
    if (this.#told.has(sentence)) return;
    this.#told.add(sentence);
    this.#options.warn(sentence);
  }
}

function describeUnusable(reason: UnusableReason): string {
  switch (reason) {
    case 'newer':
      return l10n.t('The database of summaries belongs to a newer version of Sluice, and is left as it is.');
    case 'unreadable':
      return l10n.t('The database of summaries cannot be read.');
    case 'unwritable':
      return l10n.t('The folder of the database cannot be written to.');
    case 'full':
      return l10n.t('The disk is full: the database of summaries cannot be opened.');
    case 'busy':
      return l10n.t('The database of summaries is held by another program.');
    case 'missing':
      return l10n.t('This VS Code has no database to keep summaries in.');
  }
}
