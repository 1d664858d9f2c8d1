import { createParser } from 'eventsource-parser';

/** The bytes of a stream of server-sent events, as they come in. */
export interface EventStream {
  push(bytes: Uint8Array): void;
  /** The last event counts even without the empty line that should follow it. */
  end(): void;
}

/** Calls back with the name of each event, empty for one without, and its data. */
export function createEventStream(onEvent: (name: string, data: string) => void): EventStream {
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: ({ event, data }) => onEvent(event ?? '', data) });
  return {
    push: (bytes) => parser.feed(decoder.decode(bytes, { stream: true })),
    end: () => parser.feed(`${decoder.decode()}\n\n`),
  };
}
