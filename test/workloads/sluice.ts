import type { Clock } from '../../src/client/clock';
import type { Client, RunEvent } from '../../src/client/types';
import type { Answer, Contender } from './contender';

/** Sluice as a contender, whichever way its client was made. */
export function createSluice(client: Client, clock: Clock): Contender {
  return {
    name: 'Sluice',
    send: async ({ body, priority, source }) => {
      const story = new Story(clock);
      try {
        for await (const event of client.send({ ...body, priority, source })) story.note(event);
        return story.end(undefined);
      } catch (error) {
        return story.end(error instanceof Error ? error.message : String(error));
      }
    },
    close: () => client.close(),
  };
}

/** What the events of one run tell. */
class Story {
  readonly #clock: Clock;
  #estimate: { readonly readyAt: number; readonly estimatedAt: number } | undefined;
  #startedAt: number | undefined;
  #firstTextAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(event: RunEvent): void {
    const now = this.#clock.now();
    if (event.type === 'queued' && event.readyAt !== undefined) {
      this.#estimate ??= { readyAt: event.readyAt, estimatedAt: now };
    }
    if (event.type === 'started') this.#startedAt ??= now;
    if (event.type === 'text') this.#firstTextAt ??= now;
  }

  end(reason: string | undefined): Answer {
    return {
      ok: reason === undefined,
      reason,
      firstTextAt: this.#firstTextAt,
      endedAt: this.#clock.now(),
      startedAt: this.#startedAt,
      ...this.#estimate,
    };
  }
}
