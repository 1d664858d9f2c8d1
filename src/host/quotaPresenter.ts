import * as l10n from '@vscode/l10n';
import type { LaneSnapshot } from '../client/types';
import { knownBuckets, shareOf, type NamedBucket } from './buckets';
import { formatClock, formatCount } from './format';
import { describeWait } from './waitText';

export interface QuotaLine {
  /** With VS Code's `$(icon)` syntax, but for headings. */
  readonly label: string;
  readonly isHeading: boolean;
  readonly description: string | undefined;
  readonly detail: string | undefined;
}

/** The lines of the quota view: under each lane its buckets and its load. Pure. */
export function presentQuota(lanes: readonly LaneSnapshot[], now: number): readonly QuotaLine[] {
  const known = lanes.filter((lane) => knownBuckets(lane).length > 0);
  if (known.length === 0) {
    return [
      line(
        `$(question) ${l10n.t('Limits are unknown yet')}`,
        l10n.t('The API tells its limits with the first answer. Send a message to learn them.'),
      ),
    ];
  }
  return known.flatMap((lane) => [
    { ...line([lane.group, lane.organization].filter(Boolean).join(' · ')), isHeading: true },
    ...knownBuckets(lane).map((named) => presentBucket(named, now)),
    presentLoad(lane, now),
  ]);
}

function presentBucket({ label, bucket }: NamedBucket, now: number): QuotaLine {
  const { remaining, limit, resetAt, observedAt } = bucket;
  const told = formatClock(observedAt, now);
  const left = l10n.t(
    '{0} of {1} left ({2} %)',
    formatCount(remaining),
    formatCount(limit),
    Math.floor(shareOf(bucket) * 100),
  );
  const detail =
    resetAt <= now
      ? l10n.t('Full. The API last told its level at {0}', told)
      : l10n.t('Full at {0}. The API last told its level at {1}', formatClock(resetAt, now), told);
  return line(`$(${remaining < 1 ? 'circle-slash' : 'pulse'}) ${label}`, detail, left);
}

function presentLoad({ queued, running, held }: LaneSnapshot, now: number): QuotaLine {
  const isHeld = held !== undefined && held.until > now;
  return line(
    `$(list-ordered) ${l10n.t('{0} waiting, {1} running', queued, running)}`,
    isHeld ? describeWait({ ...held, position: undefined, attempt: 1 }, now) : undefined,
  );
}

function line(label: string, detail?: string, description?: string): QuotaLine {
  return { label, isHeading: false, description, detail };
}
