import * as l10n from '@vscode/l10n';
import { keyVariable } from '../../keys/leakDialects';
import type { LeakKind } from '../../keys/leaks';

/** How a move ended in the document. */
export type MoveOutcome =
  | 'replaced'
  /** Replaced in the editor; what is on disk still has the key: there was more that is not saved, or it is a notebook. */
  | 'unsaved'
  /** Replaced in a document that has never been on disk. */
  | 'untitled'
  /** Replaced in the editor, but the file is read-only, or VS Code could not write it for another reason. */
  | 'notSaved'
  /** It was changed meanwhile, or closed. */
  | 'gone'
  | 'refused';

export interface Replaced {
  readonly outcome: MoveOutcome;
  /** It was the value of the very variable that a reference would read, which is empty now. */
  readonly isEmptied: boolean;
}

export interface Move extends Replaced {
  /** Otherwise the API refuses the key, and it is nowhere any more. */
  readonly isStored: boolean;
}

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

export function hasChanged({ outcome }: Replaced): boolean {
  return outcome !== 'gone' && outcome !== 'refused';
}

/** Nothing is left to be done so that the key is gone and all goes on as before. */
export function isSettled({ outcome, isEmptied }: Replaced): boolean {
  return (outcome === 'replaced' || outcome === 'untitled') && !isEmptied;
}

/** What a person reads once the key is in Sluice, or was to go without that. */
export function describeMove(move: Move, fileName: string): string {
  const { isStored, outcome } = move;
  return [
    isStored ? l10n.t('The key is in Sluice.') : l10n.t('The key works no more, and is not in Sluice.'),
    ...(hasChanged(move) ? [describeChange(move, fileName)] : []),
    ...describeRest(outcome, fileName),
    ...(isStored && outcome === 'replaced'
      ? [l10n.t('If others could read the file, or it was committed, rotate the key too.')]
      : []),
  ].join(' ');
}

function describeChange({ isEmptied, isStored }: Move, fileName: string): string {
  if (!isEmptied) return l10n.t('{0} refers to {1} instead: set it where that is read.', fileName, keyVariable);
  return isStored
    ? l10n.t(
        '{0} sets {1} to nothing now: the program needs a key of its own there, a new one from the Console, for Sluice does not show a key again.',
        fileName,
        keyVariable,
      )
    : l10n.t('{0} sets {1} to nothing now: the program needs a new key there.', fileName, keyVariable);
}

function describeRest(outcome: MoveOutcome, fileName: string): readonly string[] {
  switch (outcome) {
    case 'replaced':
    case 'untitled':
      return [];
    case 'unsaved':
      return [l10n.t('Save the file: until then the key is still on disk.')];
    case 'notSaved':
      return [l10n.t('{0} could not be saved: the key is still on disk.', fileName)];
    case 'gone':
      return [l10n.t('{0} was changed or closed meanwhile, so nothing was replaced there.', fileName)];
    case 'refused':
      return [l10n.t('VS Code did not let {0} be changed: replace the key by hand.', fileName)];
  }
}

const endings = {
  replaced: '',
  unsaved: ', not saved yet',
  untitled: ', which was never on disk',
  notSaved: ', which could not be saved',
  gone: '',
  refused: '',
} as const satisfies Readonly<Record<MoveOutcome, string>>;

/** In English wherever it runs, as all of the audit trail. */
export function describeForAudit({ outcome, isEmptied, isStored }: Move, path: string): string {
  const what = isEmptied ? 'emptied' : 'replaced';
  return `${isStored ? '' : 'refused by the API, not stored; '}${what} in ${path}${endings[outcome]}`;
}
