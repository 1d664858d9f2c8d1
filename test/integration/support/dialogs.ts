import * as vscode from 'vscode';

export interface ShownMessage {
  readonly kind: 'error' | 'warning' | 'information';
  readonly text: string;
  /** The small print of a modal one. */
  readonly detail: string | undefined;
}

/**
 * The person at the window, replaced at the edge: input boxes and quick picks get what is queued (or nothing, as when they
 * are dismissed), messages are written down and answered with a queued button when they have it.
 */
export class Dialogs {
  readonly messages: ShownMessage[] = [];
  readonly inputBoxes: vscode.InputBoxOptions[] = [];
  readonly #inputs: string[] = [];
  readonly #picks: string[] = [];
  readonly #buttons: string[] = [];
  /** Progress with Cancel, in the order of its start. */
  readonly progress: { readonly title: string | undefined; cancel(): void }[] = [];
  readonly #restore: () => void;

  constructor() {
    const { window } = vscode;
    const { showInputBox, showQuickPick, showErrorMessage, showWarningMessage, showInformationMessage } = window;
    const { withProgress } = window;
    const originals = {
      showInputBox,
      showQuickPick,
      showErrorMessage,
      showWarningMessage,
      showInformationMessage,
      withProgress,
    };
    this.#restore = () => Object.assign(window, originals);
    Object.assign(window, {
      showInputBox: async (options: vscode.InputBoxOptions) => {
        this.inputBoxes.push(options);
        return this.#inputs.shift();
      },
      showQuickPick: async (items: readonly vscode.QuickPickItem[]) => {
        const wanted = this.#picks.shift();
        return wanted === undefined ? undefined : items.find(({ label }) => label.includes(wanted));
      },
      withProgress: <Result>(
        options: vscode.ProgressOptions,
        task: (progress: vscode.Progress<object>, token: vscode.CancellationToken) => Thenable<Result>,
      ) => {
        const source = new vscode.CancellationTokenSource();
        this.progress.push({ title: options.title, cancel: () => source.cancel() });
        return task({ report: () => {} }, source.token);
      },
      showErrorMessage: this.#show('error'),
      showWarningMessage: this.#show('warning'),
      showInformationMessage: this.#show('information'),
    });
  }

  type(...inputs: readonly string[]): void {
    this.#inputs.push(...inputs);
  }

  pick(...labels: readonly string[]): void {
    this.#picks.push(...labels);
  }

  press(...buttons: readonly string[]): void {
    this.#buttons.push(...buttons);
  }

  /** Everything that a person has been told went wrong. */
  get errors(): readonly string[] {
    return this.messages.filter(({ kind }) => kind === 'error').map(({ text }) => text);
  }

  dispose(): void {
    this.#restore();
  }

  #show(kind: ShownMessage['kind']) {
    return async (text: string, ...rest: readonly (string | vscode.MessageOptions)[]) => {
      const options = rest.find((each) => typeof each !== 'string');
      this.messages.push({ kind, text, detail: options?.detail });
      const next = this.#buttons[0];
      return next !== undefined && rest.includes(next) ? this.#buttons.shift() : undefined;
    };
  }
}
