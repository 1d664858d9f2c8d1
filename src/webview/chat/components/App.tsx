import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import type { TurnAction } from '../../../protocol/chat';
import { MarkdownContext } from '../../markdown/actions';
import type { MarkdownActions } from '../../markdown/actions';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { Budgets } from './Budgets';
import { Composer, isComposing } from './Composer';
import { Conversation } from './Conversation';
import { LiveRegions } from './LiveRegions';

export function App({ session }: { readonly session: ChatSession }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const markdown = useMemo<MarkdownActions>(() => ({ openLink: session.openLink, copy: session.copy }), [session]);
  const state = session.state.value;

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
      // Their button goes away with the card it is on; the others lead out of the chat.
      if (action === 'retry' || action === 'cancel' || action === 'sendNow') input.current?.focus();
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
          <Budgets buckets={state.buckets} />
          {state.hasKey || state.turns.length > 0 ? (
            <>
              <Conversation session={session} turns={state.turns} onAct={act} onPickExample={pickExample} />
              <Composer session={session} state={state} input={input} />
            </>
          ) : (
            <Welcome onAddKey={session.addKey} />
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
