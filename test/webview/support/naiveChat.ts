import { parse } from 'marked';
import type { ChatNotification, TurnView } from '../../../src/protocol/chat';

/** The chat as it is quickly written: all turns at once, and the whole answer made anew with every piece of it. */
const texts = new Map<string, string>();

function show(log: HTMLElement, { id, text }: Pick<TurnView, 'id' | 'text'>): void {
  texts.set(id, text);
  let element = document.getElementById(id);
  if (element === null) {
    element = document.createElement('article');
    element.id = id;
    element.className = 'turn answer markdown';
    element.dataset['turn'] = id;
    log.append(element);
  }
  element.innerHTML = parse(text, { async: false });
  log.scrollTop = log.scrollHeight;
}

function receive(log: HTMLElement, message: ChatNotification): void {
  if (message.type === 'snapshot') for (const turn of message.payload.turns) show(log, turn);
  if (message.type !== 'delta') return;
  const { delta } = message.payload;
  if (delta.kind === 'turn') show(log, delta.turn);
  if (delta.kind === 'text') show(log, { id: delta.turnId, text: (texts.get(delta.turnId) ?? '') + delta.text });
}

function start(): void {
  document.body.innerHTML = '<div id="chat"><main class="chat"><div class="log"></div></main></div>';
  const log = document.querySelector<HTMLElement>('.log');
  if (log) window.addEventListener('message', ({ data }: MessageEvent<ChatNotification>) => receive(log, data));
}

start();
