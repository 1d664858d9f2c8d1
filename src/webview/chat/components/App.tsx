import { useMemo, useRef } from 'preact/hooks';
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

  const stopOnEscape = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !isComposing(event) && session.stop()) event.preventDefault();
  };
  const pickExample = (text: string) => {
    session.setDraft(text);
    input.current?.focus();
  };

  return (
    <MarkdownContext.Provider value={markdown}>
      {state !== undefined && (
        <main class="chat" onKeyDown={stopOnEscape}>
          <Budgets buckets={state.buckets} />
          {state.hasKey || state.turns.length > 0 ? (
            <>
              <Conversation session={session} turns={state.turns} onPickExample={pickExample} />
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
