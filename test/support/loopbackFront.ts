import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface LoopbackFront {
  /** `127.0.0.1:port`, the authority of every URL of this host. */
  readonly authority: string;
  close(): Promise<void>;
}

/** The workbench takes AES-256 and refuses any other length. */
const keyBytes = 32;

/**
 * Stands before a VS Code server that listens on a Unix socket, and adds the two things it lacks:
 *
 * - `POST …/mint-key`, the server's half of the key with which the workbench encrypts SecretStorage in the browser. Without
 *   it secrets last until the next reload. One front answers with one key: it lives as long as the profile behind it.
 * - a refusal of other origins. The server runs without a connection token, and any web page may open a socket to loopback.
 */
export async function startLoopbackFront(socketPath: string): Promise<LoopbackFront> {
  const key = randomBytes(keyBytes);
  const open = new Set<Duplex>();
  let authority = '';

  const server = createServer((request, response) => {
    if (!isOwnRequest(request, authority)) {
      response.writeHead(403).end();
    } else if (request.method === 'POST' && pathOf(request).endsWith('/mint-key')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' }).end(key);
    } else {
      forwardRequest(request, response, socketPath);
    }
  });
  server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    if (isOwnRequest(request, authority)) {
      open.add(client);
      client.once('close', () => open.delete(client));
      forwardUpgrade(request, client, head, socketPath);
    } else {
      client.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    }
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('Failed to open the front: it has no port');
  }
  authority = `127.0.0.1:${address.port}`;
  return {
    authority,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of open) {
        socket.destroy();
      }
      await closed;
    },
  };
}

/** A name that resolves to loopback is not enough: the request must be meant for us, and come from a page of ours. */
function isOwnRequest({ headers }: IncomingMessage, authority: string): boolean {
  return headers.host === authority && (headers.origin === undefined || headers.origin === `http://${authority}`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*$/, '');
}

function forwardRequest(request: IncomingMessage, response: ServerResponse, socketPath: string): void {
  const { method, url: path, headers } = request;
  const upstream = httpRequest({ socketPath, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(response);
  });
  upstream.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function forwardUpgrade(request: IncomingMessage, client: Duplex, head: Buffer, socketPath: string): void {
  const upstream = connect(socketPath, () => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    client.pipe(upstream).pipe(client);
  });
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    socket.once('error', () => other.destroy());
    socket.once('close', () => other.destroy());
  }
}
