import { ClientError } from '../../../src/client/errors';
import type { Client, ParkReason, Priority } from '../../../src/client/types';
import type { SeenAttempt } from './api';
import { until } from './waiting';

/** One of many requests, as whoever sent it sees it. */
interface LoadedRun {
  readonly number: number;
  text: string;
  /** Why it was parked last. */
  parkedBy: ParkReason | undefined;
  parkedUntil: number | undefined;
  ending: 'done' | ClientError | undefined;
}

export interface Load {
  readonly runs: readonly LoadedRun[];
  /** Resolves when every one of them has come to an end, whichever. */
  untilEnded(): Promise<void>;
  readonly done: readonly LoadedRun[];
  readonly failed: readonly LoadedRun[];
}

/** Asks for so many answers at once. Each request carries its number, by which the API's log knows it again. */
export function sendMany(
  client: Client,
  count: number,
  { model, priority = 'normal' }: { model: string; priority?: Priority },
): Load {
  const runs = Array.from({ length: count }, (_, index): LoadedRun => {
    const run = { number: index + 1, text: '', parkedBy: undefined, parkedUntil: undefined, ending: undefined };
    const content = `This is number ${run.number}; of the load.`;
    void follow(run, client.send({ model, maxTokens: 1_000, priority, messages: [{ role: 'user', content }] }));
    return run;
  });
  const open = () => runs.filter((run) => run.ending === undefined);
  return {
    runs,
    get done() {
      return runs.filter(({ ending }) => ending === 'done');
    },
    get failed() {
      return runs.filter(({ ending }) => ClientError.is(ending));
    },
    async untilEnded() {
      await until(
        () => `${open().length} of ${count} requests to end`,
        () => open().length === 0,
      );
    },
  };
}

async function follow(loaded: LoadedRun, run: ReturnType<Client['send']>): Promise<void> {
  try {
    for await (const event of run) {
      if (event.type === 'parked') {
        loaded.parkedBy = event.reason;
        loaded.parkedUntil = event.until;
      }
      if (event.type === 'started') loaded.parkedBy = undefined;
      if (event.type === 'text') loaded.text += event.text;
    }
    loaded.ending = 'done';
  } catch (error) {
    loaded.ending = ClientError.is(error) ? error : new ClientError('invalid', 'Failed otherwise', { cause: error });
  }
}

/** Which one of the load an attempt was for. */
export function numberOf({ body }: SeenAttempt): number {
  return Number(/number (\d+);/.exec(JSON.stringify(body))?.[1]);
}

/** As often as each key has been sent; “none” is one that the API does not take, or not any more. */
export function countByKey(attempts: readonly SeenAttempt[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { keyId = 'none' } of attempts) counts[keyId] = (counts[keyId] ?? 0) + 1;
  return counts;
}

export function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}
