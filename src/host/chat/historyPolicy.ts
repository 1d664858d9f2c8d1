import type { HistoryPolicy } from '../../conversation/history/policy';
import type { HistorySettings } from '../settings';

/** Late enough that few chats are ever summarized, early enough that the summary itself still fits. */
const summaryAtShare = 0.7;

/** What of a chat is sent, as the settings say. Pure. */
export function readPolicy({ policy, turns }: Pick<HistorySettings, 'policy' | 'turns'>): HistoryPolicy {
  switch (policy) {
    case 'all':
      return { kind: 'all' };
    case 'window':
      return { kind: 'window', turns };
    case 'summary':
      return { kind: 'summary', atShare: summaryAtShare };
    case 'retrieval':
      return { kind: 'retrieval', turns };
  }
}
