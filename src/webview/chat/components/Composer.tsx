import { useEffect } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { ChatSnapshot } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Icon } from './Icon';

interface ComposerProps {
  readonly session: ChatSession;
  readonly state: ChatSnapshot;
  readonly input: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ session, state: { isBusy, hasKey, model, notice }, input }: ComposerProps) {
  const draft = session.draft.value;
  const hint = session.hint.value;
  const focusRequests = session.focusRequests.value;
  useEffect(() => {
    if (focusRequests > 0) input.current?.focus();
  }, [focusRequests]);

  // The button that had the focus is replaced by the other one.
  const returnFocus = () => input.current?.focus();
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        session.send();
        returnFocus();
      }}
    >
      {notice !== undefined && (
        <div class="notice">
          <Icon name="info" />
          <span>{notice}</span>
          {!hasKey && (
            <button type="button" class="secondary" onClick={session.addKey}>
              {strings.addKey}
            </button>
          )}
        </div>
      )}
      <div class="field">
        <textarea
          ref={input}
          rows={2}
          aria-label={strings.messageClaude}
          placeholder={strings.messageClaude}
          value={draft}
          onInput={(event) => session.setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
            event.preventDefault();
            session.send();
          }}
        />
        <div class="toolbar">
          <span class="model" title={`${strings.model} ${model}`}>
            <span class="visually-hidden">{strings.model} </span>
            {model}
          </span>
          {isBusy ? (
            <button
              type="button"
              class="icon-button stop"
              aria-label={strings.stop}
              title={strings.stop}
              onClick={() => {
                session.stop();
                returnFocus();
              }}
            >
              <Icon name="debug-stop" />
            </button>
          ) : (
            <button
              type="submit"
              class="icon-button send"
              aria-label={strings.send}
              title={strings.send}
              disabled={draft.trim() === ''}
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </form>
  );
}

/** While an input method is composing, Enter and Escape belong to it. Some report that by the key code only. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
