import { createQuestion, type Question, type QuestionRequest, type Stage } from '../jobs/question';
import { maxTokensFor } from './lengths';
import { paragraphs, plainName, quote, sentences, systemPrompt } from './prompts';
import { hasSections, type SummarySpec } from './spec';
import { atMost, byLength, finalShape, inLanguage, lookFor, partWords, type Length, type Shape } from './wording';

/** A question, and how long its answer is meant to be. */
export interface SizedQuestion extends Question {
  readonly words: number;
}

/** What of a spec an answer depends on, and what easing a job changes of it. */
export type Wording = Pick<SummarySpec, 'model' | 'mapModel' | 'length'>;

/** A text that is asked about: a source, or a part of one. */
export interface Cut {
  /** Index of the source. */
  readonly source: number;
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly text: string;
  readonly isPart: boolean;
  /** Where it ends in its source. */
  readonly to: number;
}

/** A summary that is put together with others. */
export interface Member {
  readonly name: string;
  readonly text: string;
}

/** `final`: what a person asked for. `section`: of one source. `group`: of some files. `part`: of some parts of a text. */
type CombineKind = 'final' | 'section' | 'group' | 'part';

const combinedWords: Readonly<Record<Exclude<CombineKind, 'final'>, number>> = { section: 150, group: 50, part: 150 };

/** Notes for a question hold more than a summary for everyone. */
const wordsForFocus = 2;

/** Of the summary that is carried from part to part. */
const runningWords = 250;

/** As it is to be now first, then as it was to be before it was eased. */
export function wordingsOf(spec: SummarySpec): readonly Wording[] {
  return [spec, ...(spec.earlier ?? [])];
}

export function requestOf(model: string, words: number, prompt: string): QuestionRequest {
  return { model, maxTokens: maxTokensFor(words), system: systemPrompt, prompt };
}

function ask(label: string, stage: Stage, request: QuestionRequest, words: number): SizedQuestion {
  return { ...createQuestion(label, stage, request), words };
}

/** All in one: the only question of a small job. */
export function wholeQuestion(spec: SummarySpec, { name, label, text }: Omit<Cut, 'source'>): SizedQuestion {
  const { task, words } = finalShape(spec, text.length);
  const prompt = paragraphs(sentences(`Summarize ${plainName(name)}.`, task), focusOn(spec), quote(text));
  return ask(label, 'whole', requestOf(spec.model, words, prompt), words);
}

/** How a part is asked for, wherever it is: alone or in a bundle. */
export function pieceShape(spec: SummarySpec, length: Length, { text }: Cut): Shape {
  const words = partWords(text.length, length) * focusFactor(spec);
  return { task: atMost(words), words };
}

/** What holds for all parts of a job. Sections are read as they are, so they are in the language asked for. */
export function pieceManner(spec: SummarySpec): string {
  return sentences(lookFor(spec), hasSections(spec) ? inLanguage(spec) : inLanguage({ ...spec, language: undefined }));
}

/** Nothing in it tells which part of the text it is: a part that only moved is asked for in the same words. */
export function pieceQuestion(spec: SummarySpec, wording: Wording, cut: Cut): SizedQuestion {
  const { task, words } = pieceShape(spec, wording.length, cut);
  const name = plainName(cut.name);
  const what = cut.isPart
    ? `Summarize this part of ${name}; it is put together with the others later.`
    : `Summarize ${name}.`;
  const prompt = paragraphs(sentences(what, task, pieceManner(spec)), focusOn(spec), quote(cut.text));
  return ask(cut.label, 'map', requestOf(wording.mapModel, words, prompt), words);
}

export interface RefineStep {
  readonly cut: Cut;
  /** The summary up to here; missing for the first part. */
  readonly soFar: string | undefined;
  readonly isLast: boolean;
  /** Of the whole text. */
  readonly characters: number;
}

export function refineQuestion(spec: SummarySpec, wording: Wording, step: RefineStep): SizedQuestion {
  const { cut, soFar, isLast, characters } = step;
  const running = byLength(runningWords, wording.length);
  const manner = sentences(atMost(running), lookFor(spec), inLanguage({ ...spec, language: undefined }));
  const { task, words } = isLast ? finalShape(spec, characters) : { task: manner, words: running };
  const name = plainName(cut.name);
  const prompt = paragraphs(
    soFar === undefined
      ? sentences(`Summarize the beginning of ${name}; more of it follows.`, task)
      : sentences(
          `The first text is a summary of ${name} up to here, the second one is its ${isLast ? 'last' : 'next'} part.`,
          `Write one summary of ${isLast ? 'the whole' : 'all up to here'}.`,
          task,
        ),
    focusOn(spec),
    soFar === undefined ? '' : quote(soFar),
    quote(cut.text),
  );
  return ask(cut.label, 'refine', requestOf(isLast ? spec.model : wording.mapModel, words, prompt), words);
}

export interface Combining {
  readonly kind: CombineKind;
  readonly name: string;
  readonly label: string;
  /** Of all that a final one is about. */
  readonly characters: number;
}

export function combineQuestion(
  spec: SummarySpec,
  wording: Wording,
  { kind, name, label, characters }: Combining,
  members: readonly Member[],
): SizedQuestion {
  const { task, words } = combinedShape(spec, wording.length, kind, characters);
  const what = {
    final: `Write one summary of ${plainName(name)} out of these summaries of its parts.`,
    section: `Write one summary of ${plainName(name)} out of these summaries of its parts.`,
    group: 'Write one summary of what these files are for together, out of their summaries.',
    part: 'Write one summary out of these summaries of successive parts.',
  }[kind];
  const body = members.map(({ name, text }) => (name === '' ? text : `${plainName(name)}: ${text}`)).join('\n\n');
  const prompt = paragraphs(sentences(what, task), focusOn(spec), quote(body));
  return ask(label, 'reduce', requestOf(kind === 'final' ? spec.model : wording.model, words, prompt), words);
}

function combinedShape(spec: SummarySpec, length: Length, kind: CombineKind, characters: number): Shape {
  if (kind === 'final') return finalShape(spec, characters);
  const words = byLength(combinedWords[kind], length) * focusFactor(spec);
  const language = hasSections(spec) ? inLanguage(spec) : '';
  return { task: sentences(atMost(words), lookFor(spec), language), words };
}

/** By how much more may be said, where it is to help with a question. */
export function focusFactor({ focus = '' }: SummarySpec): number {
  return focus.trim() === '' ? 1 : wordsForFocus;
}

export function focusOn({ focus = '' }: SummarySpec): string {
  return focus.trim() === ''
    ? ''
    : `Keep above all what helps to answer this question, word for word where it matters:\n\n${quote(focus.trim())}`;
}
