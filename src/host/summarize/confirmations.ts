import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Delivery } from '../../jobs/job';
import { plainText } from '../plainText';
import { canBeBatched, describePlan, isLarge, type PlanShown } from './planText';

/**
 * How it is to go out; `undefined` when the person does not want it. Only a large one is asked about, and can wait for a
 * batch; a small one just begins.
 */
export async function confirmPlan(shown: PlanShown, usual: Delivery): Promise<Delivery | undefined> {
  if (!isLarge(shown)) return 'direct';
  const now = l10n.t('Summarize');
  const batch = l10n.t('As a Batch, Half Price');
  const buttons = !canBeBatched(shown.plan) ? [now] : usual === 'batch' ? [batch, now] : [now, batch];
  const picked = await vscode.window.showInformationMessage(
    plainText(l10n.t('Summarize {0}?', shown.title)),
    { modal: true, detail: describePlan(shown) },
    ...buttons,
  );
  if (picked === undefined) return undefined;
  return picked === batch ? 'batch' : 'direct';
}
