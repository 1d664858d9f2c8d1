import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { SummarizeCommands, type SummarizeCommandsOptions } from './summarizeCommands';

export function createSummaries(options: SummarizeCommandsOptions): SummarizeCommands {
  // A bundle of its own has texts of its own.
  if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle });
  return new SummarizeCommands(options);
}
