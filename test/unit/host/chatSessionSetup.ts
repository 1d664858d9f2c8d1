import assert from 'node:assert/strict';
import { finish, setUpChatDesk, stream, type ChatDesk, type ChatWindow } from './chatDesk';

let current: ChatDesk | undefined;

/** For the tests of this group: a new one for each, cleared after it. */
export function useDesk(): void {
  beforeEach(() => (current = setUpChatDesk()));
  afterEach(() => current?.clear());
}

export function desk(): ChatDesk {
  return current ?? assert.fail('the group does not use a desk');
}

export function queueOf({ chat }: ChatWindow): readonly string[] {
  return chat().conversation.queue.map(({ text }) => text);
}

export function lastOf({ session }: ChatWindow) {
  return session.turns.at(-1) ?? assert.fail('nothing was said');
}

export async function setupAnswered() {
  const window = await desk().openWindow();
  await window.session.ask('Why?');
  await finish(window.client, 'Because');
  return window;
}

export async function setupBusy() {
  const window = await desk().openWindow();
  await window.session.ask('Why?');
  await stream(window.client, 'So');
  return window;
}
