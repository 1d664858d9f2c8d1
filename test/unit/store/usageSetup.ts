import { fileURLToPath } from 'node:url';
import type { KeyEvent } from '../../../src/keys/keyEvent';
import type { UsageEntry } from '../../../src/usage/usageEntry';
import { noon } from './setup';
import { startWindow, type OnWrite } from './windowProcess';

const program = fileURLToPath(new URL('./usageProcess.ts', import.meta.url));

/** A request of eleven tokens that cost a quarter of a dollar, which adds up without rounding. */
export function usageEntry(given: Partial<UsageEntry> = {}): UsageEntry {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 5 };
  return { keyId: 'key-1', model: 'm', at: noon, outcome: 'done', usage, costUsd: 0.25, refusals: 0, ...given };
}

export function keyEvent(given: Partial<KeyEvent> = {}): KeyEvent {
  return { at: noon, keyId: 'key-1', label: 'Work', kind: 'added', detail: undefined, windowId: 'window-1', ...given };
}

interface AdderOptions {
  readonly folder: string;
  readonly windowId: string;
  readonly requests: number;
  readonly startAt?: number;
  /** Called with each number of a request that has been recorded. */
  readonly onWrite?: OnWrite;
}

/** A window in a process of its own; resolves with how it ended, and what it had recorded by its own account. */
export function startAdder({ folder, windowId, requests, startAt = 0, onWrite }: AdderOptions) {
  return startWindow(program, [folder, windowId, String(requests), String(startAt)], onWrite);
}
