import { useContext, useEffect, useState } from 'preact/hooks';
import { MarkdownContext } from './actions';
import { markdownStrings } from './strings';

/** Long enough to be noticed, short enough not to be taken for the state of the clipboard. */
const copiedShownMs = 2_000;

interface CodeBlockProps {
  readonly text: string;
  readonly language: string | undefined;
}

export function CodeBlock({ text, language }: CodeBlockProps) {
  const { copy } = useContext(MarkdownContext);
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const [name = ''] = (language ?? '').split(/\s/, 1);
  return (
    <figure class="code">
      <figcaption>
        <span class="language">{name || markdownStrings.plainCode}</span>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            copy(text);
            setIsCopied(true);
          }}
        >
          <span class={`codicon ${isCopied ? 'codicon-check' : 'codicon-copy'}`} aria-hidden="true" />
          {isCopied ? markdownStrings.copied : markdownStrings.copy}
        </button>
      </figcaption>
      <pre>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
