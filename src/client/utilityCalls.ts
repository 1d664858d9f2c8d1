import type { ModelPage } from './adapter';
import type { Demand, Task, Work } from './task';
import type { CountRequest, ModelInfo } from './types';
import { findCountFault } from './validate';

/** Submits a call that no model's limits hold for; `fault`, where there is one, is what ends it at once. */
export interface Ask {
  <T>(group: UtilityGroup, work: Work<T>, fault?: string, signal?: AbortSignal): Pick<Task<T>, 'result' | 'fail'>;
}

/** Endpoints with limits of their own, apart from every model's: each has a lane. */
type UtilityGroup = 'count_tokens' | 'models' | 'batches';

/** Nothing is written, and what is read counts against no limit of tokens. */
export const noDemand: Demand = { model: undefined, rawInputTokens: 0, maxOutputTokens: 0 };

export function countTokens(ask: Ask, { model, system, messages, credential, signal }: CountRequest): Promise<number> {
  const work: Work<number> = {
    ...noDemand,
    credential,
    perform: (adapter, call) => adapter.countTokens({ model, system, messages }, call),
  };
  return ask('count_tokens', work, findCountFault({ model, messages }), signal).result;
}

export async function listModels(ask: Ask, credential: string | undefined): Promise<readonly ModelInfo[]> {
  const models: ModelInfo[] = [];
  await eachPage(async (cursor) => {
    const perform: Work<ModelPage>['perform'] = (adapter, call) => adapter.models(cursor, call);
    const page = await ask('models', { ...noDemand, credential, perform }).result;
    return { next: page.next, take: () => void models.push(...page.models) };
  });
  return models;
}

/** What is on a page is taken only when it is another one: who does not know a cursor answers with the same for ever. */
export async function eachPage(
  read: (cursor: string | undefined) => Promise<{ readonly next: string | undefined; take(): void }>,
): Promise<void> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    if (page.next !== undefined && cursors.has(page.next)) return;
    page.take();
    cursor = page.next;
    if (cursor !== undefined) cursors.add(cursor);
  } while (cursor !== undefined);
}
