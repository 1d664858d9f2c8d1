import { createLowlight } from 'lowlight';
import type { ComponentChildren } from 'preact';
import { languages } from './languages';

type Lowlight = ReturnType<typeof createLowlight>;
type Root = ReturnType<Lowlight['highlight']>;
type Node = Root['children'][number];

/** As much as is coloured well within a frame. What is longer is many screens long, and stays plain. */
export const mostHighlightedCharacters = 20_000;

let lowlight: Lowlight | undefined;

/** The grammars are made ready for the first block of code, not while the chat opens. */
function readyLowlight(): Lowlight {
  lowlight ??= createLowlight(languages);
  return lowlight;
}

/** The code as nodes of text and classed spans; `undefined` where it stays plain. Never throws. */
export function highlightCode(text: string, language: string): ComponentChildren | undefined {
  if (text.length > mostHighlightedCharacters || language === '') return undefined;
  try {
    const ready = readyLowlight();
    const name = language.toLowerCase();
    return ready.registered(name) ? ready.highlight(name, text).children.map(renderNode) : undefined;
  } catch {
    return undefined;
  }
}

function renderNode(node: Node): ComponentChildren {
  switch (node.type) {
    case 'text':
      return node.value;
    case 'element': {
      const { className } = node.properties;
      const name = Array.isArray(className) ? className.join(' ') : undefined;
      return <span class={name}>{node.children.map(renderNode)}</span>;
    }
    default:
      return null;
  }
}
