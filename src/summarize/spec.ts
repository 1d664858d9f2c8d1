import * as v from 'valibot';

/** How a summary is to be. `own`: as the person says in `ownPrompt`. */
export const presets = [
  'standard',
  'threeSentences',
  'hundredWords',
  'bullets',
  'releaseNotes',
  'newcomers',
  'own',
] as const;
export type Preset = (typeof presets)[number];

/** What the sources are: it decides how they are cut and whether each gets a section of its own. */
export const subjects = ['text', 'files', 'conversation', 'diff'] as const;
export type Subject = (typeof subjects)[number];

const summarySpecSchema = v.object({
  /** What it is about, as a person knows it. */
  name: v.string(),
  subject: v.picklist(subjects),
  preset: v.picklist(presets),
  /** With `own` only. */
  ownPrompt: v.optional(v.string()),
  /** As a person writes it: `German`. Missing: that of the text. */
  language: v.optional(v.string()),
  /** A question that the summary is to help with. */
  focus: v.optional(v.string()),
  /** For the whole and what is put together. */
  model: v.string(),
  /** For the parts; a cheaper one, or the same. */
  mapModel: v.string(),
  /** `short`: about half as long, because time or money is short. */
  length: v.picklist(['normal', 'short']),
  /** How many files were left out, by reason (`LeftOut`). Told in the draft; no question depends on it. */
  leftOut: v.optional(v.record(v.string(), v.number())),
  /** How it was to be before it was eased, the latest first: what was answered then is used, and not asked again. */
  earlier: v.optional(
    v.array(v.object({ model: v.string(), mapModel: v.string(), length: v.picklist(['normal', 'short']) })),
  ),
});
export type SummarySpec = v.InferOutput<typeof summarySpecSchema>;

/** @throws when it is not the spec of a summary */
export function readSpec(json: string): SummarySpec {
  return v.parse(summarySpecSchema, JSON.parse(json));
}

/** As it was before any easing: what decides how texts are cut, so that they stay cut like this. */
export function firstWording(spec: SummarySpec): Pick<SummarySpec, 'model' | 'mapModel' | 'length'> {
  return spec.earlier?.at(-1) ?? spec;
}

/** Whether each source gets a section of its own, beside a text about all of them. */
export function hasSections({ subject }: SummarySpec): boolean {
  return subject === 'files';
}

/** Why something is missing: a reason of `ClientError` or `NoAnswerError`, or `unexpected`. */
const reasonSchema = v.object({ reason: v.string(), until: v.optional(v.number()) });

const flawSchema = v.variant('kind', [
  /** An answer about it ended at its length limit. */
  v.object({ kind: v.literal('cut'), name: v.string() }),
  /** So many of its parts have no summary; all of them when the two numbers are equal. */
  v.object({
    kind: v.literal('missing'),
    name: v.string(),
    parts: v.number(),
    of: v.number(),
    because: reasonSchema,
  }),
  /** Its parts are summarized, and stand one after another. */
  v.object({ kind: v.literal('uncombined'), name: v.string(), because: reasonSchema }),
]);
export type Flaw = v.InferOutput<typeof flawSchema>;

/** What there is of a summary: the result of a job, and while it is made the drafts of it. */
export const summaryDraftSchema = v.object({
  /** Of all; the whole summary where there are no sections. Missing while it is not made. */
  overview: v.optional(v.string()),
  /**
   * One for each source that has a summary, in the order of the sources; `source` is its index. `name` and `uri` are
   * those of the source, which is not kept when the job has ended.
   */
  sections: v.array(v.object({ source: v.number(), name: v.string(), uri: v.optional(v.string()), text: v.string() })),
  /** Empty for a whole one, and while it is made. */
  flaws: v.array(flawSchema),
  /** Of the only source, where the overview is the whole summary. */
  uri: v.optional(v.string()),
  /** As in the spec. */
  leftOut: v.optional(v.record(v.string(), v.number())),
});
export type SummaryDraft = v.InferOutput<typeof summaryDraftSchema>;
