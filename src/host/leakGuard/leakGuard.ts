import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../client/types';
import type { KeyInfo } from '../../keys/key';
import type { LeakKind } from '../../keys/leaks';
import type { Log } from '../log';
import { plainText } from '../plainText';
import { IgnoredLeaks } from './ignoredLeaks';
import { LeakActions } from './leakActions';
import { describeForAudit, describeLeak, describeMove, hasChanged, isSettled } from './leakGuardText';
import { findDocument, isWatched, leaksIn, lengthOf, rangeOf, watchedSchemes } from './watchedDocuments';

export interface LeakGuardOptions {
  readonly isEnabled: () => boolean;
  /**
   * Takes a key into the ring, and resolves with which one it is there. It asks, checks, and says what went wrong. `refused`:
   * the API does not take it, and the person wants it out of the file all the same; `undefined`: it is to stay.
   */
  readonly moveIn: (key: string) => Promise<AuditedKey | 'refused' | undefined>;
  /** Of the workspace. */
  readonly memento: Pick<vscode.Memento, 'get' | 'update'>;
  readonly log: Log;
  /** After a document was changed: what was done, and where. */
  readonly audit: (key: AuditedKey, detail: string) => void;
}

type AuditedKey = Pick<KeyInfo, 'id' | 'label'>;

/** One that never was in the ring. */
const noKey: AuditedKey = { id: '', label: '' };

const source = 'Sluice';

/** Of each kind, in the list of problems. */
const codes: Readonly<Record<LeakKind, string>> = { api: 'apiKey', admin: 'adminKey', oauth: 'loginToken' };

/** While somebody types, every pause is soon enough. */
const typingPauseMs = 400;

/** UTF-16 units. What is larger is nothing that somebody types in: it is looked at when it is saved. */
const longestTextWhileOpen = 1_000_000;

/** More do not help anybody. */
const mostPerDocument = 100;

/**
 * Points out keys in the documents that are open, and moves them into the ring. It only reads what VS Code has open anyway,
 * so it also works in Restricted Mode. No key leaves it but through `moveIn`; nothing it shows or stores has any part of one.
 */
export class LeakGuard implements Disposable {
  readonly #options: LeakGuardOptions;
  readonly #ignored: IgnoredLeaks;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('sluice');
  readonly #subscriptions: vscode.Disposable[] = [this.#diagnostics];
  /** By document: when it is looked at next. */
  readonly #due = new Map<string, NodeJS.Timeout>();
  /** Ids of keys that are being moved: a second click waits for no second question. */
  readonly #moving = new Set<string>();
  #isOn = false;

  constructor(options: LeakGuardOptions) {
    this.#options = options;
    this.#ignored = new IgnoredLeaks(options.memento);
  }

  start(): void {
    const { languages, workspace } = vscode;
    this.#subscriptions.push(
      languages.registerCodeActionsProvider(
        watchedSchemes.map((scheme) => ({ scheme })),
        new LeakActions((diagnostic) => this.#isOn && diagnostic.source === source),
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
      workspace.onDidOpenTextDocument((document) => this.#lookSoon(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.#lookSoon(document, typingPauseMs)),
      workspace.onDidSaveTextDocument((document) => this.#look(document)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    );
    this.handleSettings();
  }

  handleSettings(): void {
    const isOn = this.#options.isEnabled();
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    if (isOn) {
      for (const document of vscode.workspace.textDocuments) this.#lookSoon(document, 0);
    } else {
      this.#stopLooking();
      this.#diagnostics.clear();
    }
  }

  /** The arguments are those of the quick fix; as a command's they may be anything. */
  async move(uri: unknown, id: unknown): Promise<void> {
    const document = findDocument(uri);
    const leak = document && leaksIn(document, document.getText()).find((each) => each.id === id);
    if (document === undefined || leak === undefined) {
      void vscode.window.showInformationMessage(l10n.t('The key no longer stands there. Nothing was moved.'));
      return;
    }
    if (leak.kind !== 'api' || this.#moving.has(leak.id)) return;
    this.#moving.add(leak.id);
    try {
      await this.#moveKey(document, leak.key);
    } catch (error) {
      this.#options.log.error('Failed to move a key out of a file', error);
      void vscode.window.showErrorMessage(l10n.t('The key could not be moved. The log of Sluice has the details.'));
    } finally {
      this.#moving.delete(leak.id);
    }
  }

  async ignore(uri: unknown, id: unknown): Promise<void> {
    const document = findDocument(uri);
    const leak = document && leaksIn(document, document.getText()).find((each) => each.id === id);
    if (document === undefined || leak === undefined) return;
    try {
      await this.#ignored.add(leak.id);
    } catch (error) {
      this.#options.log.error('Failed to remember that a key is ignored', error);
    }
    this.#look(document);
  }

  dispose(): void {
    this.#isOn = false;
    this.#stopLooking();
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
  }

  async #moveKey({ uri }: vscode.TextDocument, key: string): Promise<void> {
    const path = vscode.workspace.asRelativePath(uri);
    // With all that it knows of languages it is a file of its own, for the few who need it.
    const { isReadOnly, replaceKey } = await import('./replaceKey');
    if (await isReadOnly(uri)) {
      void vscode.window.showWarningMessage(
        plainText(l10n.t('{0} cannot be changed, so the key was left where it is. Revoke it in the Console.', path)),
      );
      return;
    }
    const moved = await this.#options.moveIn(key);
    if (moved === undefined) return;
    const move = { ...(await replaceKey(uri, key)), isStored: moved !== 'refused' };
    if (hasChanged(move)) this.#options.audit(moved === 'refused' ? noKey : moved, describeForAudit(move, path));
    this.#options.log.info('A key was taken out of a file', { path, ...move });
    const text = describeMove(move, path);
    if (isSettled(move)) void vscode.window.showInformationMessage(plainText(text));
    else void vscode.window.showWarningMessage(plainText(text));
  }

  #lookSoon(document: vscode.TextDocument, delayMs: number): void {
    if (!this.#isOn || !isWatched(document)) return;
    const name = document.uri.toString();
    clearTimeout(this.#due.get(name));
    const look = () => {
      this.#due.delete(name);
      if (!document.isClosed && lengthOf(document) <= longestTextWhileOpen) this.#look(document);
    };
    this.#due.set(name, setTimeout(look, delayMs));
  }

  #look(document: vscode.TextDocument): void {
    if (!this.#isOn || !isWatched(document)) return;
    const ignored = this.#ignored.read();
    const leaks = leaksIn(document, document.getText()).filter(({ id }) => !ignored.has(id));
    const diagnostics = leaks.slice(0, mostPerDocument).map((leak) => {
      const diagnostic = new vscode.Diagnostic(
        rangeOf(document, leak),
        describeLeak(leak.kind),
        vscode.DiagnosticSeverity.Warning,
      );
      diagnostic.source = source;
      diagnostic.code = codes[leak.kind];
      return diagnostic;
    });
    this.#diagnostics.set(document.uri, diagnostics);
  }

  #forget({ uri }: vscode.TextDocument): void {
    const name = uri.toString();
    clearTimeout(this.#due.get(name));
    this.#due.delete(name);
    this.#diagnostics.delete(uri);
  }

  #stopLooking(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }
}
