import type { KeyNode, RowIcon } from './keyNode';
import { escapeMarkdown } from './keyWords';

/** One line below a key. */
export interface KeyFact {
  /** Among those beside it. */
  readonly id: string;
  readonly label: string;
  /** The important first: a narrow side bar shows no more. */
  readonly parts: readonly string[];
  readonly icon: RowIcon;
  /** Only for who asks for more. */
  readonly more?: readonly string[] | undefined;
  readonly children?: readonly KeyFact[] | undefined;
}

export function plainIcon(id: string): RowIcon {
  return { id, color: undefined };
}

export function toFactNode(fact: KeyFact, parentId: string): KeyNode {
  const id = `${parentId}/${fact.id}`;
  const [first, ...lines] = [...fact.parts, ...(fact.more ?? [])].map(escapeMarkdown);
  const head = `**${escapeMarkdown(fact.label)}**`;
  return {
    id,
    keyId: undefined,
    label: fact.label,
    description: fact.parts.length > 0 ? fact.parts.join(' · ') : undefined,
    icon: fact.icon,
    tooltip: joinLines([first === undefined ? head : `${head}: ${first}`, ...lines]),
    contextValue: 'fact',
    spoken: speakFact(fact),
    children: (fact.children ?? []).map((child) => toFactNode(child, id)),
  };
}

export function speakFact({ label, parts }: KeyFact): string {
  return parts.length > 0 ? `${label}: ${parts.join(', ')}` : label;
}

/** Of markdown, with a break after each. */
export function joinLines(lines: readonly string[]): string {
  return lines.join('  \n');
}
