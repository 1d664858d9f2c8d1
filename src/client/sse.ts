/**
 * Splits a stream of server-sent events into its events as its bytes come in. Any of the three line endings will do,
 * wherever a chunk ends; comments and fields other than `event` and `data` are passed over.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class EventStreamParser {
  readonly #onEvent: (name: string, data: string) => void;
  readonly #decoder = new TextDecoder();
  /** The line that has not ended yet. */
  #rest = '';
  #name = '';
  #data: string | undefined;

  constructor(onEvent: (name: string, data: string) => void) {
    this.#onEvent = onEvent;
  }

  push(bytes: Uint8Array): void {
    const chunk = this.#decoder.decode(bytes, { stream: true });
    // Looking through a long line again with each of its pieces would take the square of its length.
    if (!/[\r\n]/.test(chunk) && !this.#rest.endsWith('\r')) this.#rest += chunk;
    else this.#takeLines(this.#rest + chunk);
  }

  /** The last event counts even without the empty line that should follow it. */
  end(): void {
    this.#takeLines(`${this.#rest}${this.#decoder.decode()}\n\n`);
  }

  #takeLines(text: string): void {
    // A carriage return at the very end may be half of a line ending.
    const lines = (text.includes('\r') ? text.replaceAll(/\r\n|\r(?!$)/g, '\n') : text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line);
  }

  #takeLine(line: string): void {
    if (line === '') this.#dispatch();
    else if (line.startsWith('data:')) {
      const value = valueOf(line, 'data:'.length);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (line.startsWith('event:')) this.#name = valueOf(line, 'event:'.length);
  }

  #dispatch(): void {
    const name = this.#name;
    const data = this.#data;
    this.#name = '';
    this.#data = undefined;
    if (data !== undefined) this.#onEvent(name, data);
  }
}

function valueOf(line: string, start: number): string {
  return line.slice(line[start] === ' ' ? start + 1 : start);
}
