import type { BucketView } from '../../../protocol/chat';
import { memo } from '../../memo';
import { strings } from '../strings';
import { Icon } from './Icon';

interface BudgetsProps {
  readonly buckets: readonly BucketView[];
}

/** What is left of each limit. Hidden while nothing is known. */
export const Budgets = memo(({ buckets }: BudgetsProps) => {
  if (buckets.length === 0) return null;
  return (
    <ul class="budgets" aria-label={strings.limits}>
      {buckets.map((bucket) => (
        <Budget key={bucket.label} bucket={bucket} />
      ))}
    </ul>
  );
});

const valueTexts = {
  plenty: strings.remainingOf,
  low: strings.remainingLow,
  empty: strings.remainingNone,
} satisfies Record<BucketView['level'], unknown>;

function Budget({ bucket: { label, remaining, limit, share, level } }: { readonly bucket: BucketView }) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  const value = valueTexts[level](remaining, limit);
  return (
    <li class={`budget ${level}`}>
      <div class="figures" aria-hidden="true">
        <span class="label">{label}</span>
        <span class="left">
          {level === 'empty' && <Icon name="warning" />}
          <strong>{remaining}</strong>/{limit}
        </span>
      </div>
      <div
        class="track"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={value}
        title={`${label}: ${value}`}
      >
        <div class="fill" style={{ width: `${percent}%` }} />
      </div>
    </li>
  );
}
