import { Lexer } from 'marked';
import type { Links, MarkedToken, Token } from 'marked';

interface Lexed {
  readonly tokens: readonly MarkedToken[];
  /** Link definitions: those handed in and those found. */
  readonly links: Links;
}

export type Lex = (source: string, knownLinks: Links) => Lexed;

const blockTypes = ['blockquote', 'code', 'def', 'heading', 'hr', 'html', 'list', 'list_item', 'paragraph', 'space'];
const otherTypes = ['table', 'text', 'br', 'checkbox', 'codespan', 'del', 'em', 'escape', 'image', 'link', 'strong'];
const ownTypes: ReadonlySet<string> = new Set([...blockTypes, ...otherTypes]);

function isOwnToken(token: Token): token is MarkedToken {
  return ownTypes.has(token.type);
}

/** The type allows tokens of extensions; there are none, which lets a `switch` over the others be typed. */
export function ownTokens(tokens: readonly Token[]): readonly MarkedToken[] {
  return tokens.filter(isOwnToken);
}

/** Never throws: source the lexer gives up on, such as quotes nested thousands deep, becomes one plain paragraph. */
export const lexMarkdown: Lex = (source, knownLinks) => {
  try {
    const lexer = new Lexer({ gfm: true });
    Object.assign(lexer.tokens.links, knownLinks);
    const tokens = lexer.lex(source);
    return { tokens: ownTokens(tokens), links: tokens.links };
  } catch {
    return { tokens: [plainParagraph(source)], links: knownLinks };
  }
};

function plainParagraph(source: string): MarkedToken {
  return { type: 'paragraph', raw: source, text: source, tokens: [plainText(source)] };
}

export function plainText(text: string): MarkedToken {
  return { type: 'text', raw: text, text };
}
