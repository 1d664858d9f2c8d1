import type { ChatDelta, ChatNotification, ChatSnapshot, TurnView } from '../../../src/protocol/chat';

/** Runs in the page of the benchmark, in the host's place: hands the chat its messages at the pace of the host. */
let revision = 0;

function post(message: ChatNotification): void {
  window.postMessage(message, '*');
}

function send(delta: ChatDelta): void {
  revision += 1;
  post({ type: 'delta', payload: { revision, delta } });
}

function frame(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

let prepared: ChatSnapshot | undefined;

const feeder = {
  /** Before the clock runs: a host has its conversation in memory. */
  prepare(json: string): void {
    prepared = JSON.parse(json);
  },

  /** @returns milliseconds from the message to the first paint that shows anything of the conversation */
  async open(): Promise<number> {
    const snapshot = prepared;
    if (!snapshot) throw new Error('There is nothing to open');
    ({ revision } = snapshot);
    const start = performance.now();
    post({ type: 'snapshot', payload: snapshot });
    for (;;) {
      const paints = performance.getEntriesByName('first-contentful-paint');
      const [paint] = paints;
      if (paint !== undefined) return paint.startTime - start;
      await frame();
    }
  },

  turn(turn: TurnView): void {
    send({ kind: 'turn', turn });
  },

  /** Hands over the text in pieces: `intervalMs` apart, or one with every frame when it is 0. */
  async stream(turnId: string, text: string, pieceLength: number, intervalMs: number): Promise<void> {
    const start = performance.now();
    for (let at = 0, count = 1; at < text.length; at += pieceLength, count++) {
      send({ kind: 'text', turnId, text: text.slice(at, at + pieceLength) });
      const early = start + count * intervalMs - performance.now();
      if (intervalMs > 0) await pause(Math.max(0, early));
      else await frame();
    }
    await frame();
    await frame();
  },
};

export type Feeder = typeof feeder;

Object.assign(window, {
  feeder,
  acquireVsCodeApi: () => ({ getState: () => undefined, setState: () => {}, postMessage: () => {} }),
});
