import * as l10n from '@vscode/l10n';
import { fenceFor } from '../../conversation/messages';
import { isIncomplete, isRunning, type Attachment, type AttachmentKind, type Turn } from '../../conversation/turn';
import { formatClock } from '../format';
import { modelName } from './modelPresenter';

export interface ExportedChat {
  readonly title: string;
  /** The path that is shown, first to last. */
  readonly turns: readonly Turn[];
}

/** A chat as a document of its own: who said what and when, with what, and by which model. Pure. */
export function composeExport({ title, turns }: ExportedChat): string {
  const sections = turns.filter((turn) => turn.role === 'user' || turn.text.trim() !== '').map(composeTurn);
  return `# ${oneLine(title) || l10n.t('Untitled chat')}\n\n${sections.join('\n\n')}\n`;
}

const longestNameCharacters = 60;

/** The title as far as every file system takes it. */
export function exportFileName(title: string): string {
  const name = oneLine(title)
    .replace(/[^\p{L}\p{N} ._-]/gu, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, longestNameCharacters)
    // Windows drops dots and spaces at the end, and a dot in front hides a file elsewhere.
    .replace(/^[\s.-]+|[\s.-]+$/g, '');
  // Of Windows' devices, such as CON and COM1, none can be a file's name.
  return `${name === '' || /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `chat ${name}`.trim() : name}.md`;
}

function composeTurn(turn: Turn): string {
  // No time but its own: with `now` at 0 each has its date.
  const time = formatClock(turn.at, 0);
  if (turn.role === 'user') {
    const parts = [`## ${l10n.t('You')} · ${time}`, ...turn.attachments.map(composeAttachment), closed(turn.text)];
    return parts.filter((part) => part !== '').join('\n\n');
  }
  const heading = `## ${l10n.t('Claude ({0})', modelName(turn.model))} · ${time}`;
  const note = isRunning(turn) || isIncomplete(turn) ? [`*${l10n.t('This answer is incomplete.')}*`] : [];
  return [heading, closed(turn.text), ...note].join('\n\n');
}

function composeAttachment({ kind, name, languageId, text }: Attachment): string {
  const fence = fenceFor(text);
  const language = /^[\w+#.-]*$/.test(languageId) ? languageId : '';
  return `**${introduce(kind, oneLine(name))}**\n\n${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

function introduce(kind: AttachmentKind, name: string): string {
  switch (kind) {
    case 'selection':
    case 'file':
    case 'folder':
      return l10n.t('From {0}:', name);
    case 'problems':
      return l10n.t('Problems found in {0}:', name);
    case 'diff':
      return l10n.t('Changes in {0}:', name);
  }
}

/** An answer that broke off within a code block would take everything after it into that block. */
function closed(text: string): string {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (!fence) continue;
    const [, marks = '', rest = ''] = fence;
    // A line of backticks with another backtick after them is inline code.
    if (open === undefined) open = marks.startsWith('`') && rest.includes('`') ? undefined : marks;
    else if (marks.startsWith(open) && rest.trim() === '') open = undefined;
  }
  const whole = text.trimEnd();
  return open === undefined ? whole : `${whole}\n${open}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
