import { useEffect, useState } from 'preact/hooks';
import { strings } from '../strings';

const secondMs = 1_000;

/** How long until a time, told beside the clock time and counted down once a second while anybody can see it. */
export function Countdown({ until }: { readonly until: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      clearTimeout(timer);
      timer = undefined;
      if (document.visibilityState === 'hidden') return;
      const time = Date.now();
      setNow(time);
      // The next tick is when the shown number changes, so that no second is skipped or shown twice.
      if (until > time) timer = setTimeout(tick, (until - time) % secondMs || secondMs);
    };
    tick();
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [until]);
  return (
    <span class="countdown" aria-hidden="true">
      {formatRemaining(until - now)}
    </span>
  );
}

function formatRemaining(remainingMs: number): string {
  const total = Math.ceil(remainingMs / secondMs);
  if (total <= 0) return strings.now;
  const seconds = total % 60;
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  if (hours > 0) return strings.inHours(hours, minutes);
  return minutes > 0 ? strings.inMinutes(minutes, seconds) : strings.inSeconds(seconds);
}
