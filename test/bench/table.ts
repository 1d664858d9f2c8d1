type Align = 'left' | 'right';

export interface Column {
  readonly title: string;
  readonly align: Align;
}

/** A markdown table with its columns in line, as the formatter of this repository would write it. */
export function writeTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, 3, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const writeRow = (cells: readonly string[]) =>
    `| ${columns.map(({ align }, index) => pad(cells[index] ?? '', widths[index] ?? 0, align)).join(' | ')} |`;
  const rule = columns.map(({ align }, index) => {
    const dashes = '-'.repeat(widths[index] ?? 0);
    return align === 'right' ? `${dashes.slice(1)}:` : dashes;
  });
  return [writeRow(columns.map(({ title }) => title)), writeRow(rule), ...rows.map(writeRow)].join('\n');
}

function pad(text: string, width: number, align: Align): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}
