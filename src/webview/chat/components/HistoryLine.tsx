import type { HistoryView } from '../../../protocol/chat';
import { Markdown } from '../../markdown/blocks';
import { memo } from '../../memo';
import { strings } from '../strings';
import { Icon } from './Icon';

interface HistoryLineProps {
  readonly history: HistoryView;
  readonly onUndo: () => void;
}

/** Divides the turns that are sent as they are from those that are not. */
export const HistoryLine = memo(({ history: { title, detail, canUndo }, onUndo }: HistoryLineProps) => (
  <section class="history-line" aria-label={title}>
    {detail === undefined ? (
      <p class="history-title">
        <Icon name="fold-up" />
        {title}
      </p>
    ) : (
      <details>
        <summary class="history-title">
          <Icon name="fold-up" />
          {title}
        </summary>
        <Markdown text={detail} isComplete />
      </details>
    )}
    {canUndo && (
      <button type="button" class="link" onClick={onUndo}>
        {strings.undoHistory}
      </button>
    )}
  </section>
));
