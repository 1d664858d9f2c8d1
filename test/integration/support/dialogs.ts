import * as vscode from 'vscode';
import { noteSecret } from './planted';

export interface ShownMessage {
  readonly kind: 'error' | 'warning' | 'information';
  readonly text: string;
  /** The small print of a modal one. */
  readonly detail: string | undefined;
  readonly buttons: readonly string[];
}

/** A list that was offered, by what a person reads of its rows. */
export interface ShownPick {
  readonly title: string | undefined;
  readonly labels: readonly string[];
}

/**
 * The person at the window, replaced at the edge: input boxes and quick picks get what is queued (or nothing, as when they
 * are dismissed), messages are written down and answered with a queued button when they have it.
 */
export class Dialogs {
  readonly messages: ShownMessage[] = [];
  readonly inputBoxes: vscode.InputBoxOptions[] = [];
  readonly picks: ShownPick[] = [];
  readonly #inputs: string[] = [];
  readonly #picks: string[] = [];
  readonly #buttons: string[] = [];
  #saveTarget: vscode.Uri | undefined;
  /** Where files were proposed to be saved. */
  readonly proposals: (vscode.Uri | undefined)[] = [];
  #onPress: ((button: string) => void) | undefined;
  /** Progress with Cancel, in the order of its start. */
  readonly progress: { readonly title: string | undefined; cancel(): void }[] = [];
  /** Whether the person presses Cancel as soon as there is one: what is over in no time can be cancelled no later. */
  isHasty = false;
  readonly #restore: () => void;

  constructor() {
    const { window } = vscode;
    const { showInputBox, showQuickPick, showErrorMessage, showWarningMessage, showInformationMessage } = window;
    const { withProgress, showSaveDialog } = window;
    const originals = {
      showInputBox,
      showQuickPick,
      showErrorMessage,
      showWarningMessage,
      showInformationMessage,
      withProgress,
      showSaveDialog,
    };
    this.#restore = () => Object.assign(window, originals);
    Object.assign(window, {
      showInputBox: async (options: vscode.InputBoxOptions) => {
        this.inputBoxes.push(options);
        const typed = this.#inputs.shift();
        if (typed !== undefined && options.password === true) noteSecret(typed);
        return typed;
      },
      showSaveDialog: async (options?: vscode.SaveDialogOptions) => {
        this.proposals.push(options?.defaultUri);
        return this.#saveTarget;
      },
      showQuickPick: async (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
        this.picks.push({ title: options?.title, labels: items.map(({ label }) => label) });
        const wanted = this.#picks.shift();
        return wanted === undefined ? undefined : items.find(({ label }) => label.includes(wanted));
      },
      withProgress: <Result>(
        options: vscode.ProgressOptions,
        task: (progress: vscode.Progress<object>, token: vscode.CancellationToken) => Thenable<Result>,
      ) => {
        const source = new vscode.CancellationTokenSource();
        this.progress.push({ title: options.title, cancel: () => source.cancel() });
        if (this.isHasty) source.cancel();
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

  /** What the last box with this place holder says to a value; `undefined` when it takes it. */
  async complaintAbout(placeHolder: string, value: string): Promise<string | undefined> {
    const box = this.inputBoxes.findLast((each) => each.placeHolder === placeHolder);
    if (!box) throw new Error(`Nobody was asked for "${placeHolder}"`);
    const complaint = await box.validateInput?.(value);
    return typeof complaint === 'object' ? complaint?.message : complaint;
  }

  /** Where the next file is to be saved. */
  saveTo(target: vscode.Uri): void {
    this.#saveTarget = target;
  }

  /** Called at the very moment of a press, before the extension hears of it. */
  onPress(listener: (button: string) => void): void {
    this.#onPress = listener;
  }

  /** The texts of all messages of a kind, in the order in which they appeared. */
  textsOf(kind: ShownMessage['kind']): readonly string[] {
    return this.messages.filter((message) => message.kind === kind).map(({ text }) => text);
  }

  /** Everything that a person has been told went wrong. */
  get errors(): readonly string[] {
    return this.textsOf('error');
  }

  dispose(): void {
    this.#restore();
  }

  #show(kind: ShownMessage['kind']) {
    return async (text: string, ...rest: readonly (string | vscode.MessageOptions)[]) => {
      const options = rest.find((each) => typeof each !== 'string');
      const buttons = rest.filter((each) => typeof each === 'string');
      this.messages.push({ kind, text, detail: options?.detail, buttons });
      const next = this.#buttons[0];
      if (next === undefined || !buttons.includes(next)) return undefined;
      this.#onPress?.(next);
      return this.#buttons.shift();
    };
  }
}
