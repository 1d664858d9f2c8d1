import { ClientError } from '../client/errors';
import type { Client, Run, RunEvent, RunResult, SendRequest } from '../client/types';

/**
 * Requests of one job and one model that wait at the client at a time: enough to keep a lane busy whatever it lets run.
 * Any more would be bound early to a key and to a priority, and the longest wait that the user allows runs from the moment
 * a request is handed over.
 */
const mostWaiting = 2;

/** The right to hand one request to the client. It is used up when that request starts, and otherwise given back. */
export interface Turn {
  /** Rejects like `Run.result`. To be called once; `compose` again when it is to be sent in another way. */
  send(client: Client, compose: () => SendRequest, onEvent: (event: RunEvent) => void): Promise<RunResult>;
  /** Once it is known what follows from a failure: the next one is handed over at once. May be called more than once. */
  giveBack(): void;
}

interface Line {
  waiting: number;
  readonly callers: PromiseWithResolvers<Turn | undefined>[];
}

/** What is known of a run that was handed over. */
interface Sent {
  hasStarted: boolean;
  isRunning: boolean;
  /** It is being called back to be sent anew. */
  isRenewed: boolean;
}

/** The way of one job to the client: how many of its requests wait there. The others wait here, in the order they came. */
export class Submission {
  readonly #lines = new Map<string, Line>();
  readonly #runs = new Map<Run, Sent>();
  #failure: Error | undefined;

  /**
   * Resolves when one more request of this model may be handed over, and with nothing when it was recalled; rejects with
   * the error that all of it was ended with.
   */
  take(model: string): Promise<Turn | undefined> {
    if (this.#failure) return Promise.reject(this.#failure);
    const line = this.#lineOf(model);
    const caller = Promise.withResolvers<Turn | undefined>();
    line.callers.push(caller);
    this.#admit(line);
    return caller.promise;
  }

  /** Those that are not handed over yet are to think again. */
  recall(): void {
    for (const caller of this.#takeCallers()) caller.resolve(undefined);
  }

  /** What waits at the client is sent anew, as it is to be sent now. */
  renew(): void {
    for (const [run, sent] of this.#runs) {
      if (sent.hasStarted) continue;
      sent.isRenewed = true;
      run.cancel();
    }
  }

  /** Nothing more is handed over. @param isGentle what runs may come to its end; what waits is cancelled */
  end(error: Error, isGentle = false): void {
    this.#failure ??= error;
    for (const caller of this.#takeCallers()) caller.reject(this.#failure);
    for (const [run, { isRunning }] of this.#runs) if (!isGentle || !isRunning) run.cancel();
  }

  sendNow(): void {
    for (const run of this.#runs.keys()) run.retryNow();
  }

  #takeCallers(): PromiseWithResolvers<Turn | undefined>[] {
    return [...this.#lines.values()].flatMap(({ callers }) => callers.splice(0));
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
      send: async (client, compose, onEvent) => {
        for (;;) {
          const sent: Sent = { hasStarted: false, isRunning: false, isRenewed: false };
          try {
            return await this.#send(client, compose(), sent, (event) => {
              if (event.type === 'started') wait(false);
              if (event.type === 'retrying') wait(true);
              onEvent(event);
            });
          } catch (error) {
            if (!sent.isRenewed || !ClientError.is(error, 'cancelled') || this.#failure) throw error;
          }
        }
      },
      giveBack: () => wait(false),
    };
  }

  async #send(
    client: Client,
    request: SendRequest,
    sent: Sent,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunResult> {
    if (this.#failure) throw this.#failure;
    const run = client.send(request);
    this.#runs.set(run, sent);
    try {
      for await (const event of run) {
        if (event.type === 'started') sent.hasStarted = true;
        sent.isRunning = event.type !== 'retrying' && (sent.isRunning || event.type === 'started');
        onEvent(event);
      }
      return await run.result;
    } finally {
      this.#runs.delete(run);
    }
  }
}
