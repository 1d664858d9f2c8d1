import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { MarkdownContext } from './actions';
import type { CodeAction } from './actions';
import { highlightCode } from './highlight';
import { doLater } from './idle';
import { markdownStrings } from './strings';

/** Long enough to be noticed, short enough not to be taken for the state of the clipboard. */
const copiedShownMs = 2_000;

interface CodeBlockProps {
  readonly text: string;
  readonly language: string | undefined;
  /** False while more of the code is to come: colours would change with every line, and a part is of no use elsewhere. */
  readonly isComplete: boolean;
}

export function CodeBlock({ text, language, isComplete }: CodeBlockProps) {
  const [name = ''] = (language ?? '').split(/\s/, 1);
  const coloured = useHighlight(text, name, isComplete);
  return (
    <figure class="code">
      <figcaption>
        <span class="language">{name || markdownStrings.plainCode}</span>
        <CopyButton text={text} />
        {isComplete && <CodeActions text={text} language={name} />}
      </figcaption>
      <pre>
        <code>{coloured ?? text}</code>
      </pre>
    </figure>
  );
}

/** The code in colours, some time after it is there in plain; `undefined` until then, and for another text. */
function useHighlight(text: string, language: string, isComplete: boolean): ComponentChildren | undefined {
  const [result, setResult] = useState<{ readonly text: string; readonly nodes: ComponentChildren }>();
  useEffect(() => {
    if (!isComplete) return undefined;
    return doLater(() => {
      const nodes = highlightCode(text, language);
      setResult(nodes === undefined ? undefined : { text, nodes });
    });
  }, [text, language, isComplete]);
  return result?.text === text ? result.nodes : undefined;
}

function CopyButton({ text }: { readonly text: string }) {
  const { copy } = useContext(MarkdownContext);
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setIsCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const label = isCopied ? markdownStrings.copied : markdownStrings.copy;
  return (
    <button
      type="button"
      class="quiet"
      title={label}
      onClick={() => {
        copy(text);
        setIsCopied(true);
      }}
    >
      <span class={`codicon ${isCopied ? 'codicon-check' : 'codicon-copy'}`} aria-hidden="true" />
      <span class="word">{label}</span>
    </button>
  );
}

const actions = [
  { id: 'insert', icon: 'insert', word: markdownStrings.insert, label: markdownStrings.insertAtCursor },
  { id: 'apply', icon: 'diff', word: markdownStrings.apply, label: markdownStrings.applyAsDiff },
  { id: 'newFile', icon: 'new-file', word: undefined, label: markdownStrings.newFile },
] as const satisfies readonly { readonly id: CodeAction; readonly [field: string]: string | undefined }[];

interface CodeActionsProps {
  readonly text: string;
  readonly language: string;
}

function CodeActions({ text, language }: CodeActionsProps) {
  const { useCode } = useContext(MarkdownContext);
  return (
    <>
      {actions.map(({ id, icon, word, label }) => (
        <button
          key={id}
          type="button"
          class="quiet"
          aria-label={label}
          title={label}
          onClick={() => useCode(id, text, language)}
        >
          <span class={`codicon codicon-${icon}`} aria-hidden="true" />
          {word !== undefined && <span class="word">{word}</span>}
        </button>
      ))}
    </>
  );
}
