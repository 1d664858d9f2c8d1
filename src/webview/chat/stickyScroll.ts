import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { TurnView } from '../../protocol/chat';
import type { ChatSession } from './session';

/** Half a line: a person who scrolled to the end by hand may miss it by a few pixels. */
const bottomTolerancePx = 12;
/** Scrolling fires many events a second; the position matters only once it rests. */
const positionRestMs = 200;

/**
 * Keeps a scrolling element at its end while the person is there, and leaves it alone when they have scrolled up.
 *
 * Only a scroll upwards lets go: growing content moves the end away too, without anybody having scrolled. Sending a
 * message returns to the end. On the first turns the position of the last load is restored.
 */
export function useStickyScroll(
  scroller: RefObject<HTMLElement | null>,
  session: ChatSession,
  turns: readonly TurnView[],
) {
  const [isAtBottom, setIsAtBottom] = useState(true);
  const isStuck = useRef(true);
  const isRestored = useRef(false);
  const acceptedSends = session.acceptedSends.value;

  const stick = (isNow: boolean) => {
    isStuck.current = isNow;
    setIsAtBottom(isNow);
  };
  const goToBottom = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    let lastTop = element.scrollTop;
    let restTimer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      const top = element.scrollTop;
      if (element.scrollHeight - top - element.clientHeight <= bottomTolerancePx) stick(true);
      else if (top < lastTop) stick(false);
      lastTop = top;
      clearTimeout(restTimer);
      restTimer = setTimeout(
        () => session.keepPosition(isStuck.current ? undefined : topTurnId(element)),
        positionRestMs,
      );
    };
    const sizes = new ResizeObserver(() => {
      if (isStuck.current) goToBottom();
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    return () => {
      clearTimeout(restTimer);
      element.removeEventListener('scroll', onScroll);
      sizes.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    if (!isRestored.current && turns.length > 0) {
      isRestored.current = true;
      const top = session.topTurnId === undefined ? undefined : findTurn(scroller.current, session.topTurnId);
      if (top) {
        stick(false);
        top.scrollIntoView({ block: 'start' });
      }
    }
    if (isStuck.current) goToBottom();
  }, [turns]);

  useLayoutEffect(() => {
    if (acceptedSends > 0) jumpToBottom();
  }, [acceptedSends]);

  const jumpToBottom = () => {
    stick(true);
    goToBottom();
    session.keepPosition(undefined);
  };
  return { isAtBottom, jumpToBottom, isStuck: () => isStuck.current };
}

function turnElements(scroller: HTMLElement): readonly HTMLElement[] {
  return [...scroller.querySelectorAll<HTMLElement>('[data-turn]')];
}

export function findTurn(scroller: HTMLElement | null, id: string): HTMLElement | undefined {
  return scroller ? turnElements(scroller).find((element) => element.dataset['turn'] === id) : undefined;
}

/** The first turn whose end is below the upper edge. */
function topTurnId(scroller: HTMLElement): string | undefined {
  const edge = scroller.getBoundingClientRect().top;
  const first = turnElements(scroller).find((element) => element.getBoundingClientRect().bottom > edge);
  return first?.dataset['turn'];
}
