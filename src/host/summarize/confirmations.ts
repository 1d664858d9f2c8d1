import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { estimateTokens } from '../../summarize/pieceSize';
import type { SummarySource } from '../../summarize/summarizer';
import { formatCount } from '../format';
import { plainText } from '../plainText';

/** A book's worth, some minutes at the smallest limits: beyond this a click by mistake costs more than a question. */
const largeTokens = 100_000;

/** Whether the person wants it; only a large text is asked about. */
export async function confirmLarge({ name, text }: SummarySource, model: string): Promise<boolean> {
  const tokens = estimateTokens(text, model);
  if (tokens <= largeTokens) return true;
  return confirm(
    name,
    l10n.t('About {0} tokens. It runs at the pace of your limits; chat goes first.', formatCount(tokens)),
  );
}

export async function confirmFolder(name: string, sources: readonly SummarySource[], model: string): Promise<boolean> {
  const tokens = sources.reduce((sum, { text }) => sum + estimateTokens(text, model), 0);
  return confirm(
    name,
    l10n.t(
      '{0} files, about {1} tokens. It runs in the background at the pace of your limits; chat goes first.',
      sources.length,
      formatCount(tokens),
    ),
  );
}

async function confirm(name: string, detail: string): Promise<boolean> {
  const summarize = l10n.t('Summarize');
  const question = l10n.t('Summarize {0}?', name);
  return (
    (await vscode.window.showInformationMessage(plainText(question), { modal: true, detail }, summarize)) === summarize
  );
}
