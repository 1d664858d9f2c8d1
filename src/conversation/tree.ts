import type { Turn } from './turn';

/**
 * The turns of a conversation by what each follows, and the one path through them that is shown.
 *
 * What came from disk may be damaged: a turn whose parent is missing counts as a first one, and a circle of parents ends
 * where it would begin again. Replacing a turn costs the same however many there are.
 */
export class TurnTree {
  readonly #byId = new Map<string, Turn>();
  /** What follows a turn, oldest first; under `undefined` the first turns. */
  readonly #following = new Map<string | undefined, readonly string[]>();
  /** Which of several turns that follow the same one was on the path last, so that coming back leads to the same place. */
  readonly #lastShown = new Map<string | undefined, string>();
  #path: Turn[] = [];
  /** Somebody holds the path as it is now: it must be copied before it changes. */
  #isPathShared = false;

  constructor(turns: readonly Turn[], headId: string | undefined) {
    this.reset(turns, headId);
  }

  get all(): readonly Turn[] {
    return [...this.#byId.values()];
  }

  get path(): readonly Turn[] {
    this.#isPathShared = true;
    return this.#path;
  }

  get headId(): string | undefined {
    return this.#path.at(-1)?.id;
  }

  find(id: string | undefined): Turn | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  isShown(id: string): boolean {
    return this.#path.some((turn) => turn.id === id);
  }

  /** Takes over all that was saved. Without a head that is among the turns, the newest one is shown. */
  reset(turns: readonly Turn[], headId: string | undefined): void {
    this.clear();
    for (const turn of turns) this.put(turn);
    this.show(this.find(headId) ? headId : turns.at(-1)?.id);
  }

  /** True when there was none under this id. What follows a turn is not shown before `show` says so. */
  put(turn: Turn): boolean {
    const isNew = !this.#byId.has(turn.id);
    this.#byId.set(turn.id, turn);
    if (isNew) this.#following.set(turn.parentId, [...this.#after(turn.parentId), turn.id]);
    else this.#replaceOnPath(turn);
    return isNew;
  }

  /** Removes for good. Whoever calls has seen to it that none of them is shown. */
  delete(ids: readonly string[]): void {
    for (const id of ids) {
      const parentId = this.#byId.get(id)?.parentId;
      const others = this.#after(parentId).filter((each) => each !== id);
      if (others.length > 0) this.#following.set(parentId, others);
      else this.#following.delete(parentId);
      this.#byId.delete(id);
      this.#lastShown.delete(id);
    }
  }

  clear(): void {
    this.#byId.clear();
    this.#following.clear();
    this.#lastShown.clear();
    this.show(undefined);
  }

  show(headId: string | undefined): void {
    this.#path = this.pathTo(headId);
    this.#isPathShared = false;
    for (const { id, parentId } of this.#path) this.#lastShown.set(parentId, id);
  }

  /** From the first turn to this one. */
  pathTo(id: string | undefined): Turn[] {
    const path = new Set<Turn>();
    for (let turn = this.find(id); turn && !path.has(turn); turn = this.find(turn.parentId)) path.add(turn);
    return [...path].reverse();
  }

  /** The turns that follow the same one, this one included, oldest first. */
  siblingsOf({ parentId }: Turn): readonly string[] {
    return this.#after(parentId);
  }

  hasFollowers(id: string): boolean {
    return this.#after(id).length > 0;
  }

  /** The turn and all that follows it on any branch. */
  subtreeOf(id: string): readonly string[] {
    const found = new Set([id]);
    for (const each of found) for (const following of this.#after(each)) found.add(following);
    return [...found];
  }

  /** Where the path through this turn ends: along what was shown last, else along the newest. */
  endOfBranch(id: string): string {
    const seen = new Set<string>();
    let end = id;
    while (!seen.has(end)) {
      seen.add(end);
      const following = this.#after(end);
      const last = this.#lastShown.get(end);
      end = (last !== undefined && following.includes(last) ? last : following.at(-1)) ?? end;
    }
    return end;
  }

  /** What is shown once this turn is gone with all that follows: the branch beside it, else what it followed. */
  headWithout(turn: Turn, gone: readonly string[]): string | undefined {
    if (!this.isShown(turn.id)) return this.headId;
    const siblings = this.siblingsOf(turn);
    const index = siblings.indexOf(turn.id);
    const beside = siblings[index - 1] ?? siblings[index + 1];
    const left = beside === undefined ? this.find(turn.parentId)?.id : this.endOfBranch(beside);
    // What is damaged may lead nowhere, or round to what goes.
    if (left !== undefined && !gone.includes(left)) return left;
    return this.all.findLast(({ id }) => !gone.includes(id))?.id;
  }

  #after(id: string | undefined): readonly string[] {
    return this.#following.get(id) ?? [];
  }

  #replaceOnPath(turn: Turn): void {
    // From the end: what changes is nearly always the last turn.
    const index = this.#path.findLastIndex(({ id }) => id === turn.id);
    if (index < 0) return;
    if (this.#isPathShared) this.#path = [...this.#path];
    this.#isPathShared = false;
    this.#path[index] = turn;
  }
}
