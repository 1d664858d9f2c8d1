import { useRef } from 'preact/hooks';
import type { AttachmentView } from '../../../protocol/chat';
import { memo } from '../../memo';
import { strings } from '../strings';
import { Icon } from './Icon';
import { IconButton } from './IconButton';

const icons: Readonly<Record<AttachmentView['kind'], string>> = {
  selection: 'selection',
  file: 'file',
  folder: 'folder',
  problems: 'warning',
  diff: 'diff',
};

interface ChipsProps {
  readonly attachments: readonly AttachmentView[];
  /** Left out where they can no longer be taken back. */
  readonly onRemove?: ((id: string) => void) | undefined;
  /** Where the focus goes when there is none after the one that has been removed. */
  readonly onLeave?: (() => void) | undefined;
}

/** What is sent along, each with what it weighs. */
export const Chips = memo(({ attachments, onRemove, onLeave }: ChipsProps) => {
  const list = useRef<HTMLUListElement>(null);
  if (attachments.length === 0) return null;

  const remove = (id: string, index: number) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const next = buttons[index + 1];
    if (next) next.focus();
    else onLeave?.();
    onRemove?.(id);
  };
  return (
    <ul ref={list} class="chips" aria-label={strings.attachments}>
      {attachments.map(({ id, kind, name, tokens }, index) => (
        <li key={id} class="chip" title={`${strings.kinds[kind]}: ${name}, ${strings.tokens(tokens)}`}>
          <Icon name={icons[kind]} />
          <span class="visually-hidden">{strings.kinds[kind]} </span>
          <span class="chip-name">{name}</span>
          <span class="chip-tokens" aria-hidden="true">
            {tokens}
          </span>
          <span class="visually-hidden"> {strings.tokens(tokens)}</span>
          {onRemove && (
            <IconButton icon="close" label={strings.removeAttachment(name)} onClick={() => remove(id, index)} />
          )}
        </li>
      ))}
    </ul>
  );
});
