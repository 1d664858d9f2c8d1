import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { TurnView } from '../../protocol/chat';
import type { ChatSession } from './session';
import { findTurn } from './stickyScroll';

interface Switch {
  readonly index: number;
  readonly turnId: string;
  readonly step: -1 | 1;
  /** Where its upper edge was. */
  readonly top: number;
}

/** Asks for another version of a turn. When it comes, it stands where the old one stood, and the focus is on its arrow. */
export function useBranchSwitch(
  session: ChatSession,
  scroller: RefObject<HTMLElement | null>,
  turns: readonly TurnView[],
): (turnId: string, step: -1 | 1) => void {
  const pending = useRef<Switch>(undefined);
  useLayoutEffect(() => {
    const wanted = pending.current;
    const turn = wanted && turns[wanted.index];
    if (turn === undefined || turn.id === wanted?.turnId) return;
    pending.current = undefined;
    const element = findTurn(scroller.current, turn.id);
    if (!element || !wanted || !scroller.current) return;
    const [previous, next] = ['.previous-version', '.next-version'].map((name) =>
      element.querySelector<HTMLButtonElement>(name),
    );
    const button = [wanted.step === 1 ? next : previous, next, previous].find((each) => each?.disabled === false);
    button?.focus({ preventScroll: true });
    scroller.current.scrollTop += element.getBoundingClientRect().top - wanted.top;
  }, [turns]);

  return useCallback(
    (turnId, step) => {
      const state = session.state.peek();
      const index = state?.turns.findIndex(({ id }) => id === turnId) ?? -1;
      const top = findTurn(scroller.current, turnId)?.getBoundingClientRect().top ?? 0;
      pending.current = { index, turnId, step, top };
      session.showBranch(turnId, step);
    },
    [session],
  );
}
