import { useCallback } from 'preact/hooks';
import type { ChatSnapshot } from '../../../protocol/chat';
import type { ChatSession } from '../session';
import { canSend, canStop } from '../state';
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
  const isReady = canSend(session.draft.value, state);
  const preview = useCallback(() => session.post({ type: 'preview', payload: undefined }), [session]);
  return (
    <div class="toolbar">
      <button
        type="button"
        class="quiet attach"
        aria-label={strings.addContext}
        title={strings.addContextHow}
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
      <FitWord state={state} isReady={isReady} />
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
      {(!state.isBusy || isReady) && <SendButton isBusy={state.isBusy} isReady={isReady} />}
    </div>
  );
}

function FitWord({ state: { isBusy, fit }, isReady }: { readonly state: ChatSnapshot; readonly isReady: boolean }) {
  if (isBusy && isReady) return <span class="fit">{strings.sentNext}</span>;
  const text = fit?.kind === 'fits' ? fit.text : '';
  return (
    <span class="fit" title={text}>
      {text}
    </span>
  );
}

function SendButton({ isBusy, isReady }: { readonly isBusy: boolean; readonly isReady: boolean }) {
  const label = isBusy ? strings.sendNext : strings.send;
  return (
    <button type="submit" class="icon-button send" aria-label={label} title={label} disabled={!isReady}>
      <Icon name="send" />
    </button>
  );
}
