import type { MarkedToken, Token, Tokens } from 'marked';
import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { memo } from '../memo';
import { CodeBlock } from './CodeBlock';
import { MarkdownDocument } from './document';
import { deepestNesting, renderInline, TaskMark } from './inline';
import { ownTokens } from './lex';

interface MarkdownProps {
  readonly text: string;
  /** False while more of the text is to come. */
  readonly isComplete: boolean;
}

/** Markdown as DOM nodes. While its text grows, only the last block renders again. */
export function Markdown({ text, isComplete }: MarkdownProps) {
  const document = useMemo(() => new MarkdownDocument(), []);
  return (
    <div class="markdown">
      {document.update(text, isComplete).map(({ key, token }) => (
        <TopBlock key={key} token={token} />
      ))}
    </div>
  );
}

const TopBlock = memo(({ token }: { readonly token: MarkedToken }) => <>{renderBlock(token, 0)}</>);

function renderBlocks(tokens: readonly Token[], depth: number): ComponentChildren {
  return ownTokens(tokens).map((token) => renderBlock(token, depth));
}

function renderBlock(token: MarkedToken, depth: number): ComponentChildren {
  if (depth > deepestNesting) return token.raw;
  switch (token.type) {
    case 'heading':
      // Two levels down, since the view and its turns stand above them.
      return h(`h${Math.min(token.depth + 2, 6)}`, { class: `h${token.depth}` }, renderInline(token.tokens, depth + 1));
    case 'paragraph':
      return <p>{renderInline(token.tokens, depth + 1)}</p>;
    case 'code':
      return <CodeBlock text={token.text} language={token.lang} />;
    case 'list':
      return <List token={token} depth={depth} />;
    case 'blockquote':
      return <blockquote>{renderBlocks(token.tokens, depth + 1)}</blockquote>;
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
}

function List({ token, depth }: ListProps) {
  const items = token.items.map((item, index) => <ListItem key={index} item={item} depth={depth} />);
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
}

/** The paragraphs of tight and loose lists are the same elements, so that a list which becomes loose keeps its nodes. */
const ListItem = memo(({ item, depth }: ListItemProps) => (
  <li class={item.task ? 'task-item' : undefined}>{renderBlocks(item.tokens, depth + 1)}</li>
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
