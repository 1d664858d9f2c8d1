import type { MarkedToken, Token, Tokens } from 'marked';
import { Component, h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { memo } from '../memo';
import { CodeBlock } from './CodeBlock';
import { MarkdownDocument } from './document';
import type { Block } from './document';
import { deepestNesting, renderInline, TaskMark } from './inline';
import { ownTokens } from './lex';
import { isOpenFence } from './settle';

interface MarkdownProps {
  readonly text: string;
  /** False while more of the text is to come. */
  readonly isComplete: boolean;
}

/** Blocks are compared in groups of this many, so that a long answer costs a frame little more than a short one. */
const blocksPerGroup = 32;

/** Markdown as DOM nodes. While its text grows, only the last block renders again. */
export function Markdown({ text, isComplete }: MarkdownProps) {
  const document = useMemo(() => new MarkdownDocument(), []);
  const blocks = document.update(text, isComplete);
  const groups: ComponentChildren[] = [];
  for (let start = 0; start < blocks.length; start += blocksPerGroup) {
    const end = start + blocksPerGroup;
    const isLast = end >= blocks.length;
    groups.push(<Group key={start} blocks={blocks.slice(start, end)} isLive={isLast && !isComplete} />);
  }
  return <div class="markdown">{groups}</div>;
}

interface GroupProps {
  readonly blocks: readonly Block[];
  /** Whether the last block may still grow. */
  readonly isLive: boolean;
}

class Group extends Component<GroupProps> {
  override shouldComponentUpdate({ blocks, isLive }: Readonly<GroupProps>): boolean {
    const shown = this.props.blocks;
    if (isLive !== this.props.isLive || blocks.length !== shown.length) return true;
    return blocks.some(({ key, token }, index) => shown[index]?.key !== key || shown[index].token !== token);
  }

  override render({ blocks, isLive }: Readonly<GroupProps>) {
    return blocks.map(({ key, token }, index) => (
      <TopBlock key={key} token={token} isLive={isLive && index === blocks.length - 1} />
    ));
  }
}

interface TopBlockProps {
  readonly token: MarkedToken;
  readonly isLive: boolean;
}

const TopBlock = memo(({ token, isLive }: TopBlockProps) => <>{renderBlock(token, 0, isLive)}</>);

function renderBlocks(tokens: readonly Token[], depth: number, isLive: boolean): ComponentChildren {
  return ownTokens(tokens).map((token) => renderBlock(token, depth, isLive));
}

function renderBlock(token: MarkedToken, depth: number, isLive: boolean): ComponentChildren {
  if (depth > deepestNesting) return token.raw;
  switch (token.type) {
    case 'heading':
      // Two levels down, since the view and its turns stand above them.
      return h(`h${Math.min(token.depth + 2, 6)}`, { class: `h${token.depth}` }, renderInline(token.tokens, depth + 1));
    case 'paragraph':
      return <p>{renderInline(token.tokens, depth + 1)}</p>;
    case 'code':
      return <CodeBlock text={token.text} language={token.lang} isComplete={!isLive || !isOpenFence(token)} />;
    case 'list':
      return <List token={token} depth={depth} isLive={isLive} />;
    case 'blockquote':
      return <blockquote>{renderBlocks(token.tokens, depth + 1, isLive)}</blockquote>;
    case 'table':
      return <Table token={token} depth={depth} />;
    case 'hr':
      return <hr />;
    case 'html':
      return <p class="source">{token.raw.trimEnd()}</p>;
    case 'checkbox':
      return <TaskMark isDone={token.checked} />;
    case 'text':
      return <p>{renderInline(token.tokens ?? [token], depth + 1)}</p>;
    case 'space':
    case 'def':
      return null;
    default:
      return <p>{token.raw}</p>;
  }
}

interface ListProps {
  readonly token: Tokens.List;
  readonly depth: number;
  readonly isLive: boolean;
}

function List({ token, depth, isLive }: ListProps) {
  const last = token.items.length - 1;
  const items = token.items.map((item, index) => (
    <ListItem key={index} item={item} depth={depth} isLive={isLive && index === last} />
  ));
  const className = token.loose ? 'loose' : undefined;
  if (!token.ordered) return <ul class={className}>{items}</ul>;
  return (
    <ol class={className} start={token.start === '' ? 1 : token.start}>
      {items}
    </ol>
  );
}

interface ListItemProps {
  readonly item: Tokens.ListItem;
  readonly depth: number;
  readonly isLive: boolean;
}

/** The paragraphs of tight and loose lists are the same elements, so that a list which becomes loose keeps its nodes. */
const ListItem = memo(({ item, depth, isLive }: ListItemProps) => (
  <li class={item.task ? 'task-item' : undefined}>{renderBlocks(item.tokens, depth + 1, isLive)}</li>
));

interface TableProps {
  readonly token: Tokens.Table;
  readonly depth: number;
}

function Table({ token, depth }: TableProps) {
  const cells = (row: readonly Tokens.TableCell[]) =>
    row.map((cell) => {
      const className = cell.align === null ? undefined : `align-${cell.align}`;
      const content = renderInline(cell.tokens, depth + 1);
      return cell.header ? (
        <th scope="col" class={className}>
          {content}
        </th>
      ) : (
        <td class={className}>{content}</td>
      );
    });
  return (
    <div class="table">
      <table>
        <thead>
          <tr>{cells(token.header)}</tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>{cells(row)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
