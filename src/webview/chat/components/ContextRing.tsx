import type { ContextView } from '../../../protocol/chat';
import { memo } from '../../memo';
import { strings } from '../strings';

const size = 16;
const strokeWidth = 3;
const radius = (size - strokeWidth) / 2;
const circumference = 2 * Math.PI * radius;
/** Less than this is not seen; a little of something must not look like nothing. */
const leastShownShare = 0.02;

interface ContextRingProps {
  readonly context: ContextView;
  readonly onClick: () => void;
}

/** How full the window is: what is used, what is kept for the answer, what is free. Its name tells the same in words. */
export const ContextRing = memo(({ context, onClick }: ContextRingProps) => {
  const used = shown(context.usedShare, 1);
  const reserved = shown(context.reservedShare, 1 - used);
  const text = `${strings.context(context)} ${strings.preview}`;
  return (
    <button type="button" class="action ring" aria-label={text} title={text} onClick={onClick}>
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true" focusable="false">
        <Arc class="free" from={0} share={1} />
        <Arc class="reserved" from={used} share={reserved} />
        <Arc class="used" from={0} share={used} />
      </svg>
    </button>
  );
});

function shown(share: number, most: number): number {
  return share <= 0 ? 0 : Math.min(Math.max(share, leastShownShare), most);
}

interface ArcProps {
  readonly class: string;
  /** Both are parts of the whole ring, which begins at the top. */
  readonly from: number;
  readonly share: number;
}

function Arc({ from, share, ...rest }: ArcProps) {
  return (
    <circle
      class={rest.class}
      cx={size / 2}
      cy={size / 2}
      r={radius}
      fill="none"
      stroke-width={strokeWidth}
      stroke-dasharray={`${share * circumference} ${circumference}`}
      stroke-dashoffset={-from * circumference}
      transform={`rotate(-90 ${size / 2} ${size / 2})`}
    />
  );
}
