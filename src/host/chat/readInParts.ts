import * as l10n from '@vscode/l10n';
import type { Client } from '../../client/types';
import type { Attachment } from '../../conversation/turn';
import type { SummaryProgress } from '../../summarize/asker';
import { Summarizer } from '../../summarize/summarizer';

export interface ReadInPartsOptions {
  readonly client: Client;
  readonly model: string;
  /** The user's own cap, per minute. */
  readonly inputTokenCap: number | undefined;
  /** What is going to be asked about it. */
  readonly question: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SummaryProgress) => void;
}

/**
 * Notes on something that is too large to be sent along: it is read part by part, with the question in mind. Rejects with
 * what ended it, also when only a part of the notes is there: half of a file must not pass for all of it.
 */
export async function readInParts(attachment: Attachment, options: ReadInPartsOptions): Promise<Attachment> {
  const { client, model, inputTokenCap, question, signal, onProgress } = options;
  const summarizer = new Summarizer(
    client,
    { model, priority: 'normal', source: `parts-${crypto.randomUUID()}`, inputTokenCap, signal, focus: question },
    onProgress,
  );
  const { text, failure, flaws } = await summarizer.summarize(attachment);
  if (failure) throw failure;
  const [flaw] = flaws;
  if (flaw && 'error' in flaw) throw flaw.error;
  return { ...attachment, name: l10n.t('{0} (notes)', attachment.name), languageId: 'markdown', text };
}
