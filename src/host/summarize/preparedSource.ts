import type * as vscode from 'vscode';
import type { JobSource } from '../../jobs/job';
import { condense } from '../../summarize/condense';
import type { SymbolSeams } from './seams';

/** Without what is only there to be counted, and with the places where it may well be cut. */
export async function prepareSource(
  name: string,
  uri: vscode.Uri,
  text: string,
  seams: SymbolSeams,
): Promise<JobSource> {
  const { text: left } = condense(name, text);
  const found = await seams.of(uri, text, left);
  return { name, uri: uri.toString(), text: left, ...(found && { seams: found }) };
}
