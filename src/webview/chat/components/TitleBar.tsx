import { memo } from '../../memo';
import type { ChatSession } from '../session';
import { strings } from '../strings';
import { IconButton } from './IconButton';

interface TitleBarProps {
  readonly session: ChatSession;
  readonly title: string;
}

export const TitleBar = memo(({ session, title }: TitleBarProps) => (
  <div class="title-bar">
    <h2 title={title}>{title === '' ? strings.newChat : title}</h2>
    <IconButton
      icon="history"
      label={strings.showHistory}
      onClick={() => session.post({ type: 'showHistory', payload: undefined })}
    />
  </div>
));
