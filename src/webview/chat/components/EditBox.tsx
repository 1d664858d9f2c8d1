import { useEffect, useRef } from 'preact/hooks';
import { isComposing } from '../keys';
import { strings } from '../strings';

interface EditBoxProps {
  readonly label: string;
  readonly text: string;
  readonly submitLabel: string;
  readonly canSubmit: boolean;
  /** Why it cannot be submitted now, told beside the buttons. */
  readonly hint?: string | undefined;
  readonly onInput: (text: string) => void;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
}

/** A text in place of itself: Enter submits it, Escape gives up. Takes the focus when it appears, at the end of the text. */
export function EditBox({ label, text, submitLabel, canSubmit, hint, onInput, onSubmit, onCancel }: EditBoxProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  return (
    <form
      class="edit-box"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div class="field">
        <textarea
          ref={input}
          rows={1}
          aria-label={label}
          value={text}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (isComposing(event)) return;
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              onSubmit();
            } else if (event.key === 'Escape') {
              // It stops an answer elsewhere; here it only closes this box.
              event.preventDefault();
              event.stopPropagation();
              onCancel();
            }
          }}
        />
      </div>
      <div class="edit-actions">
        <button type="submit" class="primary" disabled={!canSubmit || hint !== undefined}>
          {submitLabel}
        </button>
        <button type="button" class="secondary" onClick={onCancel}>
          {strings.cancel}
        </button>
        {hint !== undefined && <span class="hint">{hint}</span>}
      </div>
    </form>
  );
}
