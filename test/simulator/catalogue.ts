/** A model as the simulator serves it. Windows and output limits as published on 2026-11-24. */
export interface CatalogueModel {
  readonly id: string;
  readonly displayName: string;
  readonly createdAt: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  /** Prompts shorter than this are not cached. */
  readonly minCacheTokens: number;
  /** Tokens for the same text, relative to models before 4.7. */
  readonly tokenFactor: number;
}

const million = 1_000_000;
const currentTokenFactor = 1.3;

function current(id: string, displayName: string, createdAt: string, minCacheTokens: number): CatalogueModel {
  return {
    id,
    displayName,
    createdAt: `${createdAt}T00:00:00Z`,
    maxInputTokens: million,
    maxOutputTokens: 128_000,
    minCacheTokens,
    tokenFactor: currentTokenFactor,
  };
}

/** Newest first, as the API lists them. The dates order the list; they are not facts about the models. */
export const publishedModels: readonly CatalogueModel[] = [
  current('claude-sonnet-5-5', 'Claude Sonnet 5.5', '2026-10-20', 1_024),
  current('claude-opus-5-5', 'Claude Opus 5.5', '2026-10-06', 1_024),
  current('claude-haiku-5-5', 'Claude Haiku 5.5', '2026-09-22', 2_048),
  current('claude-fable-5-2', 'Claude Fable 5.2', '2026-09-08', 512),
  current('claude-fable-5-1', 'Claude Fable 5.1', '2026-07-14', 512),
  current('claude-sonnet-5', 'Claude Sonnet 5', '2026-06-02', 1_024),
  current('claude-opus-5', 'Claude Opus 5', '2026-05-19', 1_024),
  current('claude-opus-4-8', 'Claude Opus 4.8', '2026-04-07', 4_096),
  current('claude-opus-4-7', 'Claude Opus 4.7', '2026-02-24', 4_096),
  { ...current('claude-sonnet-4-6', 'Claude Sonnet 4.6', '2026-01-27', 1_024), tokenFactor: 1 },
  { ...current('claude-opus-4-6', 'Claude Opus 4.6', '2026-01-13', 4_096), tokenFactor: 1 },
  {
    ...current('claude-haiku-4-5', 'Claude Haiku 4.5', '2025-10-01', 4_096),
    maxInputTokens: 200_000,
    maxOutputTokens: 64_000,
    tokenFactor: 1,
  },
];

/** One entry of `GET /v1/models`. */
export function describeModel(model: CatalogueModel): Record<string, unknown> {
  return {
    type: 'model',
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt,
    max_input_tokens: model.maxInputTokens,
    max_tokens: model.maxOutputTokens,
    lifecycle: 'active',
    deprecated_at: null,
    capabilities: null,
    line: null,
  };
}

const defaultPageSize = 20;
const maxPageSize = 1_000;

/** One page of the list, by the API's cursors `after_id`, `before_id` and `limit`. */
export function listModels(models: readonly CatalogueModel[], query: URLSearchParams): Record<string, unknown> {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? defaultPageSize) || defaultPageSize, 1), maxPageSize);
  const afterId = query.get('after_id');
  const beforeId = query.get('before_id');
  const indexOf = (id: string) => models.findIndex((model) => model.id === id);
  let page: readonly CatalogueModel[];
  let hasMore: boolean;
  if (beforeId === null) {
    const start = afterId === null ? 0 : indexOf(afterId) + 1;
    page = models.slice(start, start + limit);
    hasMore = start + limit < models.length;
  } else {
    const end = Math.max(indexOf(beforeId), 0);
    page = models.slice(Math.max(end - limit, 0), end);
    hasMore = end > limit;
  }
  return {
    data: page.map(describeModel),
    has_more: hasMore,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
