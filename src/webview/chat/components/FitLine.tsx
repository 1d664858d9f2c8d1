import type { FitAction, FitView } from '../../../protocol/chat';
import { memo } from '../../memo';
import { Countdown } from './Countdown';
import { Icon } from './Icon';

interface FitLineProps {
  readonly fit: FitView;
  readonly onAct: (action: FitAction['id']) => void;
}

/** Why the message cannot be sent at once, and what to do. What fits is told in the bar of the composer instead. */
export const FitLine = memo(({ fit: { kind, text, until, actions }, onAct }: FitLineProps) => {
  if (kind === 'fits') return null;
  return (
    <div class={`fit-line ${kind}`}>
      <Icon name={kind === 'waits' ? 'watch' : 'warning'} />
      <span class="fit-text">
        {text}
        {until !== undefined && <Countdown until={until} />}
      </span>
      {actions.length > 0 && (
        <span class="fit-actions">
          {actions.map(({ id, label }) => (
            <button key={id} type="button" class="link" onClick={() => onAct(id)}>
              {label}
            </button>
          ))}
        </span>
      )}
    </div>
  );
});
