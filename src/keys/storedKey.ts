import * as v from 'valibot';
import type { KeyInfo } from './key';
import { keyEnvironments } from './key';
import { lastCharacters } from './keyShape';

/** A key as the vault holds it. Without a secret it is one of a command, or what is left of a revoked one. */
export interface StoredKey extends Omit<KeyInfo, 'id' | 'lastCharacters' | 'isActive' | 'isDefault'> {
  readonly key: string | undefined;
}

const time = v.pipe(v.number(), v.finite());
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

const sourceSchema = v.variant('kind', [
  v.object({ kind: v.literal('typed') }),
  v.object({ kind: v.literal('imported'), from: v.string() }),
  v.object({ kind: v.literal('command'), name: v.string() }),
]);

const budgetSchema = v.object({
  dailyUsd: v.fallback(v.optional(amount), undefined),
  monthlyUsd: v.fallback(v.optional(amount), undefined),
});

/** What makes it a key must be right; the rest falls back, field by field, on what an entry of before it says by its absence. */
const storedKeySchema = v.object({
  key: v.optional(v.pipe(v.string(), v.nonEmpty())),
  label: v.string(),
  addedAt: time,
  since: v.fallback(v.optional(time), undefined),
  environment: v.fallback(v.picklist(keyEnvironments), 'other'),
  source: v.fallback(sourceSchema, { kind: 'typed' }),
  organization: v.fallback(v.optional(v.string()), undefined),
  // An entry without it is of a time when only checked keys were stored. A word of a later version says nothing to us.
  health: v.fallback(v.optional(v.picklist(['unchecked', 'good', 'invalid', 'revoked']), 'good'), 'unchecked'),
  checkedAt: v.fallback(v.optional(time), undefined),
  lastError: v.fallback(v.optional(v.string()), undefined),
  budget: v.fallback(v.optional(budgetSchema, {}), {}),
  remindAt: v.fallback(v.optional(v.nullable(time)), undefined),
  // Whatever stands there instead of `false`: it is not chosen by mistake.
  isHeld: v.optional(v.unknown()),
});

/** A value that another program or a damaged keychain left there is skipped, not guessed at. */
export function parseStoredKey(value: string): StoredKey | undefined {
  const parsed = v.safeParse(storedKeySchema, parseJson(value));
  if (!parsed.success) return undefined;
  const { key, since, organization, checkedAt, lastError, budget, remindAt, isHeld, ...rest } = parsed.output;
  if (key === undefined && rest.source.kind !== 'command' && rest.health !== 'revoked') return undefined;
  return {
    ...rest,
    key,
    organization,
    checkedAt,
    lastError,
    remindAt,
    since: since ?? rest.addedAt,
    budget: { dailyUsd: budget.dailyUsd, monthlyUsd: budget.monthlyUsd },
    ...(isHeld === undefined || isHeld === false ? {} : { isHeld: true }),
  };
}

/** Equal texts for equal keys, however they were put together. */
export function writeStoredKey(stored: StoredKey): string {
  const fields = Object.entries(stored).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(fields));
}

/** The person has chosen it, or typed it in. */
export function withoutHold(stored: StoredKey): StoredKey {
  return stored.isHeld ? { ...stored, isHeld: false } : stored;
}

/** What stays of a revoked key, so that its use and its events still have a name. */
export function tombstoneOf(stored: StoredKey): StoredKey {
  return { ...stored, key: undefined, health: 'revoked' };
}

export function infoOf(
  id: string,
  { key, ...shown }: StoredKey,
  flags: Pick<KeyInfo, 'isActive' | 'isDefault'>,
): KeyInfo {
  const isHere = key !== undefined && shown.health !== 'revoked';
  return { id, ...shown, lastCharacters: isHere ? lastCharacters(key) : '', ...flags };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
