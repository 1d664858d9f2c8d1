import type { Priority } from '../../../src/client/types';

const urgencies: Readonly<Record<Priority, number>> = { interactive: 2, normal: 1, background: 0 };

/** For queues whose highest number goes first. */
export function urgencyOf(priority: Priority): number {
  return urgencies[priority];
}

/** For Bottleneck, which counts from 0, first, to 9. */
export function bottleneckPriority(priority: Priority): number {
  return 5 - urgencyOf(priority);
}
