import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import type { TurnView } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { canSend } from '../state';
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
  const pencil = useRef<HTMLButtonElement>(null);
  const giveUp = () => {
    session.setEdit(undefined);
    pencil.current?.focus();
  };
  return (
    <article class="turn question" aria-label={strings.you} data-turn={turn.id}>
      <header>
        <span class="name">{strings.you}</span>
        <span class="note">{turn.time}</span>
        <QuestionActions {...props} isEdited={isEdited} pencil={pencil} />
      </header>
      {isEdited ? (
        <EditBox
          label={strings.editQuestion}
          text={edit.text}
          submitLabel={strings.resend}
          canSubmit={canSend(edit.text, turn)}
          hint={isBusy ? strings.stillAnswering : undefined}
          onInput={(text) => session.setEdit({ turnId: turn.id, text })}
          onSubmit={session.sendEdit}
          onCancel={giveUp}
        />
      ) : (
        turn.text !== '' && <p class="words">{turn.text}</p>
      )}
      <Chips attachments={turn.attachments} />
    </article>
  );
}

interface QuestionActionsProps extends QuestionProps {
  readonly isEdited: boolean;
  /** Has the focus again when an edit is given up. */
  readonly pencil: RefObject<HTMLButtonElement | null>;
}

/** While an answer runs a question can be put in other words, but not be sent. */
function QuestionActions({ session, turn, isBusy, isEdited, pencil, onShowBranch }: QuestionActionsProps) {
  return (
    <div class="actions" role="group" aria-label={strings.actionsOfQuestion}>
      <IconButton
        buttonRef={pencil}
        icon="edit"
        label={strings.edit}
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
