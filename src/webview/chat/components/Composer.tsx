import { useCallback, useEffect } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { ChatSnapshot, FitAction } from '../../../protocol/chat';
import { isComposing } from '../keys';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Chips } from './Chips';
import { ComposerBar } from './ComposerBar';
import { FitLine } from './FitLine';
import { Icon } from './Icon';
import { Queue } from './Queue';

interface ComposerProps {
  readonly session: ChatSession;
  readonly state: ChatSnapshot;
  readonly input: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ session, state, input }: ComposerProps) {
  const focusRequests = session.focusRequests.value;
  useEffect(() => {
    if (focusRequests > 0) input.current?.focus();
  }, [focusRequests]);
  const returnFocus = useCallback(() => input.current?.focus(), []);
  const detach = useCallback(
    (attachmentId: string) => session.post({ type: 'detach', payload: { attachmentId } }),
    [session],
  );
  const fitAct = useCallback(
    (action: FitAction['id']) => session.post({ type: 'fitAct', payload: { action } }),
    [session],
  );
  return (
    <div class="composer">
      {state.notice !== undefined && <Notice session={session} text={state.notice} hasKey={state.hasKey} />}
      <Queue session={session} queue={state.queue} isPaused={state.isQueuePaused} />
      {state.fit !== undefined && <FitLine fit={state.fit} onAct={fitAct} />}
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          session.send();
          returnFocus();
        }}
      >
        <Chips attachments={state.attachments} onRemove={detach} onLeave={returnFocus} />
        <Input session={session} input={input} />
        <ComposerBar session={session} state={state} onLeave={returnFocus} />
      </form>
    </div>
  );
}

interface NoticeProps {
  readonly session: ChatSession;
  readonly text: string;
  readonly hasKey: boolean;
}

function Notice({ session, text, hasKey }: NoticeProps) {
  return (
    <div class="notice">
      <Icon name="info" />
      <span>{text}</span>
      {!hasKey && (
        <button type="button" class="secondary" onClick={() => session.post({ type: 'addKey', payload: undefined })}>
          {strings.addKey}
        </button>
      )}
    </div>
  );
}

function Input({ session, input }: Pick<ComposerProps, 'session' | 'input'>) {
  return (
    <textarea
      ref={input}
      rows={2}
      aria-label={strings.messageClaude}
      placeholder={strings.messageClaude}
      value={session.draft.value}
      onInput={({ currentTarget }) => session.setDraft(currentTarget.value, currentTarget.selectionEnd)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
        event.preventDefault();
        session.send();
      }}
    />
  );
}
