import { memo } from '../../memo';
import { Answer } from './Answer';
import type { AnswerProps } from './Answer';
import { Question } from './Question';

export const Turn = memo((props: AnswerProps) => {
  const { session, turn, isBusy, onShowBranch } = props;
  return turn.role === 'user' ? (
    <Question session={session} turn={turn} isBusy={isBusy} onShowBranch={onShowBranch} />
  ) : (
    <Answer {...props} />
  );
});
