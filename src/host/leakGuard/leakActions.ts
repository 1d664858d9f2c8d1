import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { leaksIn, rangeOf, type FoundLeak } from './watchedDocuments';

/** Quick fixes for the keys that are pointed out. They name a key by its id: neither it nor its place is handed on. */
export class LeakActions implements vscode.CodeActionProvider {
  readonly #isPointedOut: (diagnostic: vscode.Diagnostic) => boolean;

  constructor(isPointedOut: (diagnostic: vscode.Diagnostic) => boolean) {
    this.#isPointedOut = isPointedOut;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const diagnostics = context.diagnostics.filter(this.#isPointedOut);
    // Asked with every move of the cursor: the text is searched only where something was found before.
    if (diagnostics.length === 0) return [];
    return leaksIn(document, document.getText())
      .map((leak) => ({ leak, place: rangeOf(document, leak) }))
      .filter(({ place }) => place.intersection(range) !== undefined)
      .flatMap(({ leak, place }) =>
        actionsFor(
          document,
          leak,
          diagnostics.filter((each) => each.range.isEqual(place)),
        ),
      );
  }
}

function actionsFor(
  { uri }: vscode.TextDocument,
  leak: FoundLeak,
  diagnostics: vscode.Diagnostic[],
): vscode.CodeAction[] {
  // Not, or not yet, pointed out: one that is ignored, or that was written just now.
  if (diagnostics.length === 0) return [];
  const args = [uri.toString(), leak.id];
  const create = (title: string, command: string) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { title, command, arguments: args };
    action.diagnostics = diagnostics;
    return action;
  };
  const ignore = create(l10n.t('Ignore This Key Here'), commands.ignoreLeak);
  if (leak.kind !== 'api') return [ignore];
  const move = create(l10n.t('Move Key to Sluice'), commands.moveLeak);
  move.isPreferred = true;
  return [move, ignore];
}
