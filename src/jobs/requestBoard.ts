import type { RunEvent } from '../client/types';
import type { JobRequest } from './desk';

const handedOver: Omit<JobRequest, 'label'> = {
  state: 'queued',
  position: undefined,
  reason: undefined,
  until: undefined,
  startedAt: undefined,
};

/** The requests of one job that are under way, as people see them. */
export class RequestBoard {
  readonly #requests = new Map<object, JobRequest>();
  /** Since when each has not run, by the same. */
  readonly #waitingSince = new Map<object, number>();
  readonly #now: () => number;
  readonly #onChange: () => void;

  constructor(now: () => number, onChange: () => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  get requests(): readonly JobRequest[] {
    return [...this.#requests.values()];
  }

  /** Of the one that has waited longest; 0 when none waits. */
  get longestWaitMs(): number {
    const since = Math.min(...this.#waitingSince.values());
    return Number.isFinite(since) ? this.#now() - since : 0;
  }

  /** @returns what to tell of it, and how to take it away */
  add(label: string): { readonly see: (event: RunEvent) => void; readonly remove: () => void } {
    const id = {};
    this.#waitingSince.set(id, this.#now());
    this.#set(id, { ...handedOver, label });
    return {
      see: (event) => this.#see(id, event),
      remove: () => this.#remove(id),
    };
  }

  /** A batch: it tells how many requests it holds. */
  addBatch(count: number, startedAt: number): { readonly setLook: (at: number) => void; readonly remove: () => void } {
    const id = {};
    const batch: JobRequest = { ...handedOver, label: String(count), state: 'batch', startedAt };
    this.#set(id, batch);
    return {
      setLook: (until) => this.#set(id, { ...batch, until }),
      remove: () => this.#remove(id),
    };
  }

  #see(id: object, event: RunEvent): void {
    const before = this.#requests.get(id);
    const after = before && follow(before, event, this.#now());
    if (!after || after === before) return;
    if (after.state === 'running') this.#waitingSince.delete(id);
    else if (!this.#waitingSince.has(id)) this.#waitingSince.set(id, this.#now());
    this.#set(id, after);
  }

  #set(id: object, request: JobRequest): void {
    this.#requests.set(id, request);
    this.#onChange();
  }

  #remove(id: object): void {
    this.#waitingSince.delete(id);
    if (this.#requests.delete(id)) this.#onChange();
  }
}

function follow(request: JobRequest, event: RunEvent, now: number): JobRequest {
  const { label } = request;
  switch (event.type) {
    case 'queued':
      return { ...handedOver, label, position: event.position, until: event.readyAt };
    case 'waiting':
    case 'parked':
    case 'retrying':
      return { ...handedOver, label, state: event.type, reason: event.reason, until: event.until };
    case 'started':
      return { ...handedOver, label, state: 'running', startedAt: now };
    case 'text':
    case 'thinking':
    case 'done':
      return request;
  }
}
