import { setTimeout } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import type { Workbench } from '../support/workbench';
import { TreePane } from './treePane';

const lookEveryMs = 100;

/** The view “Queue” in the side bar. */
export class QueueView extends TreePane {
  constructor(workbench: Workbench) {
    super(workbench, 'Queue', 'Sluice: Show Queue');
  }

  /** The row of a summary, once it shows this. */
  async whenShown(label: string, text: string | RegExp): Promise<Locator> {
    const row = this.row(label).filter({ hasText: text });
    await row.waitFor();
    return row;
  }

  /** How many answers of a summary are there, as its row says; `undefined` while there is no such row. */
  async doneOf(label: string): Promise<number | undefined> {
    const [, done] = /(\d+) of \d+/.exec(await this.textOf(label)) ?? [];
    return done === undefined ? undefined : Number(done);
  }

  /** Resolves with how many there are when they are more than that. */
  async whenMoreThan(label: string, before = 0): Promise<number> {
    for (;;) {
      const done = await this.doneOf(label);
      if (done !== undefined && done > before) return done;
      // A page that is not in front draws nothing one could wait for.
      await setTimeout(lookEveryMs);
    }
  }
}
