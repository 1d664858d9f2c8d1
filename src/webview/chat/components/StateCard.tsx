import type { ComponentChildren } from 'preact';
import type { TurnAction, TurnView } from '../../../protocol/chat';
import { strings } from '../strings';
import { Countdown } from './Countdown';
import { Icon } from './Icon';

interface StateCardProps {
  readonly turn: TurnView;
  /** Only the last turn can go on; the others are asked again from their own actions. */
  readonly isLast: boolean;
  readonly onAct: (turnId: string, action: TurnAction['id']) => void;
}

/** What stands between a question and its answer: a wait with its end, or a failure with what to do. */
export function StateCard({ turn: { id, state }, isLast, onAct }: StateCardProps) {
  switch (state.kind) {
    case 'waiting': {
      const { remedy } = state;
      return (
        <Card kind="waiting" icon="watch" title={state.title} detail={state.detail} until={state.until}>
          {remedy && (
            <button type="button" class="primary" onClick={() => onAct(id, remedy.id)}>
              {remedy.label}
            </button>
          )}
          {state.canSendNow && (
            <button type="button" class="secondary" onClick={() => onAct(id, 'sendNow')}>
              {strings.sendNow}
            </button>
          )}
          {/* Where only the key is in the way, every model waits for it. */}
          {!remedy && (
            <button type="button" class="secondary" onClick={() => onAct(id, 'switchModel')}>
              {strings.switchModel}
            </button>
          )}
          <button type="button" class="secondary" onClick={() => onAct(id, 'cancel')}>
            {strings.cancel}
          </button>
        </Card>
      );
    }
    case 'failed': {
      const actions = isLast ? state.actions : state.actions.filter(({ id }) => id !== 'retry' && id !== 'continue');
      return (
        <Card kind="failed" icon="error" title={state.title} detail={state.detail}>
          {actions.map((action, index) => (
            <button
              key={action.id}
              type="button"
              class={isLast && index === 0 ? 'primary' : 'secondary'}
              onClick={() => onAct(id, action.id)}
            >
              {action.label}
            </button>
          ))}
        </Card>
      );
    }
    default:
      return null;
  }
}

interface CardProps {
  readonly kind: 'waiting' | 'failed';
  readonly icon: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly until?: number | undefined;
  readonly children: ComponentChildren;
}

function Card({ kind, icon, title, detail, until, children }: CardProps) {
  return (
    <div class={`card ${kind}`}>
      <p class="card-title">
        <Icon name={icon} />
        <strong>{title}</strong>
        {until !== undefined && <Countdown until={until} />}
      </p>
      {detail !== undefined && <p class="card-detail">{detail}</p>}
      <div class="card-actions">{children}</div>
    </div>
  );
}
