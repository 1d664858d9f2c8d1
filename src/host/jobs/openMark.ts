import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'jobs-open';

/**
 * Says beside the database that jobs are not finished, so that a window that starts, or stays when another one dies, need
 * not open the database to find out. Only a hint: whoever sees it looks. No method throws.
 */
export class OpenMark {
  readonly #path: string | undefined;
  #isSet: boolean | undefined;

  /** @param folder of the database; `undefined` where there is no disk */
  constructor(folder: string | undefined) {
    this.#path = folder === undefined ? undefined : join(folder, fileName);
  }

  isThere(): boolean {
    return this.#path !== undefined && existsSync(this.#path);
  }

  set(isOpen: boolean): void {
    if (this.#path === undefined || this.#isSet === isOpen) return;
    try {
      if (isOpen) {
        mkdirSync(join(this.#path, '..'), { recursive: true });
        writeFileSync(this.#path, '');
      } else rmSync(this.#path, { force: true });
      this.#isSet = isOpen;
    } catch {
      // The next change of a job tries again.
    }
  }
}
