import type { ConversationChange } from './change';
import { TurnTree } from './tree';
import { closeWithWindow, isRunning, type AnswerTurn, type Turn } from './turn';

/** The turns, each change of which is told after it was made: whoever hears all of them knows the tree and the path. */
export class ToldTurns {
  readonly tree: TurnTree;
  readonly #tell: (change: ConversationChange) => void;
  /** The last turn of the path as listeners know it. */
  #toldHead: string | undefined;

  constructor(turns: readonly Turn[], headId: string | undefined, tell: (change: ConversationChange) => void) {
    this.tree = new TurnTree(turns, headId);
    this.#toldHead = this.tree.headId;
    this.#tell = tell;
  }

  /** Adds turns of which each follows the one before, and shows them. */
  add(turns: readonly Turn[]): void {
    for (const turn of turns) this.tree.put(turn);
    this.tree.show(turns.at(-1)?.id);
    for (const turn of turns) this.#tellTurn(turn, true);
    this.#tellPath();
  }

  replace(turn: Turn): void {
    this.tree.put(turn);
    this.#tellTurn(turn, false);
  }

  append(turn: AnswerTurn, kind: 'text' | 'thinking', text: string): void {
    this.tree.put({ ...turn, [kind]: turn[kind] + text });
    this.#tell({ kind, turnId: turn.id, text });
  }

  show(headId: string | undefined): void {
    this.tree.show(headId);
    this.#tellPath();
  }

  /** Shows the other path first: nobody ever holds one through turns that are gone. */
  remove(turnIds: readonly string[], headId: string | undefined): void {
    this.tree.show(headId);
    this.tree.delete(turnIds);
    this.#tellPath();
    if (turnIds.length > 0) this.#tell({ kind: 'removed', turnIds });
  }

  /** Answers that another window left open, once it is known to be gone. */
  closeLeftOpen(): void {
    for (const turn of this.tree.all.filter(isRunning)) this.replace(closeWithWindow(turn));
  }

  /** Tells nobody: who read it from disk knows, and must not write it back. */
  takeOver(turns: readonly Turn[], headId: string | undefined): void {
    this.tree.reset(turns, headId);
    this.#toldHead = this.tree.headId;
  }

  #tellTurn(turn: Turn, isNew: boolean): void {
    if (isNew && turn.parentId === this.#toldHead) this.#toldHead = turn.id;
    this.#tell({ kind: 'turn', turn });
  }

  #tellPath(): void {
    const { headId } = this.tree;
    if (headId === this.#toldHead) return;
    this.#toldHead = headId;
    this.#tell({ kind: 'path', headId });
  }
}
