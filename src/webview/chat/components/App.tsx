import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import type { TurnAction } from '../../../protocol/chat';
import { MarkdownContext } from '../../markdown/actions';
import type { MarkdownActions } from '../../markdown/actions';
import { isComposing } from '../keys';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Budgets } from './Budgets';
import { Composer } from './Composer';
import { Conversation } from './Conversation';
import { DropTarget } from './DropTarget';
import { LiveRegions } from './LiveRegions';
import { TitleBar } from './TitleBar';

/** Their button goes away with the card it is on; the others lead out of the chat. */
const endingActions: ReadonlySet<TurnAction['id']> = new Set(['retry', 'continue', 'cancel', 'sendNow']);

export function App({ session }: { readonly session: ChatSession }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const state = session.state.value;
  const markdown = useMemo<MarkdownActions>(
    () => ({
      openLink: (url) => session.post({ type: 'openLink', payload: { url } }),
      copy: session.copy,
      useCode: (action, text, language) => session.post({ type: 'code', payload: { action, text, language } }),
    }),
    [session],
  );

  useEffect(() => {
    // Of the document, since the focus may be on nothing at all when what held it has gone.
    const stopOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !isComposing(event) && session.stop()) event.preventDefault();
    };
    document.addEventListener('keydown', stopOnEscape);
    return () => document.removeEventListener('keydown', stopOnEscape);
  }, [session]);
  const act = useCallback(
    (turnId: string, action: TurnAction['id']) => {
      session.act(turnId, action);
      if (endingActions.has(action)) input.current?.focus();
    },
    [session],
  );
  const pickExample = (text: string) => {
    session.setDraft(text);
    input.current?.focus();
  };

  return (
    <MarkdownContext.Provider value={markdown}>
      {state !== undefined && (
        <main class="chat">
          {state.hasKey || state.turns.length > 0 ? (
            <>
              <TitleBar session={session} title={state.title} />
              <Budgets buckets={state.buckets} />
              <Conversation
                key={state.conversationId}
                session={session}
                state={state}
                onAct={act}
                onPickExample={pickExample}
              />
              <Composer session={session} state={state} input={input} />
              <DropTarget session={session} />
            </>
          ) : (
            <>
              <Budgets buckets={state.buckets} />
              <Welcome onAddKey={() => session.post({ type: 'addKey', payload: undefined })} />
            </>
          )}
        </main>
      )}
      <LiveRegions session={session} />
    </MarkdownContext.Provider>
  );
}

function Welcome({ onAddKey }: { readonly onAddKey: () => void }) {
  return (
    <div class="welcome">
      <h2>{strings.welcomeTitle}</h2>
      <p>{strings.welcomeText}</p>
      <button type="button" class="primary" onClick={onAddKey}>
        {strings.addKey}
      </button>
    </div>
  );
}
