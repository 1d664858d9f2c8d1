import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** What processes connect to, so that a test sees them live and die, and takes them along when it ends. */
export interface Lifeline {
  readonly port: number;
  /** How many processes hold on to it now. */
  readonly open: number;
  /** Resolves once so many are connected. */
  connected(count: number): Promise<void>;
  /** Resolves once nobody is connected any more. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on the loopback address only. */
export async function openLifeline(): Promise<Lifeline> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      server.emit('left');
    });
    server.emit('joined');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    port: address.port,
    get open() {
      return sockets.size;
    },
    connected: async (count) => {
      while (sockets.size < count) await once(server, 'joined');
    },
    allClosed: async () => {
      while (sockets.size > 0) await once(server, 'left');
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
