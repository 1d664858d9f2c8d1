import * as l10n from '@vscode/l10n';

const longestNameCharacters = 80;

/** `/<jobId>/Summary of src.md`: the id tells documents apart, the name stands on the tab. */
export function summaryPath(jobId: string, title: string): string {
  return `/${jobId}/${fileNameOf(l10n.t('Summary of {0}', title), 'summary')}.md`;
}

/** The job whose document this path is. */
export function jobIdOfPath(path: string): string | undefined {
  return /^\/([^/]+)\/[^/]+$/.exec(path)?.[1];
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
