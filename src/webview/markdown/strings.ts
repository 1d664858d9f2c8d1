import '../l10n';
import * as l10n from '@vscode/l10n';

/** Every text of rendered markdown. */
export const markdownStrings = {
  image: (name: string) => l10n.t('Image: {0}', name),
  taskDone: l10n.t('Done'),
  taskOpen: l10n.t('To do'),
  plainCode: l10n.t('text'),
  copy: l10n.t('Copy'),
  copied: l10n.t('Copied'),
  insert: l10n.t('Insert'),
  insertAtCursor: l10n.t('Insert at Cursor'),
  apply: l10n.t('Apply'),
  applyAsDiff: l10n.t('Apply as Diff'),
  newFile: l10n.t('New File'),
} as const;
