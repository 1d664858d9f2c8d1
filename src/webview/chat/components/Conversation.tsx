import { Fragment } from 'preact';
import { useCallback, useRef } from 'preact/hooks';
import type { ChatSnapshot, TurnAction } from '../../../protocol/chat';
import { useBranchSwitch } from '../branchSwitch';
import type { ChatSession } from '../session';
import { useStickyScroll } from '../stickyScroll';
import { strings } from '../strings';
import { useTurnWindow } from '../turnWindow';
import { HistoryLine } from './HistoryLine';
import { Icon } from './Icon';
import { Turn } from './Turn';

interface ConversationProps {
  readonly session: ChatSession;
  readonly state: ChatSnapshot;
  readonly onAct: (turnId: string, action: TurnAction['id']) => void;
  readonly onPickExample: (text: string) => void;
}

/** The turns, kept at the latest one while the person is there. Not a live region: streamed text would be read in bits. */
export function Conversation({ session, state, onAct, onPickExample }: ConversationProps) {
  const { turns, isBusy, history } = state;
  const log = useRef<HTMLDivElement>(null);
  const { isAtBottom, jumpToBottom, isStuck } = useStickyScroll(log, session, turns);
  const { hiddenCount, sentinel, showEarlier } = useTurnWindow(log, turns, session.topTurnId, isStuck);
  const showBranch = useBranchSwitch(session, log, turns);
  const undoHistory = useCallback(() => session.post({ type: 'undoHistory', payload: undefined }), [session]);
  const lastId = turns.at(-1)?.id;
  return (
    <div class="conversation">
      <div ref={log} class="log" role="log" aria-label={strings.conversation} aria-live="off" tabIndex={0}>
        <div class="turns">
          {turns.length === 0 && <Examples onPick={onPickExample} />}
          {hiddenCount > 0 && (
            <button ref={sentinel} type="button" class="link earlier" onClick={showEarlier}>
              {strings.showEarlier(hiddenCount)}
            </button>
          )}
          {turns.slice(hiddenCount).map((turn) => (
            <Fragment key={turn.id}>
              {history?.beforeTurnId === turn.id && <HistoryLine history={history} onUndo={undoHistory} />}
              <Turn
                session={session}
                turn={turn}
                isLast={turn.id === lastId}
                isBusy={isBusy}
                onAct={onAct}
                onShowBranch={showBranch}
              />
            </Fragment>
          ))}
        </div>
      </div>
      {!isAtBottom && (
        <button type="button" class="jump" onClick={jumpToBottom}>
          <Icon name="arrow-down" />
          {strings.jumpToLatest}
        </button>
      )}
    </div>
  );
}

function Examples({ onPick }: { readonly onPick: (text: string) => void }) {
  return (
    <div class="examples">
      <h2>{strings.emptyTitle}</h2>
      <p>{strings.emptyText}</p>
      {strings.examples.map((example) => (
        <button key={example} type="button" class="example" onClick={() => onPick(example)}>
          {example.trimEnd()}
        </button>
      ))}
    </div>
  );
}
