import type { Serializable } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';
import { describeEnd, lastLines, startGroup } from '../support/processes';
import type { ProcessGroup } from '../support/processes';

const linesOfTrouble = 20;

type Listener = (message: unknown) => void;

/** One of the benchmark's own child processes: told and heard. It ends with this process, however that ends. */
export class ChildLink {
  readonly #group: ProcessGroup;
  readonly #listeners = new Set<Listener>();
  /** Rejects when the child ends, whatever the reason; never resolves. */
  readonly end: Promise<never>;

  /** `name` is that of its bundle in the folder, and of the child in messages about it. */
  constructor(folder: string, name: string, options: object) {
    const script = join(folder, `${name}.mjs`);
    this.#group = startGroup(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const { child, ended } = this.#group;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('message', (message) => {
      for (const listener of this.#listeners) listener(message);
    });
    this.end = ended.then((end) => {
      throw new Error(`${name} ended early: ${describeEnd(end)}\n${lastLines(errors, linesOfTrouble)}`);
    });
    // Whoever is still waiting hears of it; an end that nobody waits for is none of trouble.
    this.end.catch(() => {});
  }

  tell(message: Serializable): void {
    this.#group.child.send(message, () => {});
  }

  /** Every message that fits. */
  listen<Schema extends v.GenericSchema>(schema: Schema, listener: (message: v.InferOutput<Schema>) => void): Listener {
    const each: Listener = (message) => {
      const result = v.safeParse(schema, message);
      if (result.success) listener(result.output);
    };
    this.#listeners.add(each);
    return each;
  }

  /** The next message that fits; ask before what makes the child answer. Rejects when the child ends first. */
  hear<Schema extends v.GenericSchema>(schema: Schema): Promise<v.InferOutput<Schema>> {
    const message = new Promise<v.InferOutput<Schema>>((resolve) => {
      const listener = this.listen(schema, (heard) => {
        this.#listeners.delete(listener);
        resolve(heard);
      });
    });
    const heard = Promise.race([message, this.end]);
    // It may be awaited much later, after something else has ended the run.
    heard.catch(() => {});
    return heard;
  }

  stop(): Promise<void> {
    return this.#group.stop();
  }
}
