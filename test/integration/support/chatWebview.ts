import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { views } from '../../../src/contributions';
import type { ChatCommand, ChatNotification, ChatSnapshot, TurnView } from '../../../src/protocol/chat';
import { applyDelta } from '../../../src/webview/chat/state';
import { until } from './waiting';

/**
 * Stands where the browser half of the chat would: it posts what that posts, and keeps the state by the same rules. What
 * the real one draws of it is tested in a browser.
 */
export class ChatWebview {
  /** Every state, in order: what a person could have seen pass by. */
  readonly states: ChatSnapshot[] = [];
  readonly #received = new vscode.EventEmitter<unknown>();
  readonly #results = new Map<number, boolean>();
  readonly #given: Promise<void>;
  #drafts = 0;

  constructor(provider: vscode.WebviewViewProvider) {
    const nothing = new vscode.EventEmitter<void>();
    const webview: vscode.Webview = {
      options: {},
      html: '',
      cspSource: 'https://webview.invalid',
      onDidReceiveMessage: this.#received.event,
      postMessage: async (message: ChatNotification) => {
        this.#receive(message);
        return true;
      },
      asWebviewUri: (uri) => uri,
    };
    const view: vscode.WebviewView = {
      viewType: views.chat,
      webview,
      visible: true,
      onDidChangeVisibility: nothing.event,
      onDidDispose: nothing.event,
      show: () => {},
    };
    const never = new vscode.CancellationTokenSource().token;
    // The page posts it when its script runs, which is after the host has given it its document.
    this.#given = Promise.resolve(provider.resolveWebviewView(view, { state: undefined }, never));
    this.post({ type: 'ready', payload: undefined });
  }

  post(command: ChatCommand): void {
    this.postRaw(command);
  }

  /** Something that no webview of ours sends. */
  postRaw(message: unknown): void {
    void this.#given.then(() => this.#received.fire(message));
  }

  get state(): ChatSnapshot | undefined {
    return this.states.at(-1);
  }

  /** Claude's last answer. */
  get answer(): TurnView | undefined {
    return this.state?.turns.findLast(({ role }) => role === 'assistant');
  }

  /** Sends a message; resolves with whether the host took it. */
  async send(text: string): Promise<boolean> {
    this.#drafts += 1;
    const draftId = this.#drafts;
    this.post({ type: 'send', payload: { draftId, text } });
    return (await until('the host to take or refuse a message', () => this.#resultOf(draftId))).isAccepted;
  }

  /** Sends a message that must be taken; resolves with the answer once it is complete. */
  async ask(text: string): Promise<TurnView> {
    assert.equal(await this.send(text), true, this.state?.notice);
    return this.answerOf('done');
  }

  /** Claude's last answer once it is in this state. */
  async answerOf<Kind extends TurnView['state']['kind']>(
    kind: Kind,
  ): Promise<TurnView & { readonly state: Extract<TurnView['state'], { kind: Kind }> }> {
    try {
      return await until(`an answer that is ${kind}`, () => {
        const { answer } = this;
        return answer !== undefined && isOf(answer, kind) && answer;
      });
    } catch (error) {
      throw new Error(`The answer is ${JSON.stringify(this.answer?.state)}`, { cause: error });
    }
  }

  /** Claude's last answer once it waits for another key, or for a higher cap. */
  async parkedAnswer(): Promise<{ readonly id: string; readonly title: string }> {
    const what = () => `an answer that is parked, instead of ${JSON.stringify(this.answer?.state)}`;
    return until(what, () => {
      const { id, state } = this.answer ?? {};
      return id !== undefined && state?.kind === 'waiting' && state.remedy?.id === 'manageKeys' && { ...state, id };
    });
  }

  #resultOf(draftId: number): { readonly isAccepted: boolean } | undefined {
    const isAccepted = this.#results.get(draftId);
    return isAccepted === undefined ? undefined : { isAccepted };
  }

  #receive(message: ChatNotification): void {
    switch (message.type) {
      case 'snapshot':
        this.states.push(message.payload);
        break;
      case 'delta': {
        const { revision, delta } = message.payload;
        const next = this.state && applyDelta(this.state, revision, delta);
        assert.ok(next, `revision ${revision} came without the one before it`);
        this.states.push(next);
        break;
      }
      case 'sendResult':
        this.#results.set(message.payload.draftId, message.payload.isAccepted);
        break;
      case 'focusInput':
      case 'setDraft':
      case 'attached':
        break;
    }
  }
}

function isOf<Kind extends TurnView['state']['kind']>(
  turn: TurnView,
  kind: Kind,
): turn is TurnView & { readonly state: Extract<TurnView['state'], { kind: Kind }> } {
  return turn.state.kind === kind;
}
