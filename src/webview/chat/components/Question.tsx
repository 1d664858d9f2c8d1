import { useEffect, useRef } from 'preact/hooks';
import type { TurnView } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Branches } from './Branches';
import { Chips } from './Chips';
import { EditBox } from './EditBox';
import { IconButton } from './IconButton';

interface QuestionProps {
  readonly session: ChatSession;
  readonly turn: TurnView;
  readonly isBusy: boolean;
  readonly onShowBranch: (turnId: string, step: -1 | 1) => void;
}

export function Question(props: QuestionProps) {
  const { session, turn, isBusy } = props;
  const edit = session.edit.value;
  const isEdited = edit?.turnId === turn.id;
  return (
    <article class="turn question" aria-label={strings.you} data-turn={turn.id}>
      <header>
        <span class="name">{strings.you}</span>
        <span class="note">{turn.time}</span>
        <QuestionActions {...props} isEdited={isEdited} />
      </header>
      {isEdited ? (
        <EditBox
          label={strings.editQuestion}
          text={edit.text}
          submitLabel={strings.resend}
          hint={isBusy ? strings.stillAnswering : undefined}
          onInput={(text) => session.setEdit({ turnId: turn.id, text })}
          onSubmit={session.sendEdit}
          onCancel={() => session.setEdit(undefined)}
        />
      ) : (
        <p class="words">{turn.text}</p>
      )}
      <Chips attachments={turn.attachments} />
    </article>
  );
}

interface QuestionActionsProps extends QuestionProps {
  readonly isEdited: boolean;
}

function QuestionActions({ session, turn, isBusy, isEdited, onShowBranch }: QuestionActionsProps) {
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(isEdited);
  useEffect(() => {
    // The box that had the focus is gone.
    if (wasEdited.current && !isEdited) pencil.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  return (
    <div class="actions" role="group" aria-label={strings.actionsOfQuestion}>
      <IconButton
        buttonRef={pencil}
        icon="edit"
        label={strings.edit}
        disabled={isBusy && !isEdited}
        isExpanded={isEdited}
        onClick={() => session.setEdit(isEdited ? undefined : { turnId: turn.id, text: turn.text })}
      />
      <IconButton icon="copy" label={strings.copyQuestion} onClick={() => session.copy(turn.text)} />
      <IconButton
        icon="trash"
        label={strings.deleteQuestion}
        disabled={isBusy}
        onClick={() => {
          session.requestFocus();
          session.post({ type: 'remove', payload: { turnId: turn.id } });
        }}
      />
      <Branches branch={turn.branch} isBusy={isBusy} onStep={(step) => onShowBranch(turn.id, step)} />
    </div>
  );
}
