import type { Client, Run, RunEvent, RunResult, SendRequest } from '../client/types';

/**
 * Requests of one job and one model that wait at the client at a time: enough to keep a lane busy whatever it lets run.
 * Any more would be bound early to a key and to a priority, and the longest wait that the user allows runs from the moment
 * a request is handed over.
 */
const mostWaiting = 2;

/** The right to hand one request to the client. It is used up when that request starts, and otherwise given back. */
export interface Turn {
  /** Rejects like `Run.result`. To be called once. */
  send(client: Client, request: SendRequest, onEvent: (event: RunEvent) => void): Promise<RunResult>;
  /** Once it is known what follows from a failure: the next one is handed over at once. May be called more than once. */
  giveBack(): void;
}

interface Line {
  waiting: number;
  readonly callers: PromiseWithResolvers<Turn>[];
}

/** The way of one job to the client: how many of its requests wait there. The others wait here, in the order they came. */
export class Submission {
  readonly #lines = new Map<string, Line>();
  readonly #runs = new Set<Run>();
  #failure: Error | undefined;

  /** Resolves when one more request of this model may be handed over; rejects with the error that it was ended with. */
  take(model: string): Promise<Turn> {
    if (this.#failure) return Promise.reject(this.#failure);
    const line = this.#lineOf(model);
    const caller = Promise.withResolvers<Turn>();
    line.callers.push(caller);
    this.#admit(line);
    return caller.promise;
  }

  /** Nothing more is handed over, and what is under way is cancelled. */
  end(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const { callers } of this.#lines.values()) for (const caller of callers.splice(0)) caller.reject(error);
    for (const run of this.#runs) run.cancel();
  }

  sendNow(): void {
    for (const run of this.#runs) run.retryNow();
  }

  #lineOf(model: string): Line {
    const known = this.#lines.get(model);
    if (known) return known;
    const line: Line = { waiting: 0, callers: [] };
    this.#lines.set(model, line);
    return line;
  }

  #admit(line: Line): void {
    while (line.waiting < mostWaiting) {
      const caller = line.callers.shift();
      if (!caller) return;
      caller.resolve(this.#createTurn(line));
    }
  }

  #createTurn(line: Line): Turn {
    let isWaiting = false;
    const wait = (isNow: boolean) => {
      if (isNow === isWaiting) return;
      isWaiting = isNow;
      line.waiting += isNow ? 1 : -1;
      if (!isNow) this.#admit(line);
    };
    wait(true);
    return {
      send: async (client, request, onEvent) => {
        const run = client.send(request);
        this.#runs.add(run);
        try {
          for await (const event of run) {
            if (event.type === 'started') wait(false);
            if (event.type === 'retrying') wait(true);
            onEvent(event);
          }
          return await run.result;
        } finally {
          this.#runs.delete(run);
        }
      },
      giveBack: () => wait(false),
    };
  }
}
