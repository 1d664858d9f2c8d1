import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { JobView } from '../../jobs/desk';
import { isOpen } from '../../jobs/job';
import { summaryDraftSchema, type Flaw, type SummaryDraft } from '../../summarize/spec';
import { describeDone, describeEasing, describeEnd, formatWhen, type Explain } from '../queue/jobText';
import { describeLeftOut } from './leftOutText';
import { closeFences, linkTo, spellName } from './markdownText';

export type DocumentJob = Pick<
  JobView,
  'title' | 'state' | 'done' | 'total' | 'endsAt' | 'pausedUntil' | 'failure' | 'failureUntil' | 'easings' | 'isStuck'
>;

export interface DocumentContext {
  readonly now: number;
  readonly explain: Explain;
  /** Where a heading is to lead; `undefined` where it leads nowhere. Without it headings are plain. */
  readonly linkOf?: ((uri: string) => string | undefined) | undefined;
}

/** What there is of a summary; `undefined` while there is nothing, or when a newer version has written it otherwise. */
export function readDraft(json: string | undefined): SummaryDraft | undefined {
  if (json === undefined) return undefined;
  try {
    const result = v.safeParse(summaryDraftSchema, JSON.parse(json));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The markdown that a person gets, as far as it is made. One that is not whole says so in its heading, and at its end what
 * is missing and why. Pure.
 */
export function composeDocument(job: DocumentJob, draft: SummaryDraft | undefined, context: DocumentContext): string {
  const notes = composeNotes(job, draft, context);
  const parts = [
    `# ${composeTitle(job, spellTarget(job.title, draft?.uri, context))}`,
    ...describeMaking(job, context.now),
    ...(draft?.overview === undefined ? [] : [closeFences(draft.overview)]),
    ...(draft?.sections ?? []).flatMap(({ name, uri, text }) => [
      `## ${spellTarget(name, uri, context)}`,
      closeFences(text),
    ]),
    ...(notes.length > 0 ? ['---', ...notes] : []),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function composeTitle({ state }: DocumentJob, name: string): string {
  switch (state) {
    case 'incomplete':
    case 'cancelled':
      return l10n.t('Summary of {0} (incomplete)', name);
    case 'failed':
      return l10n.t('Summary of {0} (failed)', name);
    case 'running':
    case 'paused':
    case 'done':
      return l10n.t('Summary of {0}', name);
  }
}

function spellTarget(name: string, uri: string | undefined, { linkOf }: DocumentContext): string {
  const link = uri === undefined ? undefined : linkOf?.(uri);
  return link === undefined ? spellName(name) : linkTo(name, link);
}

/** One line under the heading, as long as there is more to come. */
function describeMaking(job: DocumentJob, now: number): readonly string[] {
  if (!isOpen(job)) return [];
  const parts = [describeDone(job), job.state === 'running' ? describeEnd(job, now) : undefined];
  const standing = parts.filter((part) => part !== undefined).join(' · ');
  return [`*${[describeState(job, now), standing].filter((part) => part !== '').join(' ')}*`];
}

function describeState({ state, isStuck, pausedUntil }: DocumentJob, now: number): string {
  if (state === 'paused') {
    return pausedUntil === undefined || pausedUntil <= now
      ? l10n.t('Paused.')
      : l10n.t('Paused until {0}.', formatWhen(pausedUntil, now));
  }
  return isStuck ? l10n.t('On hold, since answers cannot be saved.') : l10n.t('Being made:');
}

/** Everything that a reader should know of how it was made. */
function composeNotes(job: DocumentJob, draft: SummaryDraft | undefined, { explain }: DocumentContext): string[] {
  const easings = job.easings.map(describeEasing);
  const leftOut = describeLeftOut(draft?.leftOut ?? {});
  return [
    ...composeList(l10n.t('Incomplete:'), describeFlaws(job, draft, explain)),
    ...composeList(l10n.t('Made sooner or cheaper:'), easings),
    ...(leftOut === '' ? [] : [leftOut]),
  ];
}

function composeList(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`**${heading}**`, lines.map((line) => `- ${line}`).join('\n')];
}

function describeFlaws(job: DocumentJob, draft: SummaryDraft | undefined, explain: Explain): readonly string[] {
  const flaws = (draft?.flaws ?? []).map((flaw) => describeFlaw(flaw, explain));
  const { state, failure, failureUntil } = job;
  if (state === 'cancelled') return [l10n.t('It was cancelled before it was whole.'), ...flaws];
  // What is missing has its reason beside it; otherwise that of the whole is all there is to say.
  const isUnexplained = flaws.length === 0 && failure !== undefined && state !== 'done' && state !== 'running';
  return isUnexplained ? [explain({ reason: failure, until: failureUntil })] : flaws;
}

function describeFlaw(flaw: Flaw, explain: Explain): string {
  const name = spellName(flaw.name);
  switch (flaw.kind) {
    case 'cut':
      return l10n.t('{0}: an answer was cut at its length limit.', name);
    case 'missing':
      return flaw.parts === flaw.of
        ? l10n.t('{0} is missing. {1}', name, explain(flaw.because))
        : l10n.t('{0}: {1} of {2} parts are missing. {3}', name, flaw.parts, flaw.of, explain(flaw.because));
    case 'uncombined':
      return l10n.t('{0}: the parts were not put together. {1}', name, explain(flaw.because));
  }
}
