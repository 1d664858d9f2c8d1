import type { Disposable } from '../../../src/client/types';
import type { JobRequest, Jobs, JobView } from '../../../src/jobs/desk';
import { noCost, type JobCost } from '../../../src/jobs/job';
import type { SummaryDraft } from '../../../src/summarize/spec';
import { now } from './snapshots';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** Under way in this window for three minutes, a good third of it done. */
export function jobView(job: Partial<JobView> = {}): JobView {
  return {
    id: 'j1',
    title: 'src',
    identity: 'i1',
    workspace: undefined,
    model: 'claude-sonnet-5-5',
    priority: 'background',
    delivery: 'direct',
    expected: { requests: 120, inputTokens: 600_000, outputTokens: 40_000 },
    state: 'running',
    createdAt: now - 4 * minuteMs,
    startedAt: now - 3 * minuteMs,
    endedAt: undefined,
    done: 34,
    total: 120,
    failed: 0,
    cost: cost(),
    pausedUntil: undefined,
    failure: undefined,
    failureUntil: undefined,
    easings: [],
    runner: { windowId: 'w1', until: now + 20_000 },
    isMine: true,
    requests: [],
    endsAt: now + 27 * minuteMs,
    offers: [],
    isStuck: false,
    ...job,
  };
}

/** Nobody has begun it. */
export function waitingJob(id: string, job: Partial<JobView> = {}): JobView {
  return jobView({
    id,
    title: id,
    startedAt: undefined,
    done: 0,
    total: 0,
    cost: noCost,
    runner: undefined,
    isMine: false,
    endsAt: undefined,
    ...job,
  });
}

export function endedJob(job: Partial<JobView> = {}): JobView {
  return jobView({
    state: 'done',
    endedAt: now - minuteMs,
    done: 120,
    runner: undefined,
    isMine: false,
    endsAt: undefined,
    ...job,
  });
}

export function cost(some: Partial<JobCost> = {}): JobCost {
  return {
    requests: 34,
    inputTokens: 170_000,
    outputTokens: 9_000,
    costUsd: 0.123,
    hasUnknownCost: false,
    ...some,
  };
}

export function request(some: Partial<JobRequest> = {}): JobRequest {
  return {
    label: 'src/retry.ts',
    state: 'running',
    position: undefined,
    reason: undefined,
    until: undefined,
    startedAt: now - 5_000,
    ...some,
  };
}

export function draft(some: Partial<SummaryDraft> = {}): SummaryDraft {
  return {
    overview: 'All of it.',
    sections: [
      { source: 0, name: 'src/retry.ts', uri: 'file:///work/src/retry.ts', text: 'It tries again.' },
      { source: 1, name: 'a chat', text: 'They talk.' },
    ],
    flaws: [],
    ...some,
  };
}

/** Jobs that do nothing but remember what they were told. */
export class WrittenJobs implements Jobs {
  readonly told: string[] = [];
  views: readonly JobView[];
  readonly results = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  constructor(...views: readonly JobView[]) {
    this.views = views;
  }

  change(...views: readonly JobView[]): void {
    this.views = views;
    for (const listener of this.#listeners) listener();
  }

  list(): readonly JobView[] {
    return this.views;
  }

  find(jobId: string): JobView | undefined {
    return this.views.find(({ id }) => id === jobId);
  }

  resultOf(jobId: string): string | undefined {
    return this.results.get(jobId);
  }

  onDidChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  start(): undefined {
    return undefined;
  }

  pause(jobId: string): void {
    this.told.push(`pause ${jobId}`);
  }

  resume(jobId: string): void {
    this.told.push(`resume ${jobId}`);
  }

  cancel(jobId: string): void {
    this.told.push(`cancel ${jobId}`);
  }

  retry(jobId: string): void {
    this.told.push(`retry ${jobId}`);
  }

  setPriority(jobId: string, priority: string): void {
    this.told.push(`priority ${jobId} ${priority}`);
  }

  setDelivery(jobId: string, delivery: string): void {
    this.told.push(`delivery ${jobId} ${delivery}`);
  }

  ease(jobId: string, easing: string): void {
    this.told.push(`ease ${jobId} ${easing}`);
  }

  remove(jobId: string): void {
    this.told.push(`remove ${jobId}`);
  }

  clear(): void {
    this.told.push('clear');
  }

  sendNow(jobId: string): void {
    this.told.push(`sendNow ${jobId}`);
  }

  async whenEnded(): Promise<undefined> {}

  async close(): Promise<void> {}

  dispose(): void {
    this.#listeners.clear();
  }
}
