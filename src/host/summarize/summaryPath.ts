import * as l10n from '@vscode/l10n';

const longestNameCharacters = 80;

/** The part of a URI that tells which summary it is. */
export interface SummaryAddress {
  readonly authority: string;
  readonly path: string;
}

/**
 * `//<jobId>/Summary of src.md`: the id tells documents apart, the name stands on the tab. VS Code shows people nothing but
 * the path.
 */
export function summaryAddress(jobId: string, title: string): SummaryAddress {
  return { authority: jobId, path: `/${fileNameOf(l10n.t('Summary of {0}', title), 'summary')}.md` };
}

/** The job whose document has this address. */
export function jobIdAt({ authority, path }: SummaryAddress): string | undefined {
  return authority !== '' && /^\/[^/]+$/.test(path) ? authority : undefined;
}

/** `src.summary.md` */
export function savedName(title: string): string {
  return `${fileNameOf(title, 'text')}.summary.md`;
}

/** As far as every file system takes it. */
function fileNameOf(title: string, otherwise: string): string {
  const name = title
    .replace(/[/\\]/g, '-')
    .replace(/[:*?"<>|#%\s\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, longestNameCharacters)
    // Windows drops dots and spaces at the end, and a dot in front hides a file elsewhere.
    .replace(/^[\s.-]+|[\s.-]+$/g, '');
  // Of Windows' devices, such as CON and COM1, none can be a file's name, whatever its ending.
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)) return `${otherwise} ${name}`;
  return name === '' ? otherwise : name;
}
