import * as l10n from '@vscode/l10n';
import type { BucketSnapshot, LaneSnapshot } from '../client/types';
import { limitGroupOf } from '../client/limitGroups';
import type { BucketView } from '../protocol/chat';
import { formatCount } from './format';

/** Below this share of its limit a bucket is called low. */
const lowShare = 0.25;

const dimensions = ['requests', 'inputTokens', 'outputTokens'] as const;
type Dimension = (typeof dimensions)[number];

export interface NamedBucket {
  readonly dimension: Dimension;
  readonly label: string;
  readonly bucket: BucketSnapshot;
}

/** The buckets of a lane that anyone has told us about, in the order of the display. */
export function knownBuckets(lane: LaneSnapshot | undefined): readonly NamedBucket[] {
  if (!lane) return [];
  return dimensions.flatMap((dimension) => {
    const bucket = lane[dimension];
    return bucket ? [{ dimension, label: labelOf(dimension), bucket }] : [];
  });
}

/** The lane the model runs in; before it has run, the one heard of last. */
export function laneFor(lanes: readonly LaneSnapshot[], model: string): LaneSnapshot | undefined {
  const latest = lanes.toSorted((a, b) => observedAt(b) - observedAt(a));
  return latest.find(({ group }) => group === limitGroupOf(model)) ?? latest[0];
}

/** Of input and output the bucket with the smaller share left: the TPM that a person runs into first. */
export function tighterTokens(lane: LaneSnapshot): BucketSnapshot | undefined {
  const { inputTokens, outputTokens } = lane;
  if (!inputTokens || !outputTokens) return inputTokens ?? outputTokens;
  return shareOf(outputTokens) < shareOf(inputTokens) ? outputTokens : inputTokens;
}

export function shareOf({ remaining, limit }: BucketSnapshot): number {
  return limit > 0 ? Math.min(1, Math.max(0, remaining / limit)) : 0;
}

export function toBucketViews(lane: LaneSnapshot | undefined): readonly BucketView[] {
  return knownBuckets(lane).map(({ dimension, bucket }) => {
    const share = shareOf(bucket);
    return {
      label: shortLabelOf(dimension),
      remaining: formatCount(bucket.remaining),
      limit: formatCount(bucket.limit),
      share,
      level: bucket.remaining < 1 ? 'empty' : share < lowShare ? 'low' : 'plenty',
    };
  });
}

function observedAt(lane: LaneSnapshot): number {
  return Math.max(0, ...knownBuckets(lane).map(({ bucket }) => bucket.observedAt));
}

function labelOf(dimension: Dimension): string {
  switch (dimension) {
    case 'requests':
      return l10n.t('Requests');
    case 'inputTokens':
      return l10n.t('Input tokens');
    case 'outputTokens':
      return l10n.t('Output tokens');
  }
}

function shortLabelOf(dimension: Dimension): string {
  switch (dimension) {
    case 'requests':
      return l10n.t('Requests');
    case 'inputTokens':
      return l10n.t('Input');
    case 'outputTokens':
      return l10n.t('Output');
  }
}
