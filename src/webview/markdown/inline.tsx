import type { Token, Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import { MarkdownContext } from './actions';
import { decodeEntities } from './entities';
import { ownTokens } from './lex';
import { openableUrl } from './links';
import { markdownStrings } from './strings';

/**
 * Nesting beyond this is shown as its source. No person writes it, and rendering is recursive: a hostile answer could
 * exhaust the stack.
 */
export const deepestNesting = 24;

export function renderInline(tokens: readonly Token[] | undefined, depth: number): ComponentChildren {
  return ownTokens(tokens ?? []).map((token) => {
    if (depth > deepestNesting) return token.raw;
    switch (token.type) {
      case 'strong':
        return <strong>{renderInline(token.tokens, depth + 1)}</strong>;
      case 'em':
        return <em>{renderInline(token.tokens, depth + 1)}</em>;
      case 'del':
        return <del>{renderInline(token.tokens, depth + 1)}</del>;
      case 'codespan':
        return <code>{token.text}</code>;
      case 'br':
        return <br />;
      case 'link':
        return (
          <Link href={decodedHref(token)} title={token.title}>
            {token.autolink ? token.text : renderInline(token.tokens, depth + 1)}
          </Link>
        );
      case 'image':
        return <Image token={token} />;
      case 'checkbox':
        return <TaskMark isDone={token.checked} />;
      case 'html':
        // Tables have no other way to break a line.
        return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
      case 'escape':
        return token.text;
      case 'text':
        if (token.tokens) return renderInline(token.tokens, depth + 1);
        return token.escaped ? token.text : decodeEntities(token.text);
      default:
        return token.raw;
    }
  });
}

/** An autolink's address is literal; in any other one references stand for characters. */
function decodedHref(token: Tokens.Link): string {
  return token.autolink ? token.href : decodeEntities(token.href);
}

interface LinkProps {
  readonly href: string;
  readonly title?: string | null | undefined;
  readonly children: ComponentChildren;
}

/** A link the host opens; plain text when the host would refuse its scheme. The tooltip always shows where it leads. */
function Link({ href, title, children }: LinkProps) {
  const { openLink } = useContext(MarkdownContext);
  const url = openableUrl(href);
  if (url === undefined) return <>{children}</>;
  const open = (event: Event) => {
    event.preventDefault();
    // The frame VS Code puts around a webview opens links too: the click must not reach it, or the link opens twice.
    event.stopPropagation();
    openLink(url);
  };
  return (
    <a href={url} title={title ? `${decodeEntities(title)}\n${url}` : url} onClick={open}>
      {children}
    </a>
  );
}

/** Loading an image would tell its server that the answer was read, and whatever its address holds: only a link is shown. */
function Image({ token }: { readonly token: Tokens.Image }) {
  const href = decodeEntities(token.href);
  const name = decodeEntities(token.text) || href;
  return (
    <Link href={href} title={token.title}>
      {markdownStrings.image(name)}
    </Link>
  );
}

export function TaskMark({ isDone }: { readonly isDone: boolean }) {
  return (
    <span
      class={`task codicon ${isDone ? 'codicon-pass-filled' : 'codicon-circle-large-outline'}`}
      role="img"
      aria-label={isDone ? markdownStrings.taskDone : markdownStrings.taskOpen}
    />
  );
}
