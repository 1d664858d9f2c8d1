import type { Ref } from 'preact';
import { Icon } from './Icon';

interface IconButtonProps {
  readonly icon: string;
  /** Its name, also shown when the pointer rests on it. */
  readonly label: string;
  readonly onClick: () => void;
  readonly class?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** For a button that opens something beside it. */
  readonly isExpanded?: boolean | undefined;
  readonly buttonRef?: Ref<HTMLButtonElement> | undefined;
}

/** A small square button that is only its picture. */
export function IconButton({ icon, label, onClick, disabled, isExpanded, buttonRef, ...rest }: IconButtonProps) {
  return (
    <button
      ref={buttonRef ?? null}
      type="button"
      class={`action ${rest.class ?? ''}`.trimEnd()}
      aria-label={label}
      title={label}
      aria-expanded={isExpanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
