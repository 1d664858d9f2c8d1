import { useEffect, useRef, useState } from 'preact/hooks';
import type { QueuedView } from '../../../protocol/chat';
import { memo } from '../../memo';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Chips } from './Chips';
import { EditBox } from './EditBox';
import { Icon } from './Icon';
import { IconButton } from './IconButton';

interface QueueProps {
  readonly session: ChatSession;
  readonly queue: readonly QueuedView[];
}

/** Messages that wait for the answer before them. */
export const Queue = memo(({ session, queue }: QueueProps) => {
  if (queue.length === 0) return null;
  return (
    <ol class="queue" aria-label={strings.queue}>
      {queue.map((message) => (
        <Queued key={message.id} session={session} message={message} />
      ))}
    </ol>
  );
});

interface QueuedProps {
  readonly session: ChatSession;
  readonly message: QueuedView;
}

function Queued({ session, message: { id, text, attachments } }: QueuedProps) {
  const [edited, setEdited] = useState<string>();
  const pencil = useRef<HTMLButtonElement>(null);
  const isEdited = edited !== undefined;
  const wasEdited = useRef(false);
  useEffect(() => {
    if (wasEdited.current && !isEdited) pencil.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);

  if (isEdited) {
    const save = () => {
      if (edited.trim() === '') return;
      if (edited !== text) session.post({ type: 'editQueued', payload: { id, text: edited } });
      setEdited(undefined);
    };
    return (
      <li>
        <EditBox
          label={strings.editQueued}
          text={edited}
          submitLabel={strings.save}
          onInput={setEdited}
          onSubmit={save}
          onCancel={() => setEdited(undefined)}
        />
      </li>
    );
  }
  return (
    <li>
      <div class="queued">
        <Icon name="clockface" />
        <span class="words">{text}</span>
        <span class="actions">
          <IconButton
            icon="run"
            label={strings.sendQueuedNow}
            onClick={() => {
              session.requestFocus();
              session.post({ type: 'sendQueuedNow', payload: { id } });
            }}
          />
          <IconButton buttonRef={pencil} icon="edit" label={strings.editQueued} onClick={() => setEdited(text)} />
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
