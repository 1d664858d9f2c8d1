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
  const now = { title: l10n.t('Summarize'), delivery: 'direct' as const };
  const batch = { title: l10n.t('As a Batch, Half Price'), delivery: 'batch' as const };
  const choices = !canBeBatched(shown.plan) ? [now] : usual === 'batch' ? [batch, now] : [now, batch];
  const picked = await vscode.window.showInformationMessage(
    plainText(l10n.t('Summarize {0}?', shown.title)),
    { modal: true, detail: describePlan(shown) },
    ...choices,
  );
  return picked?.delivery;
}
