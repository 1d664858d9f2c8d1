import * as l10n from '@vscode/l10n';
import { keyVariable } from '../../keys/leakDialects';
import type { LeakKind } from '../../keys/leaks';

/** How a move ended in the document. */
export type MoveOutcome =
  | 'replaced'
  /** Replaced in the editor: there was more that is not saved. */
  | 'unsaved'
  /** Replaced in the editor, but the file is read-only, or VS Code could not write it for another reason. */
  | 'notSaved'
  /** It was changed meanwhile, or closed. */
  | 'gone'
  | 'refused';

/** For the list of problems and the hover: what it is and what to do, nothing of the key. */
export function describeLeak(kind: LeakKind): string {
  switch (kind) {
    case 'api':
      return l10n.t('An Anthropic API key stands here in clear text: whoever reads the file can use it.');
    case 'admin':
      return l10n.t(
        'An Anthropic admin key stands here in clear text: whoever reads the file can manage the organization. Revoke it in the Console; Sluice takes no admin keys.',
      );
    case 'oauth':
      return l10n.t(
        'A login token for Claude stands here in clear text: whoever reads the file can act as its owner. Sign out to end it; Sluice takes API keys only.',
      );
  }
}

/** What a person reads once the key is in Sluice. */
export function describeMove(outcome: MoveOutcome, fileName: string): string {
  switch (outcome) {
    case 'replaced':
      return l10n.t(
        'The key is in Sluice, and {0} refers to {1} instead: set it where that is read. If others could read the file, or it was committed, rotate the key too.',
        fileName,
        keyVariable,
      );
    case 'unsaved':
      return l10n.t(
        'The key is in Sluice, and {0} refers to {1} instead. Save the file: until then the key is still on disk.',
        fileName,
        keyVariable,
      );
    case 'notSaved':
      return l10n.t(
        'The key is in Sluice, and no longer in the editor, but {0} could not be saved: the key is still on disk.',
        fileName,
      );
    case 'gone':
      return l10n.t(
        'The key is in Sluice. {0} was changed or closed meanwhile, so nothing was replaced there.',
        fileName,
      );
    case 'refused':
      return l10n.t('The key is in Sluice, but VS Code did not let {0} be changed: replace the key by hand.', fileName);
  }
}
