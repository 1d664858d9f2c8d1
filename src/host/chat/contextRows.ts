import * as l10n from '@vscode/l10n';

/** A file that can be chosen; `uri` is its address as text. */
export interface FileEntry {
  readonly uri: string;
  /** Within the workspace, such as `src/retry.ts`. */
  readonly name: string;
}

export interface ContextWorld {
  /** Such as `retry.ts:12–48`; `undefined` when nothing is selected. */
  readonly selection: string | undefined;
  readonly activeFile: string | undefined;
  readonly problemsOfFile: number;
  readonly problemsOfWorkspace: number;
  readonly openFiles: readonly FileEntry[];
}

export type ContextRow =
  | { readonly kind: 'heading'; readonly label: string }
  | {
      readonly kind: 'choice';
      /** The same for the same thing in every list. */
      readonly key: string;
      readonly choice: RowChoice;
      /** With VS Code's `$(icon)` syntax. */
      readonly label: string;
      readonly description: string | undefined;
    };

export type RowChoice =
  | { readonly kind: 'selection' | 'diff' | 'folder' }
  | { readonly kind: 'problems'; readonly scope: 'file' | 'workspace' }
  | { readonly kind: 'file'; readonly uri: string };

type ChoiceRow = Extract<ContextRow, { kind: 'choice' }>;

/** Kinds first, then what is open, then what was found; what is checked stays in the list. Pure. */
export function presentContextRows(
  world: ContextWorld,
  found: readonly FileEntry[],
  checked: readonly ChoiceRow[],
): readonly ContextRow[] {
  const kinds = presentKinds(world);
  const open = world.openFiles.map((file) => fileRow(file, 'file'));
  const known = new Set([...kinds, ...open].map(({ key }) => key));
  const foundRows = found.map((file) => fileRow(file, 'search')).filter(({ key }) => !known.has(key));
  for (const { key } of foundRows) known.add(key);
  const kept = checked.filter(({ key }) => !known.has(key));
  return [
    ...kinds,
    ...section(l10n.t('Chosen'), kept),
    ...section(l10n.t('Open editors'), open),
    ...section(l10n.t('Files'), foundRows),
  ];
}

function presentKinds(world: ContextWorld): readonly ChoiceRow[] {
  const { selection, activeFile, problemsOfFile, problemsOfWorkspace } = world;
  return [
    ...(selection === undefined
      ? []
      : [row('selection', { kind: 'selection' }, 'selection', l10n.t('Selection'), selection)]),
    ...(activeFile === undefined || problemsOfFile === 0
      ? []
      : [
          row(
            'problems:file',
            { kind: 'problems', scope: 'file' },
            'warning',
            l10n.t('Problems of the Active File'),
            `${activeFile} · ${problemsOfFile}`,
          ),
        ]),
    ...(problemsOfWorkspace === 0
      ? []
      : [
          row(
            'problems:workspace',
            { kind: 'problems', scope: 'workspace' },
            'warning',
            l10n.t('All Problems'),
            String(problemsOfWorkspace),
          ),
        ]),
    row('diff', { kind: 'diff' }, 'diff', l10n.t('Git Diff'), l10n.t('staged and not staged')),
    row('folder', { kind: 'folder' }, 'folder', l10n.t('Folder…'), undefined),
  ];
}

function fileRow({ uri, name }: FileEntry, icon: string): ChoiceRow {
  const slash = name.lastIndexOf('/');
  const folder = slash < 0 ? undefined : name.slice(0, slash);
  return row(`file:${uri}`, { kind: 'file', uri }, icon, name.slice(slash + 1), folder);
}

function row(key: string, choice: RowChoice, icon: string, label: string, description: string | undefined): ChoiceRow {
  // A file's name is not ours: what looks like an icon in it is not one.
  return { kind: 'choice', key, choice, label: `$(${icon}) ${label.replaceAll('$(', '$ (')}`, description };
}

function section(label: string, rows: readonly ChoiceRow[]): readonly ContextRow[] {
  return rows.length === 0 ? [] : [{ kind: 'heading', label }, ...rows];
}
