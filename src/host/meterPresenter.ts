import * as l10n from '@vscode/l10n';
import type { LaneSnapshot } from '../client/types';
import { commands, type CommandId } from '../contributions';
import { knownBuckets, laneFor, tighterTokens } from './buckets';
import { formatClock, formatCount } from './format';
import { escapeMarkdown } from './keys/keyWords';
import { describeWait } from './waitText';

export interface MeterInput {
  readonly key: { readonly label: string; readonly lastCharacters: string; readonly isRefused: boolean } | undefined;
  readonly lanes: readonly LaneSnapshot[];
  readonly model: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether requests have been held back for long enough to be worth a colour. */
  readonly isHeldBack: boolean;
}

export interface MeterView {
  /** With VS Code's `$(icon)` syntax. */
  readonly text: string;
  /** Markdown; its command links are among `tooltipCommands`. */
  readonly tooltip: string;
  /** For screen readers: a sentence without icons. */
  readonly label: string;
  readonly level: 'normal' | 'warning' | 'error';
  readonly command: CommandId;
}

/** The only commands that a link in the tooltip may run. */
export const tooltipCommands: readonly CommandId[] = [commands.showQuota, commands.showQueue, commands.manageKeys];

/** What the meter says. Pure: the same input gives the same view. */
export function presentMeter(input: MeterInput): MeterView {
  const { key, lanes, model, now, isHeldBack } = input;
  if (!key) {
    const label = l10n.t('Add Claude Key');
    return {
      text: `$(key) ${label}`,
      tooltip: l10n.t('Sluice has no API key yet. Click to add one.'),
      label: l10n.t('Sluice: no API key yet. Activate to add one.'),
      level: 'normal',
      command: commands.addKey,
    };
  }
  if (key.isRefused) {
    return {
      text: `$(error) ${l10n.t('Claude Key Refused')}`,
      tooltip: l10n.t(
        'The API refuses the key “{0}”. Click to replace it or to use another one.',
        escapeMarkdown(key.label),
      ),
      label: l10n.t('Sluice: the API refuses the key. Activate to manage keys.'),
      level: 'error',
      command: commands.manageKeys,
    };
  }
  const lane = laneFor(lanes, model);
  const tooltip = presentTooltip(input, lane);
  const base = { tooltip, level: isHeldBack ? 'warning' : 'normal', command: commands.showQuota } as const;
  if (!lane || knownBuckets(lane).length === 0) {
    return {
      ...base,
      text: `$(pulse) ${l10n.t('Limits unknown')}`,
      label: l10n.t('Sluice: limits are unknown until the first answer.'),
    };
  }
  const requests = lane.requests;
  const tokens = tighterTokens(lane);
  const left = [
    requests && l10n.t('{0} RPM', formatCount(requests.remaining)),
    tokens && l10n.t('{0} TPM', formatCount(tokens.remaining)),
  ].filter((part) => part !== undefined);
  const until = isHeldBack && lane.held ? formatClock(lane.held.until, now) : undefined;
  const parts = until === undefined ? left : [...left.slice(0, 1), l10n.t('until {0}', until)];
  return {
    ...base,
    text: `$(${isHeldBack ? 'watch' : 'pulse'}) ${parts.join(' · ')}`,
    label: l10n.t(
      'Sluice, left this minute: {0}',
      [...left, ...(until === undefined ? [] : parts.slice(1))].join(', '),
    ),
  };
}

function presentTooltip({ key, model, now }: MeterInput, lane: LaneSnapshot | undefined): string {
  const buckets = knownBuckets(lane);
  const lines = [
    key ? `**${l10n.t('Sluice')}** · ${escapeMarkdown(key.label)} ····${escapeMarkdown(key.lastCharacters)}` : '',
    '',
  ];
  if (buckets.length === 0) {
    lines.push(l10n.t('The API tells its limits with the first answer.'));
  } else {
    const head = [escapeMarkdown(lane?.group ?? model), l10n.t('left'), l10n.t('limit'), l10n.t('full at')];
    lines.push(tableRow(head), '|:--|--:|--:|--:|');
    for (const { label, bucket } of buckets) {
      const fullAt = bucket.resetAt <= now ? l10n.t('now') : formatClock(bucket.resetAt, now);
      lines.push(tableRow([label, formatCount(bucket.remaining), formatCount(bucket.limit), fullAt]));
    }
    const newest = Math.max(...buckets.map(({ bucket }) => bucket.observedAt));
    lines.push('', l10n.t('The API last told its levels at {0}.', formatClock(newest, now)));
  }
  lines.push('', describeLoad(lane, now), '', tooltipLinks());
  return lines.join('\n');
}

/** VS Code draws the columns of a hover's table without a gap. */
const columnGap = '&nbsp;&nbsp;';

function tableRow([first = '', ...others]: readonly string[]): string {
  return `| ${[first, ...others.map((cell) => columnGap + cell)].join(' | ')} |`;
}

function describeLoad(lane: LaneSnapshot | undefined, now: number): string {
  const parts = [l10n.t('{0} waiting', lane?.queued ?? 0), l10n.t('{0} running', lane?.running ?? 0)];
  if (lane?.held && lane.held.until > now)
    parts.push(describeWait({ ...lane.held, position: undefined, attempt: 1 }, now));
  return parts.join(' · ');
}

function tooltipLinks(): string {
  const links = [
    [l10n.t('Limits'), commands.showQuota],
    [l10n.t('Queue'), commands.showQueue],
    [l10n.t('Keys'), commands.manageKeys],
  ] as const;
  return links.map(([label, command]) => `[${label}](command:${command})`).join(' · ');
}

/** Held back for a shorter time is not worth a colour: it would only flicker. */
const warnAfterMs = 1_000;
/** Once shown, the colour stays this long after the last held request. */
const calmAfterMs = 2_000;

export interface Hysteresis {
  readonly isOn: boolean;
  /** Epoch milliseconds of the last change of the raw signal that has not been taken over yet. */
  readonly since: number | undefined;
}

/** Follows the signal only after it has held for a while. Call it again at `since` + the delay at the latest. */
export function follow(before: Hysteresis, isSignalled: boolean, now: number): Hysteresis {
  if (isSignalled === before.isOn) return { isOn: before.isOn, since: undefined };
  const since = before.since ?? now;
  const isDue = now - since >= (isSignalled ? warnAfterMs : calmAfterMs);
  return isDue ? { isOn: isSignalled, since: undefined } : { isOn: before.isOn, since };
}
