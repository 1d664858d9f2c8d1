/** A box to type into. Opened again it is empty but for `value`. */
export interface InputQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeHolder: string;
  readonly value?: string | undefined;
  /** What is typed is not shown. */
  readonly isSecret?: boolean | undefined;
  /** What is wrong with it, in words; `undefined` when nothing is. */
  readonly check: (typed: string) => string | undefined;
}

export interface Choice {
  /** May begin with a codicon. */
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  /** A line between choices. */
  readonly isSeparator?: boolean | undefined;
}

export interface PickQuestion {
  readonly title: string;
  readonly placeHolder: string;
}

export interface SaveQuestion {
  readonly title: string;
  readonly saveLabel: string;
  /** Proposed, with its extension. */
  readonly fileName: string;
  readonly formatName: string;
  readonly extension: string;
}

/** Where a person wants a file. */
export interface SaveTarget {
  /** Without its folder. */
  readonly name: string;
  /** Rejects when it cannot be written. */
  write(text: string): Promise<void>;
  open(): Promise<void>;
}

/**
 * All that the flows of keys ask and tell, without VS Code: they can be tried with a person who is written down.
 * `undefined` always means that the person let it be.
 */
export interface KeyDialogs {
  input(question: InputQuestion): Promise<string | undefined>;
  pick<Offered extends Choice>(choices: readonly Offered[], question: PickQuestion): Promise<Offered | undefined>;
  /** A notification; resolves with the button that was pressed. */
  tell(
    level: 'info' | 'warning' | 'error',
    message: string,
    ...buttons: readonly string[]
  ): Promise<string | undefined>;
  /** Stands in the way until it is answered; “Cancel” is always among the buttons. */
  ask(message: string, detail: string, ...buttons: readonly string[]): Promise<string | undefined>;
  /** Shows that something is under way. Settles as the work does. */
  working<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  save(question: SaveQuestion): Promise<SaveTarget | undefined>;
  openLink(url: string): void;
  openSetting(id: string): void;
  manageTrust(): void;
  showKeys(): void;
}

/** Keys are made and revoked there. */
export const consoleKeysUrl = 'https://platform.claude.com/settings/keys';
