import { useEffect, useRef } from 'preact/hooks';
import type { QueuedView } from '../../../protocol/chat';
import { memo } from '../../memo';
import type { ChatSession } from '../session';
import { canSend } from '../state';
import { strings } from '../strings';
import { Chips } from './Chips';
import { EditBox } from './EditBox';
import { Icon } from './Icon';
import { IconButton } from './IconButton';

interface QueueProps {
  readonly session: ChatSession;
  readonly queue: readonly QueuedView[];
  readonly isPaused: boolean;
}

/** Messages that wait for the answer before them. */
export const Queue = memo(({ session, queue, isPaused }: QueueProps) => {
  if (queue.length === 0) return null;
  const editedId = session.queueEditor.edit.value?.id;
  const isEditing = queue.some(({ id }) => id === editedId);
  return (
    <>
      {isPaused && <Paused session={session} />}
      <ol class="queue" aria-label={strings.queue}>
        {queue.map((message) => (
          <Queued key={message.id} session={session} message={message} isEditing={isEditing} />
        ))}
      </ol>
    </>
  );
});

function Paused({ session }: Pick<QueueProps, 'session'>) {
  return (
    <div class="queue-paused">
      <Icon name="debug-pause" />
      <span>{strings.queuePaused}</span>
      <button
        type="button"
        class="link"
        onClick={() => {
          session.requestFocus();
          session.post({ type: 'resumeQueue', payload: undefined });
        }}
      >
        {strings.resumeQueue}
      </button>
    </div>
  );
}

interface QueuedProps {
  readonly session: ChatSession;
  readonly message: QueuedView;
  /** Whether one of them is being edited: one at a time. */
  readonly isEditing: boolean;
}

function Queued({ session, message, isEditing }: QueuedProps) {
  const { id, text, attachments } = message;
  const { queueEditor } = session;
  const edit = queueEditor.edit.value;
  const isEdited = edit?.id === id;
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    if (wasEdited.current && !isEdited) pencil.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);

  if (isEdited) {
    return (
      <li>
        <EditBox
          label={strings.editQueued}
          text={edit.text}
          submitLabel={strings.save}
          canSubmit={canSend(edit.text, message)}
          onInput={queueEditor.write}
          onSubmit={queueEditor.save}
          onCancel={queueEditor.close}
        />
      </li>
    );
  }
  return (
    <li>
      <div class="queued">
        <Icon name="clockface" />
        <span class="words">{text.trim() === '' ? strings.attachments : text}</span>
        <span class="actions">
          <IconButton
            icon="run"
            label={strings.sendQueuedNow}
            onClick={() => {
              session.requestFocus();
              session.post({ type: 'sendQueuedNow', payload: { id } });
            }}
          />
          <IconButton
            buttonRef={pencil}
            icon="edit"
            label={strings.editQueued}
            disabled={isEditing}
            onClick={() => queueEditor.open(id)}
          />
          <IconButton
            icon="close"
            label={strings.removeQueued}
            onClick={() => {
              session.requestFocus();
              session.post({ type: 'removeQueued', payload: { id } });
            }}
          />
        </span>
      </div>
      <Chips attachments={attachments} />
    </li>
  );
}
