import * as l10n from '@vscode/l10n';
import type { Flaw, Summary } from '../../summarize/summarizer';

/** The markdown that a person gets. One that is not whole says so in its heading, and at its end what is missing and why. */
export function composeDocument(
  name: string,
  { text, flaws }: Pick<Summary, 'text' | 'flaws'>,
  explain: (error: Error) => string,
): string {
  if (flaws.length === 0) return `# ${l10n.t('Summary of {0}', name)}\n\n${text}\n`;
  const heading = `# ${l10n.t('Summary of {0} (incomplete)', name)}`;
  const list = flaws.map((flaw) => `- ${describeFlaw(flaw, explain)}`).join('\n');
  return `${heading}\n\n${text}\n\n---\n\n**${l10n.t('Incomplete:')}**\n\n${list}\n`;
}

function describeFlaw(flaw: Flaw, explain: (error: Error) => string): string {
  switch (flaw.kind) {
    case 'cut':
      return l10n.t('{0}: an answer was cut at its length limit.', flaw.name);
    case 'missing':
      return flaw.parts === flaw.of
        ? l10n.t('{0} is missing. {1}', flaw.name, explain(flaw.error))
        : l10n.t('{0}: {1} of {2} parts are missing. {3}', flaw.name, flaw.parts, flaw.of, explain(flaw.error));
    case 'uncombined':
      return l10n.t('{0}: the parts were not put together. {1}', flaw.name, explain(flaw.error));
  }
}
