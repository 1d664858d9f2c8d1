import type { TurnView } from '../../../protocol/chat';
import { strings } from '../strings';
import { IconButton } from './IconButton';

interface BranchesProps {
  readonly branch: TurnView['branch'];
  readonly isBusy: boolean;
  readonly onStep: (step: -1 | 1) => void;
}

/** Leads to the other versions of a turn: `‹ 2 of 3 ›`. */
export function Branches({ branch, isBusy, onStep }: BranchesProps) {
  if (branch === undefined) return null;
  const { position, count } = branch;
  return (
    <span class="branches" role="group" aria-label={strings.versions}>
      <IconButton
        class="previous-version"
        icon="chevron-left"
        label={strings.previousVersion}
        disabled={isBusy || position <= 1}
        onClick={() => onStep(-1)}
      />
      <span class="position">{strings.versionOf(position, count)}</span>
      <IconButton
        class="next-version"
        icon="chevron-right"
        label={strings.nextVersion}
        disabled={isBusy || position >= count}
        onClick={() => onStep(1)}
      />
    </span>
  );
}
