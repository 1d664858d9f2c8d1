import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Api } from './api';
import type { ApiRequest, Sink } from './exchange';

export interface RunningServer {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Ends open connections as well; safe to call twice. */
  close(): Promise<void>;
}

/** Answers requests that are not the API's; `undefined` leaves them to it. */
export type Control = (request: ApiRequest) => { readonly status: number; readonly body: unknown } | undefined;

/** A client drops what it has received but not read when the connection is lost: this leaves it the time to read. */
const lossDelayMs = 20;

const loopback = '127.0.0.1';

/** The API over HTTP, on loopback only. Port 0 takes a free one. */
export async function startServer(api: Api, control: Control, port: number): Promise<RunningServer> {
  const server = createServer((incoming, response) => {
    readBody(incoming).then(
      (body) => answer(api, control, toApiRequest(incoming, body), response),
      // The client went away while it was sending: there is nobody to answer.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  let closed: Promise<void> | undefined;
  return {
    url: `http://${loopback}:${address.port}`,
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

function answer(api: Api, control: Control, request: ApiRequest, response: ServerResponse): void {
  const controlled = control(request);
  if (controlled !== undefined) {
    response.writeHead(controlled.status, { 'content-type': 'application/json' }).end(JSON.stringify(controlled.body));
    return;
  }
  const connection = api.handle(request, new HttpSink(response));
  response.once('close', () => connection.abort());
}

class HttpSink implements Sink {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  begin(status: number, headers: Record<string, string>): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  write(text: string): void {
    this.#response.write(text);
  }

  end(): void {
    this.#response.end();
  }

  lose(): void {
    const destroy = () => this.#response.destroy();
    if (this.#response.headersSent) setTimeout(destroy, lossDelayMs);
    else destroy();
  }
}

function readBody(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.once('error', reject);
  });
}

function toApiRequest(incoming: IncomingMessage, body: string): ApiRequest {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return { method: incoming.method ?? 'GET', url: new URL(incoming.url ?? '/', `http://${loopback}`), headers, body };
}
