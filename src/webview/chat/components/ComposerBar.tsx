import { useCallback } from 'preact/hooks';
import type { ChatSnapshot } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { canStop } from '../state';
import { strings } from '../strings';
import { ContextRing } from './ContextRing';
import { Icon } from './Icon';

interface ComposerBarProps {
  readonly session: ChatSession;
  readonly state: ChatSnapshot;
  /** Puts the focus back into the input when the button that had it goes away. */
  readonly onLeave: () => void;
}

/** The row under the input: what to send along, to which model, how it fits, and the button that sends or stops. */
export function ComposerBar({ session, state, onLeave }: ComposerBarProps) {
  const hasWords = session.draft.value.trim() !== '';
  const preview = useCallback(() => session.post({ type: 'preview', payload: undefined }), [session]);
  return (
    <div class="toolbar">
      <button
        type="button"
        class="quiet attach"
        aria-label={strings.addContext}
        title={strings.addContext}
        onClick={() => session.post({ type: 'attach', payload: { via: 'button' } })}
      >
        <Icon name="add" />
        <span class="word">{strings.addContextShort}</span>
      </button>
      <button
        type="button"
        class="quiet model"
        title={`${strings.model} ${state.model}`}
        onClick={() => session.post({ type: 'pickModel', payload: undefined })}
      >
        <span class="visually-hidden">{strings.model} </span>
        <span class="model-name">{state.model}</span>
        <Icon name="chevron-down" />
      </button>
      {state.context !== undefined && <ContextRing context={state.context} onClick={preview} />}
      <FitWord state={state} hasWords={hasWords} />
      {canStop(state) && (
        <button
          type="button"
          class="icon-button stop"
          aria-label={strings.stop}
          title={strings.stop}
          onClick={() => {
            session.stop();
            onLeave();
          }}
        >
          <Icon name="debug-stop" />
        </button>
      )}
      {(!state.isBusy || hasWords) && <SendButton isBusy={state.isBusy} hasWords={hasWords} />}
    </div>
  );
}

function FitWord({ state: { isBusy, fit }, hasWords }: { readonly state: ChatSnapshot; readonly hasWords: boolean }) {
  if (isBusy && hasWords) return <span class="fit">{strings.sentNext}</span>;
  const text = fit?.kind === 'fits' ? fit.text : '';
  return (
    <span class="fit" title={text}>
      {text}
    </span>
  );
}

function SendButton({ isBusy, hasWords }: { readonly isBusy: boolean; readonly hasWords: boolean }) {
  const label = isBusy ? strings.sendNext : strings.send;
  return (
    <button type="submit" class="icon-button send" aria-label={label} title={label} disabled={!hasWords}>
      <Icon name="send" />
    </button>
  );
}
