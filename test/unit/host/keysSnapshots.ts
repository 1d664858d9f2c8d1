import type { KeyInfo } from '../../../src/keys/key';
import type { KeysSnapshot } from '../../../src/host/keys/keysSnapshot';
import { noUsage, type KeyUsage, type UsageTotals } from '../../../src/usage/usageTotals';
import { now } from './snapshots';

export const dayMs = 86_400_000;

export function keyInfo(given: Partial<KeyInfo> = {}): KeyInfo {
  const addedAt = given.addedAt ?? now - 12 * dayMs;
  return {
    id: 'k1',
    label: 'Work',
    environment: 'development',
    source: { kind: 'typed' },
    organization: 'acme',
    lastCharacters: 'abcd',
    addedAt,
    since: addedAt,
    health: 'good',
    checkedAt: undefined,
    lastError: undefined,
    budget: { dailyUsd: undefined, monthlyUsd: undefined },
    remindAt: undefined,
    isActive: false,
    isDefault: false,
    ...given,
  };
}

export function totals(given: Partial<UsageTotals> = {}): UsageTotals {
  return { ...noUsage, requests: 1, inputTokens: 1_000, outputTokens: 200, costUsd: 0.5, ...given };
}

export function keyUsage(given: Partial<KeyUsage> = {}): KeyUsage {
  return {
    keyId: 'k1',
    lastUsedAt: now - 5 * 60_000,
    today: noUsage,
    week: noUsage,
    month: noUsage,
    models: [],
    unusual: undefined,
    ...given,
  };
}

export function keysSnapshot(given: Partial<KeysSnapshot> = {}): KeysSnapshot {
  return {
    keys: [keyInfo()],
    isUnreadable: false,
    usage: new Map(),
    budgets: new Map(),
    lanes: [],
    reminderDays: 90,
    activeBy: undefined,
    missingLabel: undefined,
    usageKept: 'onDisk',
    now,
    ...given,
  };
}
