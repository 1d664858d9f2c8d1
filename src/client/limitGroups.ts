/**
 * Which models share limits. As published on 2026-06-26; ids alone do not tell, so no pattern is applied to them.
 * https://platform.claude.com/docs/en/api/rate-limits
 */
const sharedGroups: Readonly<Record<string, readonly string[]>> = {
  'opus-4.x': ['claude-opus-4-8', 'claude-opus-4-7', 'claude-opus-4-6', 'claude-opus-4-5'],
  'sonnet-4.x': ['claude-sonnet-4-6', 'claude-sonnet-4-5'],
  'fable-5': ['claude-fable-5', 'claude-fable-5-1'],
};

const groupOfModel: ReadonlyMap<string, string> = new Map(
  Object.entries(sharedGroups).flatMap(([group, models]) => models.map((model) => [model, group] as const)),
);

/** A model that shares with no other is a group of its own, named like the model. */
export function limitGroupOf(model: string): string {
  return groupOfModel.get(model) ?? model;
}
