import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { TurnView } from '../../protocol/chat';

/** About a screen of them, so few that they are drawn at once; more come right after when they are short. */
const firstShownTurns = 10;
/** So many that a person who scrolls on does not catch up with them, so few that they are drawn within a frame or two. */
const turnsPerStep = 20;
/** With more than this the oldest are taken away again, once the person is back at the latest. */
const mostShownTurns = 60;
/** How far above the view earlier turns are fetched: about a screen. */
const fetchMarginPx = 800;

/**
 * The latest turns of a conversation; earlier ones come as the person scrolls near, and stay until the person is back at
 * the latest. What is on the screen does not move meanwhile. So a view that is open for days holds no more than one
 * that was just opened.
 *
 * @param topTurnId a turn that must be among them
 */
export function useTurnWindow(
  scroller: RefObject<HTMLElement | null>,
  turns: readonly TurnView[],
  topTurnId: string | undefined,
  isAtBottom: () => boolean,
) {
  const [wanted, setWanted] = useState(() => hiddenAtFirst(turns, topTurnId));
  const hiddenCount = Math.min(wanted, mostHidden(turns));
  const sentinel = useRef<HTMLButtonElement>(null);
  const anchor = useRef<{ readonly element: Element; readonly top: number }>(undefined);

  const showEarlier = useCallback(() => {
    const element = scroller.current?.querySelector('[data-turn]');
    if (element) anchor.current = { element, top: element.getBoundingClientRect().top };
    setWanted(Math.max(0, hiddenCount - turnsPerStep));
  }, [hiddenCount]);

  useLayoutEffect(() => {
    const kept = anchor.current;
    anchor.current = undefined;
    if (!kept || !scroller.current) return;
    scroller.current.scrollTop += kept.element.getBoundingClientRect().top - kept.top;
  }, [hiddenCount]);

  useEffect(() => {
    const element = sentinel.current;
    if (!element) return undefined;
    // A new one each time: it tells at once when the sentinel is still near.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) showEarlier();
      },
      { root: scroller.current, rootMargin: `${fetchMarginPx}px 0px 0px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [showEarlier]);

  useEffect(() => {
    if (turns.length - hiddenCount > mostShownTurns && isAtBottom()) setWanted(mostHidden(turns));
  }, [turns.length]);

  return { hiddenCount, sentinel, showEarlier };
}

function mostHidden(turns: readonly TurnView[]): number {
  return Math.max(0, turns.length - firstShownTurns);
}

function hiddenAtFirst(turns: readonly TurnView[], topTurnId: string | undefined): number {
  const top = topTurnId === undefined ? -1 : turns.findIndex(({ id }) => id === topTurnId);
  return top === -1 ? mostHidden(turns) : Math.min(mostHidden(turns), top);
}
