import type { Simulator } from '../../simulator/simulator';

/** One of the two ways to reach the simulated API. */
export interface Face {
  readonly fetch: typeof fetch;
  readonly url: string;
  close(): Promise<void>;
}

export const faces: readonly { readonly name: string; readonly open: (simulator: Simulator) => Promise<Face> }[] = [
  {
    name: 'HTTP',
    async open(simulator) {
      const server = await simulator.listen();
      return { fetch, url: server.url, close: () => server.close() };
    },
  },
  {
    name: 'the in-process fetch',
    async open(simulator) {
      return { fetch: simulator.fetch, url: 'http://api.test', close: async () => {} };
    },
  },
];
