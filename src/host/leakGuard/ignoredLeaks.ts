import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';

const stateKey = 'sluice.ignoredLeaks';

/** Beyond this the oldest are pointed out again: nobody ignores so many on purpose. */
const mostIgnored = 1_000;

/** Names a key in one document without holding any of it; 32 bytes in hex. */
export function leakId(uri: string, key: string): string {
  return createHash('sha256').update(`${uri}\n${key}`).digest('hex');
}

/** Which keys a person does not want to hear of, by document. State of the workspace, without any part of a key. */
export class IgnoredLeaks {
  readonly #memento: Pick<vscode.Memento, 'get' | 'update'>;

  constructor(memento: Pick<vscode.Memento, 'get' | 'update'>) {
    this.#memento = memento;
  }

  read(): ReadonlySet<string> {
    return new Set(this.#list());
  }

  async add(id: string): Promise<void> {
    const others = this.#list().filter((each) => each !== id);
    await this.#memento.update(stateKey, [...others, id].slice(-mostIgnored));
  }

  #list(): readonly string[] {
    const stored = this.#memento.get<unknown>(stateKey);
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  }
}
