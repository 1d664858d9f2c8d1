import type { ChatDelta, ChatNotification, ChatSnapshot } from '../../protocol/chat';

/** Text arrives faster than a screen is drawn; one message a frame or two is all that can be seen. */
const textFlushMs = 33;

/**
 * Numbers the deltas of one view and gathers streaming text.
 *
 * Nothing is posted before the first `sendSnapshot`, nor after `suspend`: a hidden webview loses what it is sent, and
 * asks for a snapshot when it comes back.
 */
export class DeltaSender {
  readonly #post: (message: ChatNotification) => void;
  #revision = 0;
  #isReady = false;
  #pending: { readonly kind: 'text' | 'thinking'; readonly turnId: string; text: string } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(post: (message: ChatNotification) => void) {
    this.#post = post;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  sendSnapshot(snapshot: Omit<ChatSnapshot, 'revision'>): void {
    this.#dropPending();
    this.#isReady = true;
    this.#revision += 1;
    this.#post({ type: 'snapshot', payload: { ...snapshot, revision: this.#revision } });
  }

  send(delta: Exclude<ChatDelta, { kind: 'text' | 'thinking' }>): void {
    this.#flush();
    this.#number(delta);
  }

  append(kind: 'text' | 'thinking', turnId: string, text: string): void {
    if (!this.#isReady) return;
    if (this.#pending && (this.#pending.turnId !== turnId || this.#pending.kind !== kind)) this.#flush();
    this.#pending ??= { kind, turnId, text: '' };
    this.#pending.text += text;
    this.#timer ??= setTimeout(() => this.#flush(), textFlushMs);
  }

  suspend(): void {
    this.#dropPending();
    this.#isReady = false;
  }

  #flush(): void {
    const pending = this.#pending;
    this.#dropPending();
    if (pending) this.#number({ ...pending });
  }

  #number(delta: ChatDelta): void {
    if (!this.#isReady) return;
    this.#revision += 1;
    this.#post({ type: 'delta', payload: { revision: this.#revision, delta } });
  }

  #dropPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = undefined;
  }
}
