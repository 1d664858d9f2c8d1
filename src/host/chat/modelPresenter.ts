import * as l10n from '@vscode/l10n';
import { limitGroupOf } from '../../client/limitGroups';
import { modelFacts } from '../../client/models';
import type { LaneSnapshot, ModelInfo, ModelPrice } from '../../client/types';
import { knownBuckets } from '../buckets';
import { formatCount, formatUsd } from '../format';

export interface ModelRow {
  readonly id: string;
  /** With VS Code's `$(icon)` syntax. */
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly isCurrent: boolean;
}

export interface ModelChoice {
  /** In use now. */
  readonly current: string;
  /** As the API lists them; `undefined` while, or because, the list cannot be had. */
  readonly listed: readonly ModelInfo[] | undefined;
  /** Those of the dated table, for when there is no list. */
  readonly tableIds: readonly string[];
  readonly lanes: readonly LaneSnapshot[];
  /** What of the cache is lost on a switch to this model; `undefined` for nothing. */
  readonly cacheLossOf: (to: string) => { readonly tokens: number } | undefined;
}

/** One row for every model, the current one always among them. Pure. */
export function presentModels(choice: ModelChoice): readonly ModelRow[] {
  const { current, listed, tableIds } = choice;
  const known: readonly ModelEntry[] = listed ?? tableIds.map((id) => ({ id }));
  const all = known.some(({ id }) => id === current) ? known : [{ id: current }, ...known];
  return all.map((model) => presentModel(model, choice));
}

type ModelEntry = Pick<ModelInfo, 'id'> & Partial<ModelInfo>;

/** `Sonnet 5.5` of `claude-sonnet-5-5`, of a dated snapshot too; an id of another make stays what it is. */
export function modelName(id: string, displayName?: string): string {
  const told = displayName?.replace(/^Claude\s+/i, '').trim();
  if (told) return told;
  const parts = /^claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?:-\d{8})?$/.exec(id);
  if (!parts) return id;
  const [, family = '', major = '', minor] = parts;
  return `${family.charAt(0).toUpperCase()}${family.slice(1)} ${minor === undefined ? major : `${major}.${minor}`}`;
}

/** An id as a person may type it: the API alone knows whether there is such a model. */
export function readModelId(typed: string): string | undefined {
  const id = typed.trim();
  return /^\S{1,200}$/.test(id) ? id : undefined;
}

function presentModel({ id, displayName, maxInputTokens }: ModelEntry, choice: ModelChoice): ModelRow {
  const facts = modelFacts(id);
  const isCurrent = id === choice.current;
  const windowTokens = maxInputTokens ?? facts?.windowTokens;
  const loss = isCurrent ? undefined : choice.cacheLossOf(id);
  const parts = [
    loss && `$(warning) ${l10n.t('Drops {0} cached tokens', formatCount(loss.tokens))}`,
    windowTokens === undefined ? undefined : l10n.t('{0} window', formatCount(windowTokens)),
    describePrice(facts?.price),
    describeLeft(choice.lanes, id),
  ];
  return {
    id,
    label: `$(${isCurrent ? 'check' : 'blank'}) ${modelName(id, displayName)}`,
    description: isCurrent ? l10n.t('{0} · in use', id) : id,
    detail: parts.filter((part) => part !== undefined).join(' · '),
    isCurrent,
  };
}

function describePrice(price: ModelPrice | undefined): string {
  if (!price) return l10n.t('price unknown');
  const base = l10n.t('{0} in, {1} out a million tokens', formatUsd(price.input), formatUsd(price.output));
  if (!price.longPrompt) return base;
  const { aboveTokens, factor } = price.longPrompt;
  return l10n.t('{0} ({1} times as much above {2})', base, factor, formatCount(aboveTokens));
}

function describeLeft(lanes: readonly LaneSnapshot[], id: string): string {
  const lane = lanes
    .filter(({ group }) => group === limitGroupOf(id))
    .toSorted((a, b) => lastHeard(b) - lastHeard(a))[0];
  const buckets = knownBuckets(lane);
  if (buckets.length === 0) return l10n.t('limits not known yet');
  const left = buckets.map(({ label, bucket }) => `${label} ${formatCount(bucket.remaining)}`);
  return l10n.t('left: {0}', left.join(', '));
}

function lastHeard(lane: LaneSnapshot): number {
  return Math.max(0, ...knownBuckets(lane).map(({ bucket }) => bucket.observedAt));
}
