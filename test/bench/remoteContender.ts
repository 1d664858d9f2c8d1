import type { Answer, Contender } from '../workloads/contender';
import { ChildLink } from './childLink';
import type { ContenderOptions } from './messages';
import { answer, reading, ready } from './messages';
import type { Reading } from './meter';

/** A contender in a process of its own; both draw the same submissions, so an id is enough to send one. */
export class RemoteContender implements Contender {
  readonly name: string;
  /** What it took within the measured time; comes at its end. */
  readonly reading: Promise<Reading>;
  /** Rejects when its process ends before it was closed; never resolves. */
  readonly lost: Promise<never>;
  readonly #link: ChildLink;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #isClosing = false;

  private constructor(options: ContenderOptions) {
    this.name = options.contender;
    this.#link = new ChildLink(import.meta.dirname, 'contenderProcess', options);
    this.reading = this.#link.hear(reading);
    this.lost = this.#link.end.catch((error: unknown) => {
      if (this.#isClosing) return new Promise<never>(() => {});
      throw error;
    });
    this.lost.catch(() => {});
    this.#link.listen(answer, ({ id, firstTextAt, ...others }) => {
      this.#waiting.get(id)?.({ ...others, firstTextAt });
      this.#waiting.delete(id);
    });
  }

  /** Resolves when it is warm. */
  static async start(options: ContenderOptions): Promise<RemoteContender> {
    const remote = new RemoteContender(options);
    await remote.#link.hear(ready);
    return remote;
  }

  /** The measured time begins. */
  begin(): void {
    this.#link.tell({ type: 'begin' });
  }

  send({ id }: { readonly id: string }): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#link.tell({ type: 'send', id });
    });
  }

  /** Not before it has told what it took. */
  async close(): Promise<void> {
    await this.reading;
    this.#isClosing = true;
    this.#link.tell({ type: 'close' });
    await this.#link.stop();
  }
}
