import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../support/files';
import { startLoopbackFront } from '../../support/loopbackFront';
import { Resources } from '../../support/resources';

describe('the front before the VS Code server', () => {
  let resources: Resources;
  beforeEach(() => {
    resources = new Resources();
  });
  afterEach(() => resources.end());

  /** A server that answers with what it was asked, and shakes hands with whoever upgrades. */
  async function setup() {
    const folder = await createTemporaryFolder('unit');
    await resources.own(() => folder.remove());
    const socketPath = join(folder.path, 's');
    const server = createServer((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => response.writeHead(207, { 'x-asked': request.url }).end(`${request.method} ${body}`));
    });
    server.on('upgrade', (_request, socket, head: Buffer) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.write(head);
      socket.pipe(socket);
    });
    server.listen(socketPath);
    await once(server, 'listening');
    await resources.own(() => server.close());

    const front = await startLoopbackFront(socketPath);
    await resources.own(() => front.close());
    return { url: `http://${front.authority}`, authority: front.authority };
  }

  async function shakeHands(authority: string, origin: string): Promise<string> {
    const [host, port] = authority.split(':');
    const socket = connect(Number(port), host);
    await resources.own(() => socket.destroy());
    socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${authority}\r\nOrigin: ${origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello`,
    );
    socket.setEncoding('utf8');
    let received = '';
    for await (const chunk of socket) {
      received += String(chunk);
      if (received.includes('hello')) break;
    }
    return received;
  }

  it('mints 32 bytes, the same ones for every page of its profile', async () => {
    const { url } = await setup();
    const mint = async (path: string) => {
      const response = await fetch(`${url}${path}`, { method: 'POST' });
      return Buffer.from(await response.arrayBuffer());
    };

    const key = await mint('/mint-key');
    assert.equal(key.length, 32);
    assert.deepEqual(await mint('/mint-key'), key);
    assert.deepEqual(await mint('/some/base/mint-key?again'), key);
  });

  it('mints another key for another profile', async () => {
    const keys = [];
    for (const { url } of [await setup(), await setup()]) {
      const response = await fetch(`${url}/mint-key`, { method: 'POST' });
      keys.push(Buffer.from(await response.arrayBuffer()).toString('hex'));
    }
    assert.notEqual(keys[0], keys[1]);
  });

  it('hands on everything else, both ways', async () => {
    const { url } = await setup();
    const response = await fetch(`${url}/version?x=1`, { method: 'PUT', body: 'text' });

    assert.equal(response.status, 207);
    assert.equal(response.headers.get('x-asked'), '/version?x=1');
    assert.equal(await response.text(), 'PUT text');
  });

  it('hands on sockets, with what was sent before the handshake', async () => {
    const { authority } = await setup();
    const received = await shakeHands(authority, `http://${authority}`);
    assert.match(received, /^HTTP\/1\.1 101 [\s\S]*hello$/);
  });

  it('refuses pages of other origins, sockets included', async () => {
    const { url, authority } = await setup();
    const response = await fetch(`${url}/mint-key`, {
      method: 'POST',
      headers: { origin: 'http://elsewhere.example' },
    });
    assert.equal(response.status, 403);
    assert.match(await shakeHands(authority, 'http://elsewhere.example'), /^HTTP\/1\.1 403 /);
  });

  it('refuses a foreign name that resolves to loopback', async () => {
    const { url } = await setup();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(url, { headers: { host: 'rebound.example' } }, resolve)
        .once('error', reject)
        .end();
    });
    response.resume();
    assert.equal(response.statusCode, 403);
  });
});
