import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainText } from '../plainText';
import { presets, type Preset } from '../../summarize/spec';
import type { SummarySettings } from '../settings';

/** How a summary is to be. */
export interface SummaryChoice {
  readonly preset: Preset;
  readonly ownPrompt: string;
  /** Empty: that of the text. */
  readonly language: string;
}

const labels: Readonly<Record<Preset, () => readonly [label: string, detail: string]>> = {
  standard: () => [l10n.t('Standard'), l10n.t('What it is and does, the main parts, and what a reader must know')],
  threeSentences: () => [l10n.t('Three Sentences'), l10n.t('The shortest')],
  hundredWords: () => [l10n.t('A Hundred Words'), l10n.t('One paragraph')],
  bullets: () => [l10n.t('Bullet Points'), l10n.t('One fact a line')],
  releaseNotes: () => [l10n.t('Release Notes'), l10n.t('What is new, changed and fixed for those who use it')],
  newcomers: () => [l10n.t('For Newcomers'), l10n.t('Where to begin, and how the parts fit together')],
  own: () => [l10n.t('In Your Own Words…'), l10n.t('You say what the summary is to be')],
};

/** Asks how; the settings give what is proposed. `undefined` when the person leaves it. */
export async function pickHow(usual: SummarySettings): Promise<SummaryChoice | undefined> {
  const rows = presets.map((preset) => {
    const [label, detail] = labels[preset]();
    return { preset, label, detail, ...(preset === usual.preset ? { description: l10n.t('as usual') } : {}) };
  });
  // The usual one is first, so that Enter takes it.
  const picked = await vscode.window.showQuickPick(
    rows.toSorted((one, other) => Number(other.preset === usual.preset) - Number(one.preset === usual.preset)),
    { title: l10n.t('Summarize'), placeHolder: l10n.t('How is the summary to be?'), matchOnDetail: true },
  );
  if (!picked) return undefined;
  const ownPrompt = picked.preset === 'own' ? await askOwnPrompt(usual.ownPrompt) : '';
  if (ownPrompt === undefined) return undefined;
  const language = await vscode.window.showInputBox({
    title: l10n.t('Language of the Summary'),
    prompt: plainText(l10n.t('Empty: that of the text')),
    placeHolder: l10n.t('Such as German'),
    value: usual.language,
  });
  return language === undefined ? undefined : { preset: picked.preset, ownPrompt, language: language.trim() };
}

async function askOwnPrompt(usual: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: l10n.t('What Is the Summary to Be?'),
    placeHolder: l10n.t('Such as: only what concerns error handling, as a table'),
    value: usual,
    validateInput: (text) => (text.trim() === '' ? l10n.t('Say it in a few words.') : undefined),
  });
  return typed?.trim();
}
