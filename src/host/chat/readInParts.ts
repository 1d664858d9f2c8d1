import * as l10n from '@vscode/l10n';
import type { Client } from '../../client/types';
import type { Attachment } from '../../conversation/turn';
import type { SummaryProgress } from '../../jobs/directAsker';
import type { SummarySpec } from '../../summarize/spec';
import { summarizeNow } from '../../summarize/summarizeNow';

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

/** What stands for the text from then on is read by the model. */
const notes =
  'Write notes that stand in for the text: what it says about the question first, with the names, numbers and lines that ' +
  'an answer needs, then what else is in it, at most 400 words.';

/**
 * Notes on something that is too large to be sent along: it is read part by part, with the question in mind. Rejects with
 * what ended it, also when only a part of the notes is there: half of a file must not pass for all of it.
 */
export async function readInParts(attachment: Attachment, options: ReadInPartsOptions): Promise<Attachment> {
  const { client, model, inputTokenCap, question, signal, onProgress } = options;
  const { name, text } = attachment;
  const spec: SummarySpec = {
    name,
    subject: 'text',
    preset: 'own',
    ownPrompt: notes,
    focus: question,
    model,
    mapModel: model,
    length: 'normal',
  };
  const sources = [{ name, uri: undefined, text }];
  const source = `parts-${crypto.randomUUID()}`;
  const { draft, failure } = await summarizeNow(
    client,
    { spec, sources, priority: 'normal', source, inputTokenCap, signal },
    onProgress,
  );
  if (failure) throw failure;
  for (const flaw of draft.flaws) {
    if (flaw.kind !== 'cut') throw new Error(`Notes on ${name} are incomplete: ${flaw.kind}, ${flaw.because.reason}`);
  }
  return { ...attachment, name: l10n.t('{0} (notes)', name), languageId: 'markdown', text: draft.overview ?? '' };
}
