import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { LaneSnapshot, ModelInfo } from '../../client/types';
import type { Log } from '../log';
import { presentModels, readModelId, type ModelChoice } from './modelPresenter';

export interface ModelPickerOptions {
  readonly current: string;
  /** Asks the API, at the client's pace. */
  readonly listModels: () => Promise<readonly ModelInfo[]>;
  /** Those of the dated table. */
  readonly tableIds: readonly string[];
  readonly lanes: () => readonly LaneSnapshot[];
  readonly cacheLossOf: ModelChoice['cacheLossOf'];
  readonly log: Log;
}

interface ModelItem extends vscode.QuickPickItem {
  readonly id: string;
  /** Not known to anybody but the person. */
  readonly isTyped: boolean;
}

type ListState = 'asked' | 'there' | 'failed';

/**
 * Asks for a model. The dated table is there at once, the API's own list when it has come; an id that is in neither can
 * be typed. Resolves to `undefined` when nothing else was chosen.
 */
export async function pickModel(options: ModelPickerOptions): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.placeholder = l10n.t('Choose the model of this chat, or type its API id');
  pick.matchOnDescription = true;
  pick.busy = true;
  let listed: readonly ModelInfo[] | undefined;
  let state: ListState = 'asked';
  let isOpen = true;
  const show = () => {
    const activeId = pick.activeItems[0]?.id ?? options.current;
    pick.title = titleOf(state);
    pick.items = itemsOf(options, listed, pick.value);
    // While something is typed the first match is meant, and what was active before may not even be in sight.
    const active =
      pick.value === '' ? pick.items.find(({ id }) => id === activeId) : findMeant(pick.items, pick.value.trim());
    if (active) pick.activeItems = [active];
  };
  show();
  options.listModels().then(
    (models) => {
      if (!isOpen) return;
      listed = models.length > 0 ? models : undefined;
      state = listed ? 'there' : 'failed';
      pick.busy = false;
      show();
    },
    (error: unknown) => {
      options.log.error('Failed to list the models', error);
      if (!isOpen) return;
      state = 'failed';
      pick.busy = false;
      show();
    },
  );
  const picked = await new Promise<string | undefined>((resolve) => {
    pick.onDidChangeValue(show);
    pick.onDidAccept(() => {
      resolve(pick.activeItems[0]?.id);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  isOpen = false;
  pick.dispose();
  return picked === options.current ? undefined : picked;
}

function itemsOf(
  { current, tableIds, lanes, cacheLossOf }: ModelPickerOptions,
  listed: readonly ModelInfo[] | undefined,
  value: string,
): readonly ModelItem[] {
  const rows = presentModels({ current, listed, tableIds, lanes: lanes(), cacheLossOf });
  const typed = readModelId(value);
  const isNew = typed !== undefined && isLikeModelId(typed) && !rows.some(({ id }) => id === typed);
  return [
    ...rows.map(({ id, label, description, detail }) => ({ id, label, description, detail, isTyped: false })),
    ...(isNew ? [{ id: typed, label: `$(edit) ${l10n.t('Use “{0}”', typed)}`, alwaysShow: true, isTyped: true }] : []),
  ];
}

/** A known model whose id was typed in part; only when there is none is it an id of its own. */
function findMeant(items: readonly ModelItem[], typed: string): ModelItem | undefined {
  const known = items.filter(({ isTyped }) => !isTyped);
  return known.find(({ id }) => id === typed) ?? known.find(({ id }) => id.includes(typed.toLowerCase()));
}

/** Words to search by get no row of their own: ids have a digit somewhere. */
function isLikeModelId(typed: string): boolean {
  return /^[\w.:/@-]*\d[\w.:/@-]*$/.test(typed);
}

function titleOf(state: ListState): string {
  return state === 'failed'
    ? l10n.t('Choose Model: known to this version of Sluice, since the API’s list cannot be had')
    : l10n.t('Choose Model');
}
