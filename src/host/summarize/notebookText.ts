import * as v from 'valibot';
import { fenceFor } from '../../conversation/messages';

export interface NotebookCell {
  readonly kind: 'markdown' | 'code';
  /** As the fence of its code is marked. */
  readonly language: string;
  readonly text: string;
  /** What it printed, as far as that is text. */
  readonly outputs: readonly string[];
}

/** What a cell printed tells what came out; beyond this it is a log. */
const mostOutputCharacters = 2_000;

/** A notebook as people read it: without its format, pictures and numbers of runs. */
export function composeNotebook(cells: readonly NotebookCell[]): string {
  return cells
    .filter(({ text }) => text.trim() !== '')
    .map(composeCell)
    .join('\n\n');
}

function composeCell({ kind, language, text, outputs }: NotebookCell): string {
  if (kind === 'markdown') return text.trimEnd();
  const fence = fenceFor(text);
  const code = `${fence}${language}\n${text.trimEnd()}\n${fence}`;
  const printed = outputs.join('\n').trim();
  if (printed === '') return code;
  const isLong = printed.length > mostOutputCharacters;
  return `${code}\n\nOutput:\n${isLong ? `${printed.slice(0, mostOutputCharacters)}\n[more output left out]` : printed}`;
}

/** Texts stand there as one string or as lines. */
const linesSchema = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? value : value.join(''))),
);

const outputSchema = v.object({
  text: v.optional(linesSchema),
  data: v.optional(v.looseObject({ 'text/plain': v.optional(linesSchema) })),
});

const notebookSchema = v.object({
  cells: v.array(
    v.object({
      cell_type: v.string(),
      source: linesSchema,
      outputs: v.optional(v.array(outputSchema)),
    }),
  ),
  metadata: v.optional(v.looseObject({ language_info: v.optional(v.looseObject({ name: v.optional(v.string()) })) })),
});

/** The text of an `.ipynb` file; `undefined` for what is none. */
export function readNotebook(json: string): string | undefined {
  const parsed = v.safeParse(notebookSchema, parseJson(json));
  if (!parsed.success) return undefined;
  const { cells, metadata } = parsed.output;
  const language = metadata?.language_info?.name ?? '';
  return composeNotebook(
    cells.map((cell) => ({
      kind: cell.cell_type === 'code' ? 'code' : 'markdown',
      language,
      text: cell.source,
      outputs: (cell.outputs ?? []).map(({ text, data }) => text ?? data?.['text/plain'] ?? ''),
    })),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
